"""The house keeps its own rules: storeys, types, formats, sizes, and what may never stand in a file."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LONGEST_FILE_LINES = 300
LONGEST_FUNCTION_LINES = 40
INLINE = re.compile(r"(?<!-)\bstyle=|\son[a-z]+=|hx-on|\bjs:|<style|\|safe\b|\bautoescape off\b")
MARKED_SAFE = re.compile(r"\b(?:mark_safe|html_safe)\b|\bSafeString\(")
INDEX_HOSTS = re.compile(r"(?:pypi|pythonhosted|npmjs|debian)\.(?:org|com)", re.IGNORECASE)


def _files(*patterns: str) -> list[Path]:
    git = shutil.which("git") or "git"
    listed = subprocess.run(
        [git, "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def _sources() -> list[Path]:
    return [path for path in _files("*.py") if "migrations" not in path.parts]


def _passes(*command: str) -> None:
    done = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_imports_go_down_the_stairs_only() -> None:
    _passes("lint-imports")


def test_the_linter_finds_nothing() -> None:
    _passes("ruff", "check", ".")


def test_the_formatter_would_change_nothing() -> None:
    _passes("ruff", "format", "--check", ".")


def test_every_type_is_right() -> None:
    _passes("mypy", ".")


def test_every_template_is_well_formed() -> None:
    _passes("djade", "--check", "--target-version", "6.0", *map(str, _files("templates/*.html")))


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say() -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_file_is_long() -> None:
    long = {
        str(path): count for path in _sources() if (count := len(path.read_text().splitlines())) > LONGEST_FILE_LINES
    }
    assert not long


def test_no_function_is_long() -> None:
    long = [name for path in _sources() for name, lines in _functions(path) if lines > LONGEST_FUNCTION_LINES]
    assert not long


def test_half_of_all_functions_fit_into_nine_lines() -> None:
    """The sizes of the code we admire: median 3 to 9 lines, nine of ten under 25."""
    product = [path for path in _sources() if "tests" not in path.parts]
    sizes = sorted(lines for path in product for _, lines in _functions(path))
    assert sizes[len(sizes) // 2] <= 9
    assert sizes[len(sizes) * 9 // 10] < 25


def test_no_template_carries_inline_code_or_switches_escaping_off() -> None:
    found = [
        f"{path}: {match.group()}" for path in _files("templates/*.html") if (match := INLINE.search(path.read_text()))
    ]
    assert not found


def test_every_icon_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'id="i-([a-z-]+)"', (ROOT / "templates/components/sprite.html").read_text()))
    for template in (ROOT / "templates").rglob("*.html"):
        assert set(re.findall(r'{% icon "([a-z-]+)" %}', template.read_text())) <= drawn, template


def test_no_python_vouches_for_markup() -> None:
    """`format_html` escapes what it is given; nothing here needs to say that a text is safe."""
    product = [path for path in _sources() if "tests" not in path.parts]
    assert product
    assert not [str(path) for path in product if MARKED_SAFE.search(path.read_text())]


def test_the_content_security_policy_allows_nothing_unsafe() -> None:
    from django.conf import settings

    sources = [source for sources in settings.SECURE_CSP.values() for source in sources]
    assert not [source for source in sources if "unsafe" in str(source)]


def test_no_file_names_a_package_index() -> None:
    texts = [path for path in _files() if path.suffix not in {".png"}]
    assert not [str(path) for path in texts if INDEX_HOSTS.search(path.read_text(encoding="utf-8"))]


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1
