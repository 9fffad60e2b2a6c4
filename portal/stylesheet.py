"""The pages' stylesheet, `css/portal.css`: every file that `css/layers.css` names, in one.

A component has a file of its own for whoever changes it; a browser asks once instead of fifty times.
"""

import atexit
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage

from portal.databases import BASE_DIR

NAME = "css/portal.css"
PARTS = BASE_DIR / "static" / "css" / "layers.css"
PART = re.compile(r'@import url\("([^"]+)"\) layer\((\w+)\);')

_one_at_a_time = Lock()


class StylesheetFinder(BaseFinder):
    """Puts it together when it is collected or, where nothing is collected, when it is asked for."""

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        found = [str(self._written())] if path == NAME else []
        return found if find_all else "".join(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        collected = InMemoryStorage()
        collected.save(NAME, ContentFile(whole(PARTS)))
        yield NAME, collected

    def _written(self) -> Path:
        """Anew only where a part has changed: browsers ask when that was."""
        text = whole(PARTS)
        with _one_at_a_time:
            file = _folder() / Path(NAME).name
            if not file.is_file() or _text(file) != text:
                file.write_text(text, encoding="utf-8")
        return file


@cache
def _folder() -> Path:
    """One for all finders, which Django makes anew as it likes; none before there is something to keep."""
    folder = TemporaryDirectory(prefix="portal-stylesheet-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def whole(parts: Path) -> str:
    """The same rules in the same layers, without a file to ask for."""
    return PART.sub(lambda part: f"@layer {part[2]} {{\n{_text(parts.parent / part[1])}}}", _text(parts))


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")
