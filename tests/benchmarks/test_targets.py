"""What a request costs, as ratios of one run; `-s` prints the table, `python -m tests.benchmarks` takes its time."""

import os
from pathlib import Path

import pytest

from tests.benchmarks.measuring import measured
from tests.benchmarks.stage import set_up
from tests.benchmarks.table import Promise, printed

STORED = int(os.environ.get("BENCHMARK_STORED") or 10_000)
ROUNDS = int(os.environ.get("BENCHMARK_ROUNDS") or 3)
REQUESTS = 400  # of each kind in a round

pytestmark = pytest.mark.postgres

EVERYWHERE = [
    Promise("one of many", "check", 0.9),  # how many tokens their owner has makes no difference
    Promise("garbage", "check", 1),
    Promise("wrong secret", "check", 1),
]


def test_each_promise_is_kept(tmp_path: Path) -> None:
    with set_up(tmp_path, STORED) as cases:
        database = next(iter(cases["check"].server.log.parent.glob("*.sqlite3")), None)
        made = EVERYWHERE
        taken = measured(cases, rounds=ROUNDS, requests=REQUESTS)
    print(printed(f"{'SQLite' if database else 'PostgreSQL'}, {STORED:,} stored", taken, made))
    assert not [promise.line(taken) for promise in made if not promise.is_kept(taken)]
