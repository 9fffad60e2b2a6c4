"""CPU time per request of a whole server, whatever else the machine does meanwhile: times of different servers are
taken in turns, and only their ratios are judged."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from statistics import median

from tests.durability.installation import HOST, Installation, Server, free_port

WARM_UP, REQUESTS, ROUNDS = 300, 1_500, 5
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
    """One request, sent over and over, and the status that it must get."""

    path: str
    headers: Mapping[str, str]
    status: int = 200


@contextmanager
def serving(installation: Installation, targets: list[str]) -> Iterator[dict[str, Server]]:
    """A server of one worker with one thread for each callable of `callables`."""
    with ExitStack() as stack:
        servers = {}
        for target in targets:
            port = free_port()
            command = ("-c", SERVE, f"tests.benchmarks.callables:{target}", str(port))
            servers[target] = stack.enter_context(installation.started(*command, port=port))
        for server in servers.values():
            server.wait_until_listening()
        yield servers


def microseconds(cases: Mapping[str, tuple[Server, Ask]]) -> dict[str, float]:
    """The median CPU time of one request, for each case."""
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for server, ask in cases.values():
        _send(server, ask, WARM_UP)
    for _ in range(ROUNDS):
        for name, (server, ask) in cases.items():
            before = _spent(server)
            _send(server, ask, REQUESTS)
            taken[name].append((_spent(server) - before) / REQUESTS * 1e6)
    return {name: median(times) for name, times in taken.items()}


def _send(server: Server, ask: Ask, count: int) -> None:
    with closing(HTTPConnection(HOST, server.port, timeout=30)) as connection:
        for _ in range(count):
            connection.request("GET", ask.path, headers=dict(ask.headers))
            with connection.getresponse() as response:
                response.read()
            assert response.status == ask.status, (ask.path, response.status)


def _spent(server: Server) -> float:
    """Seconds of CPU that the workers have used."""
    times = [worker.cpu_times() for worker in server.workers]
    return float(sum(one.user + one.system for one in times))
