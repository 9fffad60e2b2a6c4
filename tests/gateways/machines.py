"""The proxies of the machine: found by name, never downloaded. Without one its tests are skipped, loudly."""

import os
import shutil
from pathlib import Path

import pytest

NAMES = ("nginx", "caddy")
REQUIRED = os.environ.get("REQUIRE_GATEWAYS") == "1"
PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])  # Debian keeps nginx there


def find(name: str) -> Path | None:
    found = shutil.which(name, path=PATH)
    return Path(found) if found else None


def needed(name: str) -> Path:
    """The proxy, or the end of a fixture and of everything that wants it."""
    return find(name) or pytest.skip(absence(name))


def absence(name: str) -> str:
    return f"no {name} on this machine (install a package of that name)"


def missing() -> list[str]:
    return [absence(name) for name in NAMES if not find(name)]
