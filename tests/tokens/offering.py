"""Tokens made for somebody else, for tests."""

import re
from datetime import timedelta
from typing import Any

from django.core import mail

from accounts.grants import Grants
from accounts.models import Membership
from audit import clock
from tests.cast import Cast
from tokens import offers
from tokens.drafts import Draft
from tokens.expiry import Lifetime
from tokens.kinds import Kind
from tokens.models import Offer, Token

LIFE = Lifetime.QUARTER


def offer(cast: Cast, *, to: Membership | None = None, scope: str = "assets:read", key: str = "", **more: Any) -> Token:
    """Adam makes a token for marc."""
    told = {"expiry": LIFE, "expires_at": LIFE.end(clock.now()), "name": "For marc", **more}
    draft = Draft(kind=Kind.PERSONAL, grants=Grants.parse(scope), member=to or cast.marc.membership, **told)
    return offers.make(draft, by=cast.adam.actor, key=key)


def reread(token: Token) -> Token:
    return Token.objects.with_subject().with_offer().get(pk=token.pk)


def sent_long_ago() -> None:
    """Every mail about an offer, so that another may follow."""
    Offer.objects.update(sent_at=clock.now() - timedelta(hours=1))


def mailed_path() -> str:
    found = re.search(r"http://\S+?(/claim/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]
