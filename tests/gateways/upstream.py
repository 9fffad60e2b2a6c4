"""An API that believes whoever reaches it, and repeats what it was sent."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.durability.installation import HOST


@dataclass
class Upstream:
    port: int
    reached: list[str] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Upstream]:
    upstream = Upstream(0)

    class Repeat(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def repeat(self) -> None:
            upstream.reached.append(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            _send(self, {"method": self.command, "path": self.path, "headers": self.headers.items(), "body": body})

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = repeat

        def log_message(self, *_: object) -> None:
            """It has nothing to tell."""

    with ThreadingHTTPServer((HOST, 0), Repeat) as server:
        upstream.port = server.server_port
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield upstream
        finally:
            server.shutdown()
            thread.join()


def _send(handler: BaseHTTPRequestHandler, said: dict[str, Any]) -> None:
    text = json.dumps({**said, "body": said["body"].decode(), "headers": list(said["headers"])}).encode()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(text)))
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(text)
