"""The WSGI server, granian, for `serve` and `demo`: a process of its own that never loads Django, with workers that do.

So a worker starts from nothing: HUP brings new code, and no database connection is ever shared across a fork.
"""

import os
import signal
import socket
import sys
import time
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import NoReturn

from portal.logs import LOGGING

THREADS = 4  # in each worker: pages wait for the database more than they compute
HEADER_BYTES = 16 * 1024
STOP_SECONDS = 10  # what a request in flight gets when the server is told to stop
NEXT_PORTS = 50
STOPS = {signal.SIGINT, signal.SIGTERM}
STILL_STARTING_SECONDS = 0.1


def run(host: str, port: int, *, workers: int, log_level: str = "info") -> NoReturn:
    """Become the server; this process ends here. PORTAL_PORT tells the demo's settings their origin."""
    os.environ["PORTAL_PORT"] = str(port)
    os.chdir(Path(__file__).resolve().parent.parent)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-m", "portal.server", host, str(port), str(workers), log_level])


def is_free(host: str, port: int) -> bool:
    """Whether somebody could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port of connections just closed is free
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def next_free_port(host: str, port: int) -> int:
    """`port`, or the next one that is free; OSError when all of the next fifty are taken."""
    for candidate in range(port, min(port + NEXT_PORTS, 65_536)):
        if is_free(host, candidate):
            return candidate
    raise OSError(f"every port from {port} on is taken")


def cores() -> int:
    """The cores this process may use, one worker each."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def hear_the_end_once() -> None:
    """Called in a worker, before it serves: it stops at the first signal, or with a server that was killed.

    Ctrl+C and systemd tell every process, and then the server tells its workers again: granian 2.8 hangs at the second
    signal, with everything that a worker remembers. Without its server a worker would keep the port for ever.
    """
    server = parent_process()
    if server is None:
        return  # nobody's worker: another server has ways of its own
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    Thread(target=_stop_once, args=(signal.getsignal(signal.SIGTERM),), daemon=True).start()
    Thread(target=_follow, args=(server,), daemon=True).start()


def _follow(server: BaseProcess) -> None:
    server.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def _stop_once(inherited: object) -> None:
    """The handler that granian sets when it is ready, called from here instead of by the signal."""
    signal.sigwait(STOPS)
    while not callable(handler := signal.getsignal(signal.SIGTERM)) or handler == inherited:
        time.sleep(STILL_STARTING_SECONDS)
    handler(signal.SIGTERM, None)


def main(host: str, port: str, workers: str, log_level: str) -> None:
    """Serve until told to stop."""
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        "portal.wsgi:application",
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=int(workers),
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        websockets=False,
        http1_settings=HTTP1Settings(max_buffer_size=HEADER_BYTES),
        log_dictconfig=LOGGING,
        log_level=LogLevels(log_level),
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    ).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
