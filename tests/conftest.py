"""What every test lives in. The people are in `cast`, the browser in `browser/`."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

from accounts import letters
from api import limits
from audit import tallies
from tests import browsers, npm
from tests.examples import examples
from tests.gateways import machines
from tokens import at_rest, proven, usage

pytest_plugins = ["tests.alone", "tests.cast", "tests.durability.sinks"]

# No property fails by the clock of a busy machine, and fixtures are made once for all examples: what one of them writes
# it undoes. With CI=true, how many examples there are is nobody's to lower.
NOT_A_FAULT = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("house", max_examples=examples(100), deadline=None, suppress_health_check=NOT_A_FAULT)
settings.load_profile("house")
MIGRATED = {"django_content_type", "auth_permission"}


@pytest.fixture(autouse=True, scope="session")
def real_hasher() -> Iterator[PasswordHasher]:
    """What the product hashes tokens with. Thousands are made here, at 20 ms each: elsewhere a cheap one does."""
    real = at_rest.HASHER
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(at_rest, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield real


class AtOnce(Executor):
    """What is put off is done there and then."""

    def submit[**P, T](self, do: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        done: Future[T] = Future()
        done.set_result(do(*args, **kwargs))
        return done


@pytest.fixture(autouse=True, scope="session")
def mail_leaves_at_once() -> Iterator[None]:
    """Tests read it when the answer is there."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(letters, "_behind", AtOnce())
        yield


@pytest.fixture(autouse=True, scope="session")
def quick_flush() -> Iterator[None]:
    """Django's own, after each test that commits, also makes anew what every migration leaves: 25 ms each time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TransactionTestCase, "_fixture_teardown", lambda test: _flush())
        yield


def _flush() -> None:
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - MIGRATED
    statements = connection.ops.sql_flush(no_style(), sorted(tables), reset_sequences=False, allow_cascade=False)
    connection.ops.execute_sql_flush(statements)


@pytest.fixture(autouse=True)
def no_memory_of_other_tests() -> None:
    """Throttles count in the cache and in the process."""
    cache.clear()
    limits.forget()
    proven.forget()


@pytest.fixture(autouse=True)
def last_uses_are_written_on_demand(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No thread of the product's writes into a test's database; tests call `usage.flush`."""
    monkeypatch.setattr(usage, "_start", lambda: None)
    yield
    usage.forget()
    tallies.forget()


def pytest_configure() -> None:
    """Where a browser, the proxies or npm are demanded, their absence is told before anything runs."""
    if browsers.REQUIRED and not browsers.find():
        raise pytest.UsageError(f"REQUIRE_BROWSER=1, but {browsers.NO_BROWSER}")
    if machines.REQUIRED and machines.missing():
        raise pytest.UsageError(f"REQUIRE_GATEWAYS=1, but {' and '.join(machines.missing())}")
    if npm.REQUIRED and not npm.is_there():
        raise pytest.UsageError(f"REQUIRE_NPM=1, but {npm.NO_NPM}")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where only tests with one mark run, modules without it are not even read: that takes longer than some runs."""
    only = re.fullmatch(r"\((\w+)\)", config.getoption("markexpr"))
    if not only or collection_path.is_dir():
        return None
    return f"mark.{only[1]}" not in collection_path.read_text(encoding="utf-8") or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the browser need one. Only its absence skips them: one that does not start is a failure."""
    absent = {"browser": "" if browsers.find() else browsers.NO_BROWSER, "npm": "" if npm.is_there() else npm.NO_NPM}
    for item in items:
        for name, reason in absent.items():
            if reason and item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Red lines: under xdist only what the reports say reaches the process that prints."""
    reports = terminalreporter.stats.get("skipped", ())
    for reason in (browsers.NO_BROWSER, npm.NO_NPM, *map(machines.absence, machines.NAMES)):
        count = sum(reason in str(report.longrepr) for report in reports)
        if count:
            terminalreporter.write_line(f"{count} TESTS DID NOT RUN: {reason}", red=True, bold=True)
