"""The demo's mail: printed as people read it and kept for a page, so that its links can be followed. It reaches nobody.

Each message is a file of its own, named by a number that grows: threads need no lock, and the oldest go.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.console import EmailBackend as ConsoleBackend

from audit import clock
from audit.ids import uuid7

KEPT = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """`at` is in UTC, as text."""

    at: str
    to: str
    subject: str
    body: str

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


class EmailBackend(ConsoleBackend):
    def __init__(self, *args: Any, folder: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = Path(folder)

    def write_message(self, message: EmailMessage) -> None:
        """Without the transfer encoding, which breaks long lines."""
        to: Sequence[str] = message.to
        letter = Letter(clock.now().isoformat(), ", ".join(to), str(message.subject), str(message.body))
        self.stream.write(f"\nMail to {letter.to}: {letter.subject}\n\n{letter.body}\n")
        keep(letter, self.folder)


def keep(letter: Letter, folder: Path) -> None:
    """Written aside and moved, so that nobody reads half of it."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{uuid7()}.json"
    aside = folder / f".{name}"
    aside.write_text(json.dumps(asdict(letter)), encoding="utf-8")
    aside.replace(folder / name)
    for old in _newest_first(folder)[KEPT:]:
        old.unlink(missing_ok=True)


def letters(folder: Path) -> list[Letter]:
    """The newest first."""
    found = []
    for path in _newest_first(folder)[:KEPT]:
        with suppress(FileNotFoundError):  # somebody else threw it away just now
            found.append(Letter(**json.loads(path.read_text(encoding="utf-8"))))
    return found


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob("[!.]*.json"), reverse=True)
