"""Serving as production does: refused with every reason at once, or up, hardened, and gone when told."""

import http.client
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from pathlib import Path

import pytest

from portal.server import HEADER_BYTES, is_free, next_free_port
from tests.portal.operator import begin, environment, manage

START_SECONDS, STOP_SECONDS = 30, 20
HOST = "127.0.0.1"


def ask(port: int, path: str, **headers: str) -> tuple[int, Message]:
    """Status and headers."""
    with closing(http.client.HTTPConnection(HOST, port, timeout=10)) as connection:
        connection.request("GET", path, headers=headers)
        with connection.getresponse() as response:
            return response.status, response.headers


def any_port() -> int:
    """One that the system just gave away: the workers of a test run never get the same."""
    with socket.create_server((HOST, 0)) as server:
        port: int = server.getsockname()[1]
    return port


def wait_until_ready(process: subprocess.Popen[str], port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if ask(port, "/readyz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    process.kill()
    pytest.fail(f"not ready: {process.communicate()}")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    port = any_port()
    environ = environment(tmp_path_factory.mktemp("served"))
    with begin("serve", "--migrate", "--collectstatic", f"--port={port}", "--workers=1", environ=environ) as process:
        wait_until_ready(process, port)
        yield port, process
        process.terminate()
        process.communicate(timeout=STOP_SECONDS)


def test_every_missing_setting_is_listed_without_a_traceback() -> None:
    refused = manage("serve", environ={})
    assert refused.returncode != 0
    assert all(name in refused.stderr for name in ("SECRET_KEY", "TOKEN_TAG_KEYS", "ALLOWED_HOSTS", "PUBLIC_ORIGIN"))
    assert "Traceback" not in refused.stderr


def test_an_empty_database_static_files_not_collected_and_a_taken_port_are_told_together(
    production: dict[str, str],
) -> None:
    with socket.create_server((HOST, 0)) as taken:
        refused = manage("serve", f"--port={taken.getsockname()[1]}", environ=production)
    assert refused.returncode != 0
    assert all(said in refused.stderr for said in ("--migrate", "--collectstatic", "Something else listens"))


def test_a_database_that_does_not_answer_is_told_without_its_password(production: dict[str, str]) -> None:
    away = "postgresql://portal:hidden@127.0.0.1:1/portal?connect_timeout=1"
    refused = manage("serve", environ={**production, "DATABASE_URL": away})
    assert "The database does not answer" in refused.stderr
    assert "hidden" not in refused.stderr
    assert "Traceback" not in refused.stderr


def test_known_keys_are_served_to_this_machine_only(tmp_path: Path) -> None:
    environ = {"PORTAL_MODE": "test", "PORTAL_TEST_DATABASE_URL": f"sqlite:///{tmp_path / 'portal.sqlite3'}"}
    assert "on this machine only" in manage("serve", "--host=0.0.0.0", environ=environ).stderr


def test_visitors_meet_https_and_strict_headers(served: tuple[int, subprocess.Popen[str]]) -> None:
    status, headers = ask(served[0], "/", Host="tokens.example.com")
    assert status == 302
    assert "max-age" in headers["Strict-Transport-Security"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    status, headers = ask(served[0], headers["Location"], Host="tokens.example.com")
    assert status == 200
    cookies = headers.get_all("Set-Cookie") or []
    assert cookies
    assert all(cookie.startswith("__Host-") and "Secure" in cookie and "HttpOnly" in cookie for cookie in cookies)


def test_another_host_name_is_refused(served: tuple[int, subprocess.Popen[str]]) -> None:
    assert ask(served[0], "/", Host="other.example.com")[0] == 400


def test_headers_beyond_the_limit_are_refused(served: tuple[int, subprocess.Popen[str]]) -> None:
    assert ask(served[0], "/livez", Filler="x" * (HEADER_BYTES + 1))[0] == 431


@pytest.mark.parametrize(
    ("chunks", "status"),
    [
        ([b"grant_type=client_", b"credentials&client_id=x&client_secret=y"], 401),
        ([b"grant_type=", b"x" * 40_000, b"x" * 40_000], 400),
        ([], 400),
    ],
    ids=["whole", "too long", "none"],
)
def test_a_body_in_chunks_is_read(served: tuple[int, subprocess.Popen[str]], chunks: list[bytes], status: int) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Host": "tokens.example.com"}
    with closing(http.client.HTTPConnection(HOST, served[0], timeout=10)) as connection:
        connection.request("POST", "/oauth/token", body=iter(chunks), headers=kind, encode_chunked=True)
        assert connection.getresponse().status == status


def test_it_ends_cleanly_when_told(production: dict[str, str]) -> None:
    port = any_port()
    with begin("serve", "--migrate", "--collectstatic", f"--port={port}", "--workers=1", environ=production) as process:
        wait_until_ready(process, port)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=STOP_SECONDS)
    assert process.returncode == 0, said


def test_a_taken_port_is_passed_over() -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        assert not is_free(HOST, port)
        assert next_free_port(HOST, port) > port
