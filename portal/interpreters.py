"""Finds a Python that can carry the portal, by running each one it meets. Standard library only, Python 3.8 and up.

A name proves nothing: a version manager's shim called python3.13 may answer 127, a Debian Python may lack venv, a
self-built one may lack ssl. So every candidate is asked, and what it answers decides.
"""

from __future__ import annotations

import glob
import os
import subprocess
import sys
from typing import Iterator, NamedTuple

OLDEST, TOO_NEW = (3, 12), (3, 15)
NAMES = ("python3.14", "python3.13", "python3.12", "python3")
USUAL_FOLDERS = ("/usr/local/bin", "/usr/bin", "/opt/homebrew/bin", "/opt/local/bin", "~/.local/bin")
# Where version managers keep their Pythons; a variable that is set moves the folder.
MANAGED = (
    ("PYENV_ROOT", "~/.pyenv", "versions/*/bin/python3"),
    ("UV_PYTHON_INSTALL_DIR", "~/.local/share/uv/python", "*/bin/python3"),
    ("ASDF_DATA_DIR", "~/.asdf", "installs/python/*/bin/python3"),
    ("MISE_DATA_DIR", "~/.local/share/mise", "installs/python/*/bin/python3"),
)
PROBE_SECONDS = 10
PROBE = """
import sys
missing = []
for name in %r:
    try:
        __import__(name)
    except Exception:
        missing.append(name)
kind = sys.implementation.name + getattr(sys, "abiflags", "") + " " + sys.version_info[3]
print("\\n".join([kind, "%%d.%%d.%%d" %% sys.version_info[:3], " ".join(missing), sys.executable, sys.base_prefix]))
"""
NEEDED = ("ensurepip", "venv", "ssl", "sqlite3")


class Interpreter(NamedTuple):
    """What one Python said about itself."""

    kind: str
    version: tuple[int, ...]
    missing: tuple[str, ...]
    path: str
    base: str

    @property
    def fits_by_version(self) -> bool:
        """Final CPython of a supported version; free-threaded and debug builds have no wheels here."""
        return self.kind == "cpython final" and OLDEST <= self.version[:2] < TOO_NEW

    @property
    def fits(self) -> bool:
        """Also able to make a virtual environment, to download, and to open the embedded database."""
        return self.fits_by_version and not self.missing

    @property
    def label(self) -> str:
        return ".".join(map(str, self.version))


class NoInterpreter(Exception):
    """No Python here fits; the message is for a person and says the way out."""


def probe(path: str, needed: tuple[str, ...] = NEEDED) -> Interpreter | None:
    """Run `path` and read what it is; None when it does not run or is too old to answer."""
    try:
        answer = subprocess.run(
            [path, "-I", "-c", PROBE % (needed,)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PROBE_SECONDS,
            check=True,
        )
        kind, version, missing, executable, base = os.fsdecode(answer.stdout).splitlines()
        numbers = tuple(int(part) for part in version.split("."))
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return Interpreter(kind, numbers, tuple(missing.split()), executable, base)


def newest() -> Interpreter:
    """The newest Python that fits, or the one `PYTHON` names; NoInterpreter otherwise."""
    chosen = os.environ.get("PYTHON")
    paths = [chosen] if chosen else list(dict.fromkeys(candidates()))
    met = [python for python in map(probe, paths) if python]
    fitting = [python for python in met if python.fits]
    if not fitting:
        raise NoInterpreter(explain(chosen, met))
    return max(fitting, key=lambda python: python.version)


def candidates() -> Iterator[str]:
    """Every place worth asking; the running interpreter first, so that it wins among equals."""
    yield sys.executable
    for folder in (*os.environ.get("PATH", "").split(os.pathsep), *map(os.path.expanduser, USUAL_FOLDERS)):
        for name in NAMES:
            path = os.path.join(folder, name)
            if os.access(path, os.X_OK):
                yield path
    for variable, default, pattern in MANAGED:
        folder = os.path.expanduser(os.environ.get(variable) or default)
        yield from sorted(glob.glob(os.path.join(glob.escape(folder), pattern)))


def explain(chosen: str | None, met: list[Interpreter]) -> str:
    """One sentence for the person, as exact as what was met allows."""
    way_out = "or name another one: PYTHON=/path/to/python3.13 python3 manage.py demo"
    for python in met:
        if python.fits_by_version:
            package = "python{}.{}-venv".format(*python.version[:2])
            return f"{python.path} lacks {', '.join(python.missing)}: on Debian `apt install {package}`, {way_out}"
    if chosen:
        what = f"is {met[0].kind} {met[0].label}" if met else "does not run"
        return f"PYTHON={chosen} {what}, and the portal needs CPython 3.12, 3.13 or 3.14: unset PYTHON, {way_out}"
    return (
        "The portal needs CPython 3.12, 3.13 or 3.14, and none was found: "
        f"install one (Debian 13, Ubuntu 24.04 or newer: `apt install python3-venv`), {way_out}"
    )
