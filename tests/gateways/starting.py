"""Starting what stands in front of an API, with the very text that the guide shows."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import create_connection

import pytest
from django.test import override_settings

from tests.durability.installation import HOST, free_port
from tests.gateways.upstream import Upstream
from tokens import protecting

START_SECONDS, STOP_SECONDS = 30, 10
API = "127.0.0.1:9000"  # what a reader of the guide replaces by his own


def shown(key: str, origin: str, upstream: Upstream) -> str:
    """A file of the guide as the page of this origin shows it, with another API behind it."""
    with override_settings(PUBLIC_ORIGIN=origin):
        [snippet] = [one for one in protecting.proxies() if one.key == key]
    return snippet.lines.replace(API, f"{HOST}:{upstream.port}")


def nowhere() -> str:
    """An origin at which nobody listens."""
    return f"http://{HOST}:{free_port()}"


@contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    """A proxy, and nothing of it afterwards."""
    environ = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    log = folder / "proxy.log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=folder, env=environ, stdout=file, stderr=file)
    try:
        _wait(process, port, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        with suppress(OSError), create_connection((HOST, port), timeout=5):
            return
        time.sleep(0.02)
    pytest.fail(f"the proxy did not start: {log.read_text()}")
