"""The demo's own keys: drawn once for each checkout, kept from git and from other users, and used nowhere else."""

import base64
import json
import os
import secrets
from hashlib import sha256
from pathlib import Path


def demo_keys(path: Path) -> dict[str, str]:
    """The keys kept at `path`, drawn now if there are none. Two demos starting at once end with the same keys."""
    if not path.exists():
        _draw(path)
    keys: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return {"JWT_KEY_ENCRYPTION": _for_a_demo_without(keys["SECRET_KEY"]), **keys}


def _draw(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "TOKEN_TAG_KEYS": _key(secrets.token_bytes(32)),
        "JWT_KEY_ENCRYPTION": _key(secrets.token_bytes(32)),
    }
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(keys, file)
    try:
        os.link(draft, path)  # fails when another start was first, unlike a rename
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _for_a_demo_without(secret_key: str) -> str:
    """A demo older than signed JWTs lacks this key: the same one for each of its processes, without a second draw."""
    return _key(sha256(b"JWT_KEY_ENCRYPTION" + secret_key.encode()).digest())


def _key(key: bytes) -> str:
    return f"demo:{base64.b64encode(key).decode()}"
