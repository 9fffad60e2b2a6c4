"""Reading a TOML file that people edit: every mistake is collected, each with its line.

`tomllib` gives values without lines, and whoever mends a file wants all mistakes at once. So a
`Table` never raises: it notes a `Problem` in its `Document` and answers with something harmless.
Pure: works on a text, opens nothing.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

type Path = tuple[str, ...]

_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"({_KEY}(?:\s*\.\s*{_KEY})*)"
_HEADER = re.compile(rf"\s*\[\[?\s*{_DOTTED}\s*\]")
_ENTRY = re.compile(rf"\s*{_DOTTED}\s*=")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: the line it is on, from 1, and a sentence about it."""

    line: int
    reason: str


@dataclass(slots=True)
class Document:
    """A TOML text, where its keys are, and what is wrong with it so far."""

    text: str
    problems: list[Problem] = field(default_factory=list)
    _lines: dict[Path, int] = field(init=False)

    def __post_init__(self) -> None:
        self._lines = _line_of_each_key(self.text)

    def root(self) -> "Table":
        """The whole document. Raises `tomllib.TOMLDecodeError`, which names its line itself."""
        return Table(self, (), tomllib.loads(self.text))

    def line(self, path: Path, near: str = "") -> int:
        """Where `path` is written, or the nearest thing around it; then down to the text `near`."""
        while path and path not in self._lines:
            path = path[:-1]
        start = self._lines.get(path, 1)
        following = self.text.splitlines()[start - 1 :] if near else []
        return next((start + n for n, line in enumerate(following) if near in line), start)


class Table:
    """One table of a document; remembers which keys were asked for, to name the others."""

    def __init__(self, document: Document, path: Path, values: Mapping[str, Any]) -> None:
        self.key = path[-1] if path else ""
        self._document, self._path, self._values = document, path, values
        self._asked: set[str] = set()

    def complain(self, reason: str, *, key: str = "", near: str = "") -> None:
        """Note a problem with this table, on the line of `key` when given."""
        where = ".".join(self._path) or "the file"
        line = self._document.line((*self._path, key) if key else self._path, near)
        self._document.problems.append(Problem(line, f"{where}: {reason}"))

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty; `default` when absent, which without one is a problem."""
        value = self._get(key, default)
        if value is None:
            self.complain(f"{key} is missing")
        elif not isinstance(value, str):
            self.complain(f"{key} must be a text", key=key)
        elif not value.strip() and value != default:
            self.complain(f"{key} is empty", key=key)
        return value if isinstance(value, str) else ""

    def texts(self, key: str) -> list[str]:
        """A list of texts, or one text alone; empty when absent."""
        value = self._get(key, [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(text, str) for text in listed):
            self.complain(f"{key} must be a list of texts", key=key)
            return []
        return listed

    def chosen[T](self, key: str, offered: Mapping[str, T]) -> tuple[T, ...]:
        """The offered things that a list of texts names, in the order that it names them."""
        names = self.texts(key)
        for name in names:
            if name not in offered:
                self.complain(f"{key}: {unknown(name, offered)}", key=key, near=f'"{name}"')
        return tuple(offered[name] for name in names if name in offered)

    def tables(self, key: str) -> dict[str, "Table"]:
        """The tables inside `key`, by name, in the order of the file; empty when absent."""
        value = self._get(key, {})
        if not isinstance(value, dict):
            self.complain(f"{key} must be a table", key=key)
            return {}
        return {name: self._below(key, name, inner) for name, inner in value.items()}

    def close(self) -> None:
        """Say of every key that was not asked for that it has no meaning here."""
        for key in self._values.keys() - self._asked:
            self.complain(unknown(key, self._asked), key=key)

    def _get(self, key: str, default: object) -> Any:
        self._asked.add(key)
        return self._values.get(key, default)

    def _below(self, key: str, name: str, inner: object) -> "Table":
        values = inner if isinstance(inner, dict) else {}
        table = Table(self._document, (*self._path, key, name), values)
        if values is not inner:
            table.complain("must be a table")
        return table


def unknown(name: str, known: Collection[str]) -> str:
    """A sentence that says `name` is not one of `known`, with the likeliest meant one."""
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean “{close[0]}”?" if close else f"known are {', '.join(sorted(known))}"
    return f"“{name}” is not known here; {hint}"


def syntax_problem(error: tomllib.TOMLDecodeError, text: str) -> Problem:
    """What `tomllib` says, with its line; at the end of the document, the last one."""
    found = re.search(r" \(at line (\d+), column \d+\)$| \(at end of document\)$", str(error))
    line = int(found[1]) if found and found[1] else text.count("\n") + 1
    return Problem(line, str(error)[: found.start()] if found else str(error))


def _line_of_each_key(text: str) -> dict[Path, int]:
    """Where each header and each entry starts. Reads lines, not TOML: enough to point at one.

    Something that looks like an entry inside a long string can only add a path nobody asks for.
    """
    lines: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _split(header[1])
            lines.setdefault(table, number)
        elif entry := _ENTRY.match(line):
            lines.setdefault((*table, *_split(entry[1])), number)
    return lines


def _split(dotted: str) -> Path:
    return tuple(key.strip("\"'") for key in re.findall(_KEY, dotted))
