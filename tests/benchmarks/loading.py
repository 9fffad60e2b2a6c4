"""A client that sends one request over and over: as many as were asked for, over a few connections that stay open."""

import re
import socket
from contextlib import ExitStack
from selectors import EVENT_READ, DefaultSelector, SelectorKey

from tests.durability.installation import HOST

CONNECTIONS = 8  # the server always has something to do
TIMEOUT_SECONDS = 30
CHUNK_BYTES = 64 * 1024
HEAD = re.compile(rb"HTTP/1\.1 (\d{3}) .*?\r\n\r\n", re.DOTALL)
CHUNKED, LAST_CHUNK = b"\r\ntransfer-encoding: chunked\r\n", b"\r\n0\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


def send(port: int, request: bytes, *, count: int, status: int) -> None:
    """All `count` of them, at least as many as there are connections, get `status`, or this fails."""
    left, waiting = count - CONNECTIONS, CONNECTIONS
    with ExitStack() as stack:
        selector = stack.enter_context(DefaultSelector())
        for _ in range(CONNECTIONS):
            connection = stack.enter_context(socket.create_connection((HOST, port), TIMEOUT_SECONDS))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(connection, EVENT_READ, bytearray())
            connection.sendall(request)
        while waiting:
            ready = selector.select(TIMEOUT_SECONDS)
            assert ready, "the server does not answer"
            for key, _ in ready:
                if not _answered(key, status):
                    continue
                if left:
                    key.fileobj.sendall(request)  # type: ignore[union-attr]
                left, waiting = max(left - 1, 0), waiting - (not left)


def _answered(key: SelectorKey, status: int) -> bool:
    """Whether an answer has arrived as a whole; what has arrived of one is kept beside its connection."""
    received: bytearray = key.data
    chunk = key.fileobj.recv(CHUNK_BYTES)  # type: ignore[union-attr]
    assert chunk, f"the server closed a connection after {bytes(received)!r}"
    received += chunk
    head = HEAD.match(received)
    if head is None:
        return False
    if not _is_whole(received, head.end()):
        return False
    assert int(head[1]) == status, bytes(received)
    received.clear()
    return True


def _is_whole(received: bytearray, start: int) -> bool:
    """`start` is where the body begins; without a length it comes in chunks, or there is none."""
    if CHUNKED in received[:start]:
        return received.endswith(LAST_CHUNK)
    length = LENGTH.search(received, 0, start)
    return len(received) >= start + int(length[1] if length else 0)
