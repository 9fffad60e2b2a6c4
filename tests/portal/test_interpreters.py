"""Finding a Python: none is believed by its name, each is asked."""

import sys
from pathlib import Path

import pytest

from portal import interpreters
from portal.interpreters import NEEDED, NoInterpreter, newest, probe


@pytest.fixture(autouse=True)
def nothing_but_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only what a test puts into `tmp_path` can be found."""
    monkeypatch.delenv("PYTHON", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(interpreters, "USUAL_FOLDERS", ())
    monkeypatch.setattr(interpreters, "MANAGED", ())
    monkeypatch.setattr(sys, "executable", str(tmp_path / "absent"))


def python(path: Path, version: str, kind: str = "cpython final", missing: str = "") -> str:
    """A stand-in that answers the probe like a Python of this version."""
    answer = "\\n".join([kind, version, missing, str(path), "/base"])
    return script(path, f"printf '{answer}\\n'")


def script(path: Path, body: str) -> str:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_this_python_answers_the_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    found = probe(sys.executable, ("ssl", "sqlite3"))
    assert found is not None
    assert found.fits
    assert found.version == sys.version_info[:3]


def test_the_newest_that_fits_wins_whatever_its_name(tmp_path: Path) -> None:
    python(tmp_path / "python3", "3.13.2")
    python(tmp_path / "python3.12", "3.12.9")
    assert newest().version == (3, 13, 2)


def test_versions_are_compared_as_numbers(tmp_path: Path) -> None:
    python(tmp_path / "python3", "3.13.9")
    python(tmp_path / "python3.13", "3.13.10")
    assert newest().version == (3, 13, 10)


@pytest.mark.parametrize(
    "body", ["exit 127", "echo nonsense", "exit 0", "printf 'cpython final\\n3.x\\n\\n/p\\n/b\\n'"]
)
def test_a_shim_that_fails_or_babbles_is_skipped(tmp_path: Path, body: str) -> None:
    script(tmp_path / "python3.14", body)
    python(tmp_path / "python3.12", "3.12.1")
    assert newest().version == (3, 12, 1)


def test_one_that_hangs_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreters, "PROBE_SECONDS", 0.2)
    assert probe(script(tmp_path / "python3", "exec /bin/sleep 5")) is None


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("3.11.9", "cpython final"),
        ("3.15.0", "cpython final"),
        ("3.14.0", "cpython candidate"),
        ("3.13.1", "pypy final"),
        ("3.13.1", "cpythont final"),  # free-threaded: no wheels of ours
    ],
)
def test_other_pythons_do_not_fit(tmp_path: Path, version: str, kind: str) -> None:
    python(tmp_path / "python3", version, kind)
    with pytest.raises(NoInterpreter, match=r"none was found.*apt install python3-venv.*PYTHON="):
        newest()


def test_a_debian_python_without_venv_is_named_with_its_package(tmp_path: Path) -> None:
    python(tmp_path / "python3", "3.13.5", missing="ensurepip")
    with pytest.raises(NoInterpreter, match=r"lacks ensurepip: on Debian `apt install python3\.13-venv`"):
        newest()


def test_the_one_that_python_names_is_asked_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python(tmp_path / "python3.14", "3.14.0")
    monkeypatch.setenv("PYTHON", python(tmp_path / "mine", "3.12.4"))
    assert newest().version == (3, 12, 4)


@pytest.mark.parametrize(("body", "said"), [("exit 127", "does not run"), (None, "is cpython final 3.11.2")])
def test_a_python_chosen_wrongly_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str | None, said: str
) -> None:
    mine = tmp_path / "mine"
    monkeypatch.setenv("PYTHON", script(mine, body) if body else python(mine, "3.11.2"))
    with pytest.raises(NoInterpreter, match=said):
        newest()


def test_what_is_needed_is_what_installing_and_serving_use() -> None:
    assert set(NEEDED) == {"ensurepip", "venv", "ssl", "sqlite3"}
