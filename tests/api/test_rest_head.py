"""HEAD at the real server: what GET would be answered, without its body. Our views leave that to the server."""

import socket
from pathlib import Path

from tests.durability.installation import HOST, installed
from tests.durability.people import OWNERS, PASSWORD
from tests.durability.visitor import TIMEOUT_SECONDS, Visitor

VARIES = ("date:", "x-request-id:")


def test_head_is_get_without_the_body(tmp_path: Path) -> None:
    with installed(tmp_path) as portal, portal.served(workers=1) as server, Visitor(server.port) as owner:
        owner.sign_in(OWNERS[0], PASSWORD)
        secret = owner.create("Head")
        for path, token, status in [("me", secret, 200), ("catalogue", secret, 200), ("me", "x", 401), ("x", "", 404)]:
            get, body = _ask("GET", path, token, server.port)
            head, nothing = _ask("HEAD", path, token, server.port)
            assert (head, nothing, bool(body)) == (get, "", True)
            assert head[0].startswith(f"HTTP/1.1 {status} ")
            assert f"content-length: {len(body)}" in head


def _ask(method: str, path: str, token: str, port: int) -> tuple[list[str], str]:
    """The first lines and everything after them, to the last byte that came: a client would not look for a body."""
    lines = [f"{method} /api/v1/{path} HTTP/1.1", f"Host: {HOST}:{port}", f"Authorization: Bearer {token}"]
    with socket.create_connection((HOST, port), timeout=TIMEOUT_SECONDS) as connection:
        connection.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b"")).decode()
    head, _, body = answer.partition("\r\n\r\n")
    return [line for line in head.split("\r\n") if not line.lower().startswith(VARIES)], body
