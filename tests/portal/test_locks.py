"""The lock files: what a start installs is named to the byte, from nowhere in particular."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "portal" / "locks"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DECLARED = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"]["test"]]
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    return dict(PIN.findall((LOCKS / lock).read_text(encoding="utf-8")))


@pytest.mark.parametrize("lock", ["run.txt", "test.txt"])
def test_a_lock_names_no_address_and_no_folder(lock: str) -> None:
    text = (LOCKS / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--(?:extra-)?index|--find-links|--trusted-host|(?<![\w.])/\w", text)


@pytest.mark.parametrize("lock", ["run.txt", "test.txt"])
def test_every_package_of_a_lock_is_proved_by_a_hash(lock: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", (LOCKS / lock).read_text(encoding="utf-8"))
    assert len(entries) == len(pins(lock))
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_test_lock_holds_every_pin_of_the_run_lock() -> None:
    assert pins("run.txt").items() <= pins("test.txt").items()


@pytest.mark.parametrize("declared", DECLARED)
def test_what_is_locked_and_installed_is_no_older_than_declared(declared: str) -> None:
    """Without a lock an installer steps back silently to a release that excludes nothing."""
    requirement = Requirement(declared)
    assert requirement.specifier
    assert pins("test.txt")[canonicalize_name(requirement.name)] in requirement.specifier
    assert version(requirement.name) in requirement.specifier


def test_only_what_is_needed_to_run_is_in_the_run_lock() -> None:
    assert not pins("run.txt").keys() & {canonicalize_name(Requirement(it).name) for it in DECLARED if "pytest" in it}
