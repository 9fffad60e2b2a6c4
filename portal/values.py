"""What the text of a setting means. Pure; a reader raises ValueError, `must be ...`, and repeats no value."""

import base64
import binascii
import re
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

TAG_KEY_BYTES = 32
ENCRYPTION_KEY_BYTES = 32  # AES-256 takes exactly that many
MOST_TAG_KEYS = 4
SECRET_KEY_CHARACTERS = 50
KEY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,15}")
ORIGIN = re.compile(r"https?://(?:[a-z0-9][a-z0-9.-]*|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
TOKEN_BRAND = re.compile(r"[a-z][a-z0-9]{1,6}")


def secret_key(text: str) -> str:
    """A key that somebody really drew at random, as far as that can be seen."""
    if len(text) < SECRET_KEY_CHARACTERS or len(set(text)) < 10 or text.startswith("django-insecure-"):
        raise ValueError(f"must be at least {SECRET_KEY_CHARACTERS} random characters: `openssl rand -base64 48`.")
    return text


def tag_keys(text: str) -> dict[str, bytes]:
    """Key id to key, the current one first: `2026b:BASE64,2026a:BASE64`."""
    parts = [part.strip().partition(":") for part in text.split(",") if part.strip()]
    if not 1 <= len(parts) <= MOST_TAG_KEYS:
        raise ValueError(f"must hold one to {MOST_TAG_KEYS} keys, the current one first.")
    if not all(KEY_ID.fullmatch(key_id) for key_id, _, _ in parts):
        raise ValueError("must be written id:base64,id:base64 with ids of 1 to 16 of a-z, 0-9 and -.")
    keys = {key_id: _tag_key(encoded) for key_id, _, encoded in parts}
    if len(keys) < len(parts) or len(set(keys.values())) < len(parts):
        raise ValueError("must not hold the same id or the same key twice.")
    return keys


def encryption_keys(text: str) -> dict[str, bytes]:
    """Like tag keys, and each of exactly the length that AES-256 takes."""
    keys = tag_keys(text)
    if any(len(key) != ENCRYPTION_KEY_BYTES for key in keys.values()):
        raise ValueError(f"must hold keys of exactly {ENCRYPTION_KEY_BYTES} random bytes: `openssl rand -base64 32`.")
    return keys


def _tag_key(encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded.strip().translate(str.maketrans("-_", "+/")), validate=True)
    except binascii.Error:
        raise ValueError("must be written id:base64,id:base64, and one part is not base64.") from None
    if len(key) < TAG_KEY_BYTES or len(set(key)) < 10:
        raise ValueError(f"must hold keys of at least {TAG_KEY_BYTES} random bytes: `openssl rand -base64 32`.")
    return key


def origin(text: str) -> str:
    """`https://tokens.example.com`: scheme, host and perhaps a port, nothing else."""
    if not ORIGIN.fullmatch(text):
        raise ValueError(
            "must be an origin like https://tokens.example.com, in lower case and without a slash at the end."
        )
    return text


def origins(text: str) -> tuple[str, ...]:
    """Origins with commas between; plain http only on this machine."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    if not all(
        ORIGIN.fullmatch(one) and (_is_https(one) or is_loopback(urlsplit(one).hostname or "")) for one in found
    ):
        raise ValueError("must be origins like https://app.example.com, in lower case, with commas between.")
    return found


def _is_https(origin: str) -> bool:
    return origin.startswith("https://")


def is_loopback(host: str) -> bool:
    """True for this machine's own addresses, which no one else can listen to."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def networks(text: str) -> tuple[str, ...]:
    """Networks in CIDR form. The whole internet is refused: then anybody could name any client address."""
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            network = ip_network(part)
        except ValueError:
            raise ValueError("must be networks like 10.0.0.0/8 or single addresses, with commas between.") from None
        if network.prefixlen == 0:
            raise ValueError("must not hold the whole internet.")
        found.append(str(network))
    return tuple(found)


def token_brand(text: str) -> str:
    """The first letters of every token of this installation."""
    if not TOKEN_BRAND.fullmatch(text):
        raise ValueError("must be 2 to 7 of a-z and 0-9 and begin with a letter.")
    return text
