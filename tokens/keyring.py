"""Whether this process has the keys that the database was written with: without one, good secrets look wrong."""

from collections.abc import Iterator

from django.conf import settings

from audit import clock
from tokens import key_at_rest
from tokens.key_at_rest import Unreadable
from tokens.models import SigningKey, Token
from tokens.signatures import Algorithm


def troubles() -> Iterator[str]:
    """One sentence for the operator for each key that is missed."""
    known = {*settings.TOKEN_TAG_KEYS, *settings.TOKEN_TAG_KEYS_LOST, ""}
    running = Token.objects.still_running(clock.now()).exclude(tag_key_id__in=known).order_by()
    if missed := running.values_list("tag_key_id", flat=True).first():
        yield (
            f"Tokens were made under the key {missed!r}, which TOKEN_TAG_KEYS lacks: all of them would be refused. "
            "Give it back, or name it in TOKEN_TAG_KEYS_LOST if it is lost."
        )
    for key in SigningKey.objects.newest():
        try:
            key_at_rest.unseal(key.sealed, key.pk, Algorithm(key.algorithm))
        except Unreadable as error:
            yield str(error)
