"""`.venv/bin/python -m tests.benchmarks`: the table at length, on both databases, with 100,000 stored tokens."""

import os
import subprocess
import sys

from tests.databases import postgresql

LONG = {"BENCHMARK_STORED": "100000", "BENCHMARK_ROUNDS": "15"}
COMMAND = [sys.executable, "-m", "pytest", "-q", "-s", "tests/benchmarks"]


def main() -> int:
    """1 where a promise is broken. What is set in the environment is not replaced."""
    environ = {**LONG, **os.environ}
    environ.pop("PORTAL_TEST_DATABASE_URL", None)
    codes = [subprocess.run(COMMAND, env=environ, check=False).returncode]
    with postgresql() as address:
        on_a_server = {**environ, "PORTAL_TEST_DATABASE_URL": address}
        codes.append(subprocess.run(COMMAND, env=on_a_server, check=False).returncode)
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
