"""A page's stylesheet is one file, with every rule of every component in the layer that it was given."""

import re
from collections import Counter
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.management import call_command
from pytest import MonkeyPatch

from portal import stylesheet
from portal.stylesheet import NAME, PARTS, whole

CSS = PARTS.parent


def found() -> Path:
    path = finders.find(NAME)
    assert isinstance(path, str)
    return Path(path)


def test_it_asks_for_nothing_more() -> None:
    assert not re.search(r"@import|@charset|url\((?!\"?data:)", found().read_text(encoding="utf-8"))


def test_every_part_is_in_it_once() -> None:
    text = found().read_text(encoding="utf-8")
    parts = [file.read_text(encoding="utf-8") for file in CSS.rglob("*.css") if file != PARTS]
    assert Counter(text.count(part) for part in parts) == {1: len(parts)}
    assert text.count("{") == text.count("}") == sum(part.count("{") + 1 for part in parts)


def test_a_part_has_the_layer_that_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "layers.css").write_text('@layer low, high;\n\n@import url("a.css") layer(high);\n', encoding="utf-8")
    (tmp_path / "a.css").write_text(".a { color: red }\n", encoding="utf-8")
    assert whole(tmp_path / "layers.css") == "@layer low, high;\n\n@layer high {\n.a { color: red }\n}\n"


def test_a_change_is_seen_at_once_and_nothing_else_is_written(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    parts, before = tmp_path / "layers.css", found()
    written = before.stat().st_mtime_ns
    assert found().stat().st_mtime_ns == written
    parts.write_text("a { color: red }\n", encoding="utf-8")
    monkeypatch.setattr(stylesheet, "PARTS", parts)
    assert found().read_text(encoding="utf-8") == "a { color: red }\n"


def test_it_is_collected_like_every_other_file(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr("django.contrib.staticfiles.storage.staticfiles_storage.location", str(tmp_path))
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / NAME).read_text(encoding="utf-8") == whole(PARTS)
