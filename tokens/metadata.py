"""What somebody may attach to a token for their own use: a JSON object, small enough to travel in a JWT. Pure."""

import json
from typing import Any

from tokens import secret

LIMIT_BYTES = 4 * 1024
DEEPEST = 16  # levels; readers of JSON give up somewhere, and not all at the same depth


def problems(metadata: Any) -> list[str]:
    """Sentences about what is wrong; empty when nothing is."""
    if not isinstance(metadata, dict):
        return ["metadata must be an object."]
    if not _is_shallow(metadata, DEEPEST):
        return [f"metadata must have at most {DEEPEST} levels."]
    try:
        written = json.dumps(metadata, allow_nan=False)
        json.dumps(metadata, ensure_ascii=False).encode("utf-8")
    except ValueError:  # half a character, or a number beyond all numbers
        return ["metadata holds what JSON cannot hold."]
    if len(written) > LIMIT_BYTES:
        return [f"metadata takes {len(written):,} bytes; {LIMIT_BYTES:,} is the limit."]
    if "\\u0000" in written:
        return ["metadata must not hold a NUL."]
    if secret.is_in(written):
        return ["metadata contains a token, and others can read it. Remove it, and revoke that token."]
    return []


def _is_shallow(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_is_shallow(each, levels - 1) for each in inner)
