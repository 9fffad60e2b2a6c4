"""Clients from npm, in the versions of the lock, installed once beside their list. Without npm they are skipped."""

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
STAMP = HERE / "node_modules" / ".installed"
REQUIRED = os.environ.get("REQUIRE_NPM") == "1"
NO_NPM = "no npm on this machine (install the package npm)"
SECONDS = 60


def is_there() -> bool:
    return bool(shutil.which("npm") and shutil.which("node"))


def run(script: str, *arguments: str, told: object = None, **environ: str) -> Any:
    """What a script of this folder says, as JSON, having been `told` so. Installs first, one process at a time."""
    _install()
    node = shutil.which("node") or "node"
    done = subprocess.run(
        [node, script, *arguments],
        cwd=HERE,
        input=json.dumps(told),
        env={"PATH": os.environ["PATH"], **environ},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])  # some clients write what they do above it


def _install() -> None:
    lock = (HERE / "package-lock.json").read_text(encoding="utf-8")
    with (HERE / "package.json").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == lock:
            return
        npm = shutil.which("npm") or "npm"
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run([npm, "ci", *options], cwd=HERE, stdout=subprocess.DEVNULL, timeout=SECONDS, check=True)
        STAMP.write_text(lock, encoding="utf-8")
