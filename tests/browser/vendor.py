"""The vendor's own product: one page on another origin, whose server hands its visitor over to the portal and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import dumps, loads
from threading import Thread
from urllib.request import Request, urlopen

PAGE = b"""<!doctype html><html lang="en"><title>Umbrella</title><link rel="icon" href="data:,">
<h1>Umbrella</h1><p>You are Max Test.</p><a href="/to-portal">API tokens</a>"""

FRAMING = b"""<!doctype html><html lang="en"><title>Umbrella</title><h1>Umbrella</h1>
<iframe title="API tokens" src="%s/account/sign-in/" width="900" height="700"></iframe></html>"""


@dataclass
class Vendor:
    """`headers` hold its credential, `referrers` what the browser told it of where it came from."""

    origin: str
    portal: str
    headers: dict[str, str] = field(repr=False)
    referrers: list[str] = field(default_factory=list)

    def ask_for_a_link(self) -> str:
        """What its backend does when somebody who is signed in there follows the link."""
        sent = {"tenant": "t-17", "user": "u-4", "return_to": f"{self.origin}/back"}
        headers = {**self.headers, "Content-Type": "application/json"}
        call = Request(f"{self.portal}/api/v1/portal-sessions", dumps(sent).encode(), headers)  # noqa: S310 - our own
        with urlopen(call, timeout=10) as answer:  # noqa: S310
            return str(loads(answer.read())["url"])


@contextmanager
def running(portal: str, headers: dict[str, str]) -> Iterator[Vendor]:
    """Listens on 127.0.0.1, another site than the portal's localhost."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Door)
    vendor = Vendor(f"http://127.0.0.1:{server.server_port}", portal, headers)
    server.vendor = vendor  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield vendor
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Door(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        vendor: Vendor = self.server.vendor  # type: ignore[attr-defined]
        vendor.referrers.append(self.headers.get("Referer", ""))
        goes_over = self.path == "/to-portal"
        self.send_response(303 if goes_over else 200)
        if goes_over:
            self.send_header("Location", vendor.ask_for_a_link())
        page = b"" if goes_over else FRAMING % vendor.portal.encode() if self.path == "/framing" else PAGE
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Quiet: pytest shows what matters."""
