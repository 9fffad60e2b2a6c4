"""Reads settings from the environment; every mistake is collected and told at once, never one for each start.

`NAME` may also come from a file named by `NAME_FILE`, as container secrets do. No message repeats a
value: most are secret.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

TRUE, FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})


class Env:
    """One reading of the environment. Readers never raise: they note a problem and go on with a harmless value."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.problems: list[str] = []

    def problem(self, sentence: str) -> None:
        """Note what is wrong, and go on looking for more."""
        self.problems.append(sentence)

    def text(self, name: str, default: str | None = None) -> str:
        """The text of `name` without surrounding white space; without a default it is required and not empty."""
        value = self._raw(name)
        if value:
            return value
        if default is None:
            self.problem(f"{name} is required and is not set.")
        return default or ""

    def number(self, name: str, default: int, *, least: int = 0) -> int:
        """A whole number of at least `least`."""
        value = self._raw(name)
        if not value:
            return default
        if value.isascii() and value.isdigit() and int(value) >= least:
            return int(value)
        self.problem(f"{name} must be a whole number of at least {least}.")
        return default

    def flag(self, name: str, default: bool) -> bool:
        """Only the words in TRUE and FALSE: a typing error is a problem, not a silent no."""
        value = self._raw(name).lower()
        if value and value not in TRUE | FALSE:
            self.problem(f"{name} must be one of yes, no, true, false, on, off, 1, 0.")
        return default if value not in TRUE | FALSE else value in TRUE

    def items(self, name: str, default: str = "") -> list[str]:
        """Parts between commas, without empty ones."""
        return [part.strip() for part in (self._raw(name) or default).split(",") if part.strip()]

    def path(self, name: str, default: Path) -> Path:
        """A path; `~` is the home folder."""
        value = self._raw(name)
        return Path(value).expanduser() if value else default

    def parse[T](self, name: str, read: Callable[[str], T], default: str, otherwise: T) -> T:
        """What `read` makes of the text; its ValueError, a sentence without subject, becomes a problem of `name`."""
        value = self._raw(name)
        try:
            return read(value or default)
        except ValueError as error:
            self.problem(f"{name} {error}" if value else f"{name} is not set; it {error}")
            return otherwise

    def is_left_empty(self, name: str) -> bool:
        """Whether somebody set it, to nothing: mostly a secret that did not arrive."""
        return self._values.get(name, "x").strip() == "" and f"{name}_FILE" not in self._values

    def _raw(self, name: str) -> str:
        path = self._values.get(f"{name}_FILE", "")
        if not path:
            return self._values.get(name, "").strip()
        if name in self._values:
            self.problem(f"{name} and {name}_FILE are both set; keep one.")
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self.problem(f"{name}_FILE cannot be read: {error.__class__.__name__}.")
            return ""
