"""What somebody may attach to a token for their own use: a JSON object, small enough to travel in a JWT. Pure."""

import json
import re
from typing import Any

from tokens import secret

LIMIT_BYTES = 4 * 1024
DEEPEST = 16  # levels; readers of JSON give up somewhere, and not all at the same depth

NOT_PRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def read(text: str) -> Any:
    """JSON as somebody typed it; nothing at all is an empty object. Raises ValueError with a sentence."""
    try:
        return json.loads(text, object_pairs_hook=_each_once) if text else {}
    except json.JSONDecodeError as error:
        raise ValueError(f"Metadata is not valid JSON: {_reason(error)}.") from None
    except KeyError:
        raise ValueError("Metadata gives a name twice.") from None
    except (ValueError, RecursionError):  # a number of thousands of digits, or levels without end
        raise ValueError("This is more than metadata may hold.") from None


def as_text(metadata: dict[str, Any]) -> str:
    """For people, and for `read`: what could turn or hide other characters is an escape, an empty object nothing."""
    text = json.dumps(metadata, ensure_ascii=False, indent=2) if metadata else ""
    return NOT_PRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def problems(metadata: Any) -> list[str]:
    """Sentences about what is wrong; empty when nothing is."""
    if not isinstance(metadata, dict):
        return ['Metadata must be an object, like {"team": "data"}.']
    if not _is_shallow(metadata, DEEPEST):
        return [f"Metadata must have at most {DEEPEST} levels."]
    try:
        written = json.dumps(metadata, allow_nan=False)
        json.dumps(metadata, ensure_ascii=False).encode("utf-8")
    except ValueError:  # half a character, or a number beyond all numbers
        return ["Metadata holds what JSON cannot hold."]
    if len(written) > LIMIT_BYTES:
        return [f"Metadata takes {len(written):,} bytes; {LIMIT_BYTES:,} is the limit."]
    if "\\u0000" in written:
        return ["Metadata must not hold a NUL."]
    if secret.is_in(written):
        return ["Metadata contains a token, and others can read it. Remove it, and revoke that token."]
    return []


def _reason(error: json.JSONDecodeError) -> str:
    """In the words of Python's own parser, one of which ends where the place begins."""
    words = error.msg[:1].lower() + error.msg[1:].removesuffix(" at")
    return f"{words} at line {error.lineno}, column {error.colno}"


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise KeyError
    return found


def _is_shallow(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_is_shallow(each, levels - 1) for each in inner)
