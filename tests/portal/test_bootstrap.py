"""From a fresh clone to a start: built once, repeated never, and nothing half-done passes for done.

The projects here have an empty lock, so that no test needs a network.
"""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal import bootstrap
from portal.interpreters import TOO_NEW, candidates, probe

ROOT = Path(__file__).resolve().parents[2]
BEFORE_THE_RIGHT_PYTHON = ["manage.py", "portal/__init__.py"] + [
    f"portal/{name}.py" for name in ("bootstrap", "installing", "interpreters")
]
COMMAND = "import sys; from portal import bootstrap; bootstrap.ensure('run'); print(sys.prefix)"
UNOBTAINABLE = "absent-package==1.0 --hash=sha256:" + "0" * 64


def make_project(folder: Path) -> Path:
    (folder / "portal" / "locks").mkdir(parents=True)
    for name in BEFORE_THE_RIGHT_PYTHON[1:]:
        shutil.copy(ROOT / name, folder / name)
    for lock in ("run", "test"):
        (folder / "portal" / "locks" / f"{lock}.txt").write_text("# nothing\n")
    (folder / "start.py").write_text(COMMAND)
    return folder


def begin(project: Path, python: str = sys.executable) -> subprocess.Popen[str]:
    environ = {name: value for name, value in os.environ.items() if name not in ("PYTHON", "PORTAL_NO_BOOTSTRAP")}
    return subprocess.Popen(
        [python, "start.py"],
        cwd=project,
        env={**environ, "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PYTHON": sys.executable},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def start(project: Path, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    process = begin(project, python)
    out, error = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, out, error)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that was started before."""
    folder = make_project(tmp_path_factory.mktemp("built"))
    first = start(folder)
    assert first.returncode == 0, first.stderr
    assert first.stdout.strip() == str(folder / ".venv")
    assert "1/2" in first.stderr
    assert "2/2" in first.stderr
    return folder


@pytest.mark.parametrize("name", BEFORE_THE_RIGHT_PYTHON)
def test_what_runs_first_is_written_for_python_3_8(name: str) -> None:
    ast.parse((ROOT / name).read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize("name", BEFORE_THE_RIGHT_PYTHON[1:])
def test_what_runs_first_uses_the_standard_library_only(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    assert {module.partition(".")[0] for module in modules} <= {*sys.stdlib_module_names, "portal"}


def test_an_older_python_starts_it_too(project: Path) -> None:
    older = next(
        (path for path in candidates() if (found := probe(path, ())) and (3, 8) <= found.version < (3, 12)), None
    )
    if older is None:
        pytest.skip("no Python from 3.8 to 3.11 on this machine")
    assert start(project, older).stdout.strip() == str(project / ".venv")


def test_a_second_start_says_and_installs_nothing(project: Path) -> None:
    second = start(project)
    assert (second.returncode, second.stderr) == (0, "")


def test_a_changed_lock_is_installed_and_the_folder_kept(project: Path) -> None:
    made = (project / ".venv" / "pyvenv.cfg").stat().st_mtime_ns
    (project / "portal" / "locks" / "run.txt").write_text("# still nothing\n")
    again = start(project)
    assert "2/2" in again.stderr
    assert "1/2" not in again.stderr
    assert (project / ".venv" / "pyvenv.cfg").stat().st_mtime_ns == made


def test_a_failed_installation_says_what_to_do_and_is_tried_again(project: Path) -> None:
    lock = project / "portal" / "locks" / "run.txt"
    before = lock.read_text()
    lock.write_text(UNOBTAINABLE)
    failed = start(project)
    assert failed.returncode == 1
    assert "HTTPS_PROXY" in failed.stderr
    assert "pip download -r portal/locks/run.txt" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert not (project / ".venv" / "installed.txt").read_text()
    lock.write_text(before)
    assert start(project).returncode == 0


def test_a_folder_whose_interpreter_is_gone_is_built_anew(project: Path) -> None:
    python = project / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(project / "removed")
    again = start(project)
    assert again.returncode == 0, again.stderr
    assert "1/2" in again.stderr


def test_two_starts_at_once_build_one_folder(tmp_path: Path) -> None:
    project = make_project(tmp_path / "both")
    both = [begin(project), begin(project)]
    told = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert sum("2/2" in each for each in told) == 1
    assert sum("waiting for it" in each for each in told) <= 1


def test_it_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_NO_BOOTSTRAP", "1")
    monkeypatch.setattr(bootstrap, "usable", pytest.fail)
    bootstrap.ensure("run")


@pytest.fixture
def stamped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for lock in ("run", "test"):
        (tmp_path / f"{lock}.txt").write_text(lock)
    monkeypatch.setattr(bootstrap, "LOCKS", str(tmp_path))
    monkeypatch.setattr(bootstrap, "STAMP", str(tmp_path / "stamp"))
    return tmp_path


@pytest.mark.usefixtures("stamped")
def test_what_the_tests_need_satisfies_a_run_but_not_the_other_way_round() -> None:
    bootstrap.remember(bootstrap.SATISFIES["run"])
    assert (bootstrap.installed("run"), bootstrap.installed("test")) == (True, False)
    bootstrap.remember(bootstrap.SATISFIES["test"])
    assert (bootstrap.installed("run"), bootstrap.installed("test")) == (True, True)


def test_while_packages_are_replaced_nothing_passes_for_installed(stamped: Path) -> None:
    bootstrap.remember(bootstrap.SATISFIES["test"])
    (stamped / "run.txt").write_text("newer")
    bootstrap.forget_unless_kept("run")
    assert (bootstrap.installed("run"), bootstrap.installed("test")) == (False, False)


@pytest.mark.usefixtures("stamped")
def test_adding_the_tests_packages_keeps_a_run_possible() -> None:
    bootstrap.remember(bootstrap.SATISFIES["run"])
    bootstrap.forget_unless_kept("test")
    assert bootstrap.installed("run")


def test_every_supported_python_is_looked_for_by_name() -> None:
    from portal.interpreters import NAMES, OLDEST

    expected = [f"python3.{minor}" for minor in range(OLDEST[1], TOO_NEW[1])]
    assert sorted(NAMES) == ["python3", *expected]
