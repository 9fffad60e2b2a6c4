"""What `manage.py test` does: one pytest for each database, each a process of its own, and a last line over both.

PORTAL_TEST_DATABASES says how much runs on PostgreSQL too: `races` (default) only tests marked `postgres`, `all`
everything but the browser, `sqlite` nothing.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, field
from pathlib import Path

from tests.databases import postgresql
from tests.tally import VARIABLE as TALLY

ROOT = Path(__file__).resolve().parent.parent
ON_POSTGRESQL = {"races": "postgres", "all": "not browser", "sqlite": ""}
WORKERS = "3"  # on two cores: tests also wait, for servers, browsers and each other
ROOM_BYTES = 1 << 30
REMEMBERING = {"PYTHONDONTWRITEBYTECODE": ""}  # six processes would each translate every test anew
PASSED, NO_TESTS, USAGE = 0, 5, 4
GOES_ON = {PASSED, 1, NO_TESTS}  # not after an interruption or a mistake in the arguments


@dataclass
class Run:
    """One pytest on one database."""

    name: str
    code: int = PASSED
    seconds: float = 0
    counts: dict[str, int] = field(default_factory=lambda: {"passed": 0, "failed": 0, "skipped": 0})

    @property
    def line(self) -> str:
        return ", ".join(f"{count} {name}" for name, count in self.counts.items())


def run(arguments: list[str]) -> int:
    """The exit code of the whole: pytest's own where one run failed."""
    chosen, rest = _parse(arguments)
    marks = ON_POSTGRESQL.get(os.environ.get("PORTAL_TEST_DATABASES") or "races")
    if marks is None:
        print(f"PORTAL_TEST_DATABASES must be one of {', '.join(ON_POSTGRESQL)}.", file=sys.stderr)
        return USAGE
    runs = [_pytest("SQLite", "", chosen.marks, chosen, rest)]
    if marks and runs[0].code in GOES_ON:
        runs.append(_on_postgresql(" and ".join(f"({mark})" for mark in (chosen.marks, marks) if mark), chosen, rest))
    return _sum_up(runs)


def _parse(arguments: list[str]) -> tuple[Namespace, list[str]]:
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-m", dest="marks", default="")
    parser.add_argument("-n", "--numprocesses", dest="workers", default=WORKERS)
    return parser.parse_known_args(arguments)


def _on_postgresql(marks: str, chosen: Namespace, rest: list[str]) -> Run:
    print("\nPostgreSQL", flush=True)
    with postgresql() as address:
        return _pytest("PostgreSQL", address, marks, chosen, rest)


def _pytest(name: str, address: str, marks: str, chosen: Namespace, rest: list[str]) -> Run:
    workers = "0" if "--pdb" in rest else chosen.workers
    selection = ["-m", marks] if marks else []
    spread = ["-n", workers, "--dist", "worksteal"]
    command = [sys.executable, "-m", "pytest", "-p", "tests.tally", *spread, *selection, *rest]
    result, start = Run(name), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="portal-tests-", dir=_quickest()) as folder:
        tally, embedded = Path(folder) / "counts.json", f"sqlite:///{folder}/portal.sqlite3"
        environ = {**os.environ, **REMEMBERING, "PORTAL_TEST_DATABASE_URL": address or embedded, TALLY: str(tally)}
        result.code = subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode
        if tally.is_file():
            result.counts = json.loads(tally.read_text(encoding="utf-8"))
    result.seconds = time.monotonic() - start
    return result


def _quickest() -> str | None:
    """A folder in memory where there is room: tests commit thousands of times, and a disk makes each one wait."""
    in_memory = Path("/dev/shm")  # noqa: S108 - the folder in it has a name that nobody knows
    is_roomy = os.access(in_memory, os.W_OK) and shutil.disk_usage(in_memory).free > ROOM_BYTES
    return str(in_memory) if is_roomy else None


def _sum_up(runs: list[Run]) -> int:
    print()
    for result in runs:
        print(f"{result.name:<12}{result.line} in {result.seconds:.0f} s")
    total = Run("all", counts={name: sum(result.counts[name] for result in runs) for name in runs[0].counts})
    print(f"total: {total.line}", flush=True)
    codes = {result.code for result in runs} - {NO_TESTS}
    if not codes:
        return NO_TESTS
    return next((abs(code) for code in codes if code != PASSED), PASSED)  # a killed pytest has a negative one
