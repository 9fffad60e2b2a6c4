"""A plugin by which a test can wait until no other one runs: what it measures, a busy machine blurs."""

import fcntl
from collections.abc import Callable, Iterator
from typing import IO

import pytest

type Alone = Callable[[], None]


@pytest.fixture(scope="session")
def turn(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[IO[str]]:
    """A file that all processes of a run lock."""
    own = tmp_path_factory.getbasetemp()
    with (own if worker_id == "master" else own.parent).joinpath("turn").open("a") as file:
        yield file


@pytest.fixture(autouse=True)
def beside_others(turn: IO[str]) -> Iterator[None]:
    fcntl.flock(turn, fcntl.LOCK_SH)
    yield
    fcntl.flock(turn, fcntl.LOCK_UN)


@pytest.fixture
def alone(turn: IO[str], beside_others: None) -> Alone:
    """Returns when no other test runs, which may be at the end of all; until this one is over none begins."""
    return lambda: fcntl.flock(turn, fcntl.LOCK_EX)
