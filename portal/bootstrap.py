"""From a fresh clone to a running portal: find a Python, build `.venv`, install the locked packages, start again in it.

Standard library only, Python 3.8 and up. A start with everything in place costs one run of `.venv`'s Python.
`PYTHON=/path` chooses the interpreter; `PORTAL_NO_BOOTSTRAP=1` switches all of this off (containers, systemd).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from typing import Iterator

from portal.interpreters import NoInterpreter, newest, probe

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "installed.txt")
LOCKS = os.path.join(ROOT, "portal", "locks")
# What each lock also satisfies: test.txt holds every line of run.txt, so going back and forth installs nothing.
SATISFIES = {"run": ("run",), "test": ("run", "test")}


def ensure(lock: str) -> None:
    """Return inside `.venv` with `lock` (run or test) installed; on the way there the process replaces itself."""
    if os.environ.get("PORTAL_NO_BOOTSTRAP") == "1":
        return
    inside = os.path.realpath(sys.prefix) == os.path.realpath(VENV)
    try:
        if not (usable(inside) and installed(lock)):
            prepare(lock, inside)
    except NoInterpreter as reason:
        sys.exit("{}.".format(str(reason).rstrip(".")))
    except KeyboardInterrupt:
        sys.exit("\nStopped. The next start goes on from here.")
    if not inside:
        sys.stdout.flush()
        os.execv(VENV_PYTHON, [VENV_PYTHON, *sys.argv])


def usable(inside: bool) -> bool:
    """Whether `.venv` runs (its base interpreter may be gone) and is of the Python that `PYTHON` names, if it does."""
    if inside:
        return True
    python = probe(VENV_PYTHON, ("pip", "ssl", "sqlite3"))
    if python is None or not python.fits:
        return False
    chosen = os.environ.get("PYTHON")
    if not chosen:
        return True
    wanted = probe(chosen)
    return wanted is not None and wanted.version == python.version and os.path.samefile(wanted.base, python.base)


def installed(lock: str) -> bool:
    """Whether `.venv` holds what the lock file says today."""
    return fingerprint(lock) in stamps()


def prepare(lock: str, inside: bool) -> None:
    """Build `.venv` where needed and install; one process at a time, the others wait and find the work done."""
    from portal import installing  # only now: a warm start needs none of it

    with only_one() as turn:
        if not usable(inside):
            python = newest()
            installing.build(python, VENV, turn)
        if not installed(lock):
            path = os.path.join(LOCKS, lock + ".txt")
            forget_unless_kept(lock)
            installing.install(VENV_PYTHON, path, turn)
            remember(SATISFIES[lock])


@contextlib.contextmanager
def only_one() -> Iterator[int]:
    """Holds the file lock; yields its descriptor, for children to keep it held when this start is killed."""
    import fcntl

    turn = os.open(os.path.join(ROOT, ".venv.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Another start is installing; waiting for it ...", file=sys.stderr, flush=True)
            fcntl.flock(turn, fcntl.LOCK_EX)
        yield turn
    finally:
        os.close(turn)


def fingerprint(lock: str) -> str:
    with open(os.path.join(LOCKS, lock + ".txt"), "rb") as file:
        return f"{lock} {hashlib.sha256(file.read()).hexdigest()}"


def stamps() -> set[str]:
    try:
        with open(STAMP, encoding="utf-8") as file:
            return set(file.read().splitlines())
    except OSError:
        return set()


def forget_unless_kept(lock: str) -> None:
    """Before packages change: what a stop half-way leaves must not pass. Adding test to run changes none."""
    if not (lock == "test" and installed("run")):
        remember(())


def remember(locks: tuple[str, ...]) -> None:
    """Write the stamp in one step, after the deed."""
    draft = f"{STAMP}.{os.getpid()}"
    with open(draft, "w", encoding="utf-8") as file:
        file.writelines(fingerprint(lock) + "\n" for lock in locks)
    os.replace(draft, STAMP)
