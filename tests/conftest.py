"""What every test lives in. The people are in `cast`, the browser in `browser/`."""

import pytest
from django.core.cache import cache

from api import limits
from tests import browsers

pytest_plugins = ["tests.cast"]


@pytest.fixture(autouse=True)
def no_memory_of_other_tests() -> None:
    """Throttles count in the cache and in the process."""
    cache.clear()
    limits.forget()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the browser need one. Only its absence skips them: one that does not start is a failure."""
    driven = [item for item in items if item.get_closest_marker("browser")]
    if not driven or browsers.find():
        return
    if browsers.REQUIRED:
        raise pytest.UsageError(f"REQUIRE_BROWSER=1, but {browsers.NO_BROWSER}")
    for item in driven:
        item.add_marker(pytest.mark.skip(reason=browsers.NO_BROWSER))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One red line: under xdist only what the reports say reaches the process that prints."""
    reports = terminalreporter.stats.get("skipped", ())
    count = sum(browsers.NO_BROWSER in str(report.longrepr) for report in reports)
    if count:
        terminalreporter.write_line(f"{count} TESTS DID NOT RUN: {browsers.NO_BROWSER}", red=True, bold=True)
