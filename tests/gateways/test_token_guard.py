"""The guide's recipe for Django and WSGI services, run in front of an API of that kind."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from tests.durability.installation import HOST
from tests.gateways.promises import Promises
from tests.gateways.starting import nowhere, shown
from tests.gateways.upstream import Upstream
from tests.gateways.visiting import Gateway

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

LONGEST_LINES = 40


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """It has nothing to tell."""


def guarded(application: "WSGIApplication", origin: str) -> "WSGIApplication":
    recipe: dict[str, Any] = {}
    exec(compile(shown("wsgi", origin, Upstream(9000)), "token_guard.py", "exec"), recipe)  # noqa: S102 - as a reader does
    guard: WSGIApplication = recipe["TokenGuard"](application)
    return guard


@contextmanager
def serving(origin: str) -> Iterator[Gateway]:
    upstream = Upstream(0)

    def repeat(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        upstream.reached.append(environ["PATH_INFO"])
        start_response("200 OK", [])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [json.dumps(_seen(environ)).encode()]

    with make_server(HOST, 0, guarded(repeat, origin), handler_class=Quiet) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield Gateway(server.server_port, upstream)
        finally:
            server.shutdown()
            thread.join()


def _seen(environ: "WSGIEnvironment") -> dict[str, Any]:
    query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
    return {
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"].replace(" ", "%20") + query,
        "headers": [(name.removeprefix("HTTP_"), text) for name, text in environ.items() if name.startswith("HTTP_")],
        "body": environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0)).decode(),
    }


@pytest.fixture(scope="module")
def gateway(origin: str) -> Iterator[Gateway]:
    with serving(origin) as started:
        yield started


@pytest.fixture
def orphan() -> Iterator[Gateway]:
    with serving(nowhere()) as started:
        yield started


class TestTokenGuard(Promises):
    """All of them."""


def test_it_is_short_and_needs_nothing_but_python() -> None:
    text = shown("wsgi", "https://tokens.example.com", Upstream(9000))
    assert len(text.splitlines()) <= LONGEST_LINES
    imported = [line for line in text.splitlines() if line.startswith(("import ", "from "))]
    assert {line.split()[1].partition(".")[0] for line in imported} <= {"http", "urllib"}


@pytest.mark.parametrize("path", ["/livez", "/account/sign-in/"])
def test_an_answer_that_is_no_verdict_lets_nobody_through(origin: str, path: str) -> None:
    """A wrong address may well answer 200."""

    def unreached(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        raise AssertionError

    recipe: dict[str, Any] = {}
    text = shown("wsgi", origin, Upstream(9000)).replace("/authz/verify/scope/projects:read", path)
    exec(compile(text, "token_guard.py", "exec"), recipe)  # noqa: S102
    said: list[str] = []
    recipe["TokenGuard"](unreached)({"REMOTE_ADDR": HOST}, lambda line, _: said.append(line))
    assert said == ["503 Service Unavailable"]
