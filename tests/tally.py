"""A pytest plugin that leaves a run's counts for the test command, which adds up the runs."""

import json
import os
from pathlib import Path

import pytest

VARIABLE = "PORTAL_TEST_TALLY"
COUNTED = {"passed": ("passed", "xfailed"), "failed": ("failed", "error", "xpassed"), "skipped": ("skipped",)}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Runs in the process that prints, so under xdist it counts what every worker did."""
    path = os.environ.get(VARIABLE)
    if path:
        stats = terminalreporter.stats
        counts = {name: sum(len(stats.get(kind, ())) for kind in kinds) for name, kinds in COUNTED.items()}
        Path(path).write_text(json.dumps(counts), encoding="utf-8")
