"""A portal of its own: folder, database, environment, and real server processes that end with the test."""

import atexit
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest
from psycopg import OperationalError

from tests.durability.stores import store
from tests.portal.operator import environment

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
START_SECONDS = STOP_SECONDS = COMMAND_SECONDS = 60  # a machine that runs two suites at once is slow
BEHIND_A_PROXY = {  # what a browser and the proxy send
    "Host": "tokens.example.com",
    "Origin": "https://tokens.example.com",
    "X-Forwarded-For": "198.51.100.7",
}
SETTLE = "from tests.durability.people import settle; settle()"


@dataclass
class Server:
    """A server that was started, in a process group of its own; `took` is in seconds, until it was ready."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    took: float = 0

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def workers(self) -> list[psutil.Process]:
        return list(psutil.Process(self.process.pid).children())

    @property
    def is_ready(self) -> bool:
        with suppress(OSError), closing(HTTPConnection(HOST, self.port, timeout=5)) as connection:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        return False

    def wait_until_ready(self, workers: int = 0) -> None:
        """Until somebody answers, and until all of `workers` say that they have started."""
        begun = time.monotonic()
        end = begun + START_SECONDS
        while self.process.poll() is None and time.monotonic() < end:
            if self.said.count("Started worker") >= workers and self.is_ready:
                self.took = time.monotonic() - begun
                return
            time.sleep(0.05)
        pytest.fail(f"not ready: {self.said}")

    def wait_until_listening(self) -> None:
        """Until somebody answers at all, for servers that know no probe."""
        end = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < end:
            with suppress(OSError), socket.create_connection((HOST, self.port), timeout=5):
                return
            time.sleep(0.05)
        pytest.fail(f"not listening: {self.said}")

    def kill(self) -> None:
        """`kill -9`, for all of its processes at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_SECONDS)

    def stop(self) -> int:
        """As a service manager stops it; the exit code."""
        self.process.terminate()
        return self.process.wait(STOP_SECONDS)


@dataclass
class Installation:
    """Commands see `environ` and nothing else of the environment of the tests."""

    folder: Path
    database: str
    environ: dict[str, str]
    root: Path = ROOT

    def manage(self, *arguments: str) -> str:
        """Run a command to its end; what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def started(self, *command: str, port: int) -> Iterator[Server]:
        """A process that is gone afterwards, with its children; `command` is what follows the name of the Python."""
        log = self.folder / f"server-{time.monotonic_ns()}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=self.root,
                env=self.environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        server = Server(process, port, log)
        try:
            yield server
        finally:
            server.kill()

    @contextmanager
    def served(self, *, workers: int = 2, port: int = 0) -> Iterator[Server]:
        port = port or free_port()
        arguments = ("manage.py", "serve", f"--port={port}", f"--workers={workers}")
        with self.started(*arguments, port=port) as server:
            server.wait_until_ready(workers)
            yield server

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        return {**kept, "PORTAL_NO_BOOTSTRAP": "1", "PYTHONUNBUFFERED": "1", **self.environ}


@contextmanager
def installed(folder: Path) -> Iterator[Installation]:
    """Settled, on a database of the kind that the tests run on, with the keys of the tests."""
    with store(folder, like=_settled()) as database:
        yield _of_the_tests(folder, database)


@cache
def _settled() -> str:
    """The address of a database to copy, made once for each process."""
    stack = ExitStack()
    atexit.register(stack.close)
    stack.enter_context(suppress(OperationalError))  # its server may have ended with the run
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="portal-settled-")))
    database = stack.enter_context(store(folder))
    _of_the_tests(folder, database).manage("shell", "-v0", "-c", SETTLE)
    return database


def _of_the_tests(folder: Path, database: str) -> Installation:
    return Installation(folder, database, {"PORTAL_MODE": "test", "PORTAL_TEST_DATABASE_URL": database})


@contextmanager
def in_production(folder: Path) -> Iterator[Installation]:
    """As an operator leaves it: nobody in it yet, static files collected, a proxy that speaks https in front."""
    with store(folder) as database:
        installation = Installation(folder, database, {**environment(folder), "DATABASE_URL": database})
        installation.manage("migrate", "-v0")
        installation.manage("collectstatic", "-v0", "--no-input")
        yield installation


def free_port() -> int:
    """One that the system just gave away."""
    with socket.create_server((HOST, 0)) as server:
        port: int = server.getsockname()[1]
    return port
