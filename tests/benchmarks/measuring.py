"""CPU time per request of whole servers, whatever else the machine does meanwhile: times of different servers are taken
in turns, and only their ratios are judged."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

import psutil

from tests.benchmarks.loading import send
from tests.durability.installation import HOST, Installation, Server, free_port

SERVE = """
import sys
from granian.constants import HTTPModes, Interfaces
from granian.server import Server
target, port = sys.argv[1:]
Server(target, port=int(port), interface=Interfaces.WSGI, workers=1, blocking_threads=1, http=HTTPModes.http1,
       websockets=False).serve()
"""


@dataclass(frozen=True)
class Ask:
    """One request and the status that it must get."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    form: str = ""

    @property
    def bytes(self) -> bytes:
        about = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(self.form))}
        headers = {"Host": HOST, "User-Agent": "benchmark", **self.headers, **(about if self.form else {})}
        lines = [f"{'POST' if self.form else 'GET'} {self.path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join([*lines, "", self.form]).encode()


@dataclass(frozen=True)
class Taken:
    """Microseconds of one request: of CPU in the server's processes and in its database's, and on the clock."""

    server: float
    database: float
    clock: float

    @property
    def cpu(self) -> float:
        return self.server + self.database


@dataclass(frozen=True)
class Case:
    server: Server
    ask: Ask
    backends: Callable[[], list[int]] = list  # ids of the database's processes that work for it


@contextmanager
def serving(installation: Installation, target: str) -> Iterator[Server]:
    """One worker with one thread: what it can do on one core."""
    port = free_port()
    with installation.started("-c", SERVE, f"tests.benchmarks.{target}", str(port), port=port) as server:
        server.wait_until_listening()
        yield server


def measured(cases: Mapping[str, Case], *, rounds: int, requests: int) -> dict[str, Taken]:
    """The median of all rounds for each case; in each round every case has its turn."""
    taken: dict[str, list[Taken]] = {name: [] for name in cases}
    for case in cases.values():
        _turn(case, requests)
    for _ in range(rounds):
        for name, case in cases.items():
            taken[name].append(_turn(case, requests))
    return {name: _middle(turns) for name, turns in taken.items()}


def _turn(case: Case, requests: int) -> Taken:
    tree = psutil.Process(case.server.process.pid)
    servers = [tree.pid, *(child.pid for child in tree.children(recursive=True))]
    backends = case.backends()
    before = time.perf_counter(), _spent(servers), _spent(backends)
    send(case.server.port, case.ask.bytes, count=requests, status=case.ask.status)
    after = time.perf_counter(), _spent(servers), _spent(backends)
    clock, server, database = ((late - early) / requests * 1e6 for early, late in zip(before, after, strict=True))
    return Taken(server, database, clock)


def _spent(processes: list[int]) -> float:
    """Seconds of CPU, to the nanosecond: `cpu_times` counts in hundredths of a second, which is a whole turn's noise.

    The number of a process's CPU clock is what `clock_getcpuclockid` of Linux makes of its id.
    """
    return sum(time.clock_gettime(~process << 3 | 2) for process in processes)


def _middle(turns: list[Taken]) -> Taken:
    return Taken(*(median(getattr(turn, name) for turn in turns) for name in ("server", "database", "clock")))
