"""Several deeds at the same moment, each in a thread with a database connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

GATHER_SECONDS = 60


def together(deeds: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each returned, or the ValidationError with which it was refused; any other exception is raised."""
    start = Barrier(len(deeds), timeout=GATHER_SECONDS)
    if pool := getattr(connection, "pool", None):  # more threads than a server process ever has share its connections
        pool.timeout = GATHER_SECONDS

    def run(deed: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return deed()
        except ValidationError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def refusals(results: Sequence[object]) -> list[ValidationError]:
    return [result for result in results if isinstance(result, ValidationError)]
