"""Texts that people write and others read: nothing in them turns lines around, moves a cursor or hides."""

import re
import unicodedata

from django.core.exceptions import ValidationError

UNREADABLE = "Use printable characters only."

# Inside words of some scripts, and in emoji, a joiner is part of the spelling (Unicode Standard, section 23.2).
JOINERS = re.compile(r"(?<=[^\x00-\x7f])[\u200c\u200d](?=[^\x00-\x7f])")
SEEN = frozenset("LNPS")  # letters, numbers, punctuation, symbols; the rest is space, or a mark on one of them
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and a symbol that are drawn as nothing


def is_readable(text: str, *, lines: bool = False) -> bool:
    """Whether others can read what was written, if anything was. `lines`: it may have several."""
    printable = JOINERS.sub("", text.replace("\n", "") if lines else text).isprintable()
    return printable and (not text.strip() or any(_is_seen(one) for one in text))


def must_be(text: str, field: str) -> None:
    """Raises ValidationError for that field."""
    if not is_readable(text):
        raise ValidationError({field: UNREADABLE})


def _is_seen(character: str) -> bool:
    return unicodedata.category(character)[0] in SEEN and character not in BLANK
