"""Tokens that are made for somebody else: offered, claimed by that very person, withdrawn, declined.

Until the claim there is no secret, so nobody can show one: not the one who offers, nor a thief of the mail. The link in
the mail only leads to the page; who claims is decided by the sign-in.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import codes
from accounts.access import TOKENS_WRITE, Actor, PermissionDenied
from accounts.invitations import JUST_SENT, PAUSE, SentTooOften
from accounts.models import Membership, MembershipQuerySet
from audit import clock
from audit.actions import Action
from audit.ids import uuid7
from tokens import allowance, at_rest, drafts, lifecycle, notifications, once, secret
from tokens.at_rest import Sealed
from tokens.drafts import Draft
from tokens.expiry import Lifetime
from tokens.kinds import Form, Kind
from tokens.lifecycle import Issued
from tokens.models import Offer, Token
from tokens.once import AlreadyIssued
from tokens.policy import rules_of

OPEN_FOR = timedelta(days=7)
PEOPLE_SHOWN = 20
OVER = "There is nothing to claim any more. Make a new token for them."
NO_SECRET = Sealed("", "", "")


class Terms(NamedTuple):
    """`until` when it can be claimed, and its `end`: with a `life`, if it is claimed at the last moment."""

    life: Lifetime | None
    until: datetime
    end: datetime | None


def people(by: Actor) -> MembershipQuerySet:
    """For whom the actor may make a token: the other live members of the tenant."""
    by.must(TOKENS_WRITE)
    assert by.tenant
    others = Membership.objects.in_tenant(by.tenant).live().active()
    return others.exclude(pk=by.own_membership.pk) if by.own_membership else others


def make(draft: Draft, *, by: Actor, key: str = "") -> Token:
    """A token that acts as `draft.member`, for them to claim within OPEN_FOR; they get a mail.

    `key` and errors as in `lifecycle.issue`.
    """
    by.must(TOKENS_WRITE)
    try:
        to = _validated(draft, by)
    except ValidationError:
        if once.is_used(key, by):
            raise once.repeated(key, draft, by) from None
        raise
    code, terms = codes.draw(), _terms(_life(draft), draft.expires_at, by=by)
    draft = replace(draft, expires_at=terms.end)
    try:
        with transaction.atomic():
            allowance.keep(to, by=by)
            token = lifecycle.create(uuid7(), draft, to, NO_SECRET, by, terms.until)
            Offer.objects.create(token=token, code_hash=codes.digest(code), lifetime=terms.life or "")
            once.remember(key, draft, token, by)
            lifecycle.write(Action.TOKEN_OFFERED, token, by, to=to.user.name, scopes=str(draft.grants))
    except IntegrityError:
        raise once.repeated(key, draft, by) from None
    _mail(token, code, by)
    return token


def look(code: str) -> Offer | None:
    """The offer of that code, claimed or not. Changes nothing: mail scanners and previews open links too."""
    return Offer.objects.of_code(codes.digest(code)).first()


def claim(token: Token, *, by: Actor) -> Issued:
    """Make the secret, for the person whom the token acts as, in person: of any number of callers one gets it.

    Raises AlreadyIssued for all others, ValidationError when there is nothing to claim any more, or when the person can
    no longer do what the token carries.
    """
    _must_be_theirs(token, by)
    now = clock.now()
    _must_be_open(token, now)
    _must_hold(token, by)
    end = _end_from(token, now)
    part = secret.mint()
    sealed = at_rest.seal(part, token.owner)  # before the transaction: argon2 takes 20 ms
    with transaction.atomic():
        if not _close(token, now, sealed, end):
            token.refresh_from_db()
            _must_be_open(token, now)
        lifecycle.write(Action.TOKEN_CLAIMED, token, by, scope=token.grants_text, expires_at=end.isoformat())
        lifecycle.write(Action.TOKEN_REVEALED, token, by)
    token.refresh_from_db()
    return Issued(token, secret.assemble(settings.TOKEN_BRAND, token.token_kind, token.pk, part))


def renew(token: Token, *, by: Actor) -> None:
    """A new link for another OPEN_FOR, by mail; the one before leads nowhere. A token prolongs none beyond itself.

    Raises SentTooOften within PAUSE.
    """
    by.must(TOKENS_WRITE, on=token)
    now, code = clock.now(), codes.draw()
    if token.claim_until is None:
        raise ValidationError(OVER)
    life, until, end = _terms(token.offer.life, token.expires_at, by=by)
    with transaction.atomic():
        waiting = Token.objects.claimable(now).filter(pk=token.pk)
        if not waiting.update(claim_until=until, ends_at=until, expires_at=end):
            raise ValidationError(OVER)
        _must_be_here(token)
        _must_not_flood(token.offer, now)
        anew = {"code_hash": codes.digest(code), "lifetime": life or "", "sent_at": now, "undelivered": False}
        Offer.objects.filter(token=token).update(**anew)
        lifecycle.write(Action.TOKEN_OFFER_RENEWED, token, by)
    token.refresh_from_db()
    _mail(token, code, by)


def withdraw(token: Token, *, by: Actor) -> bool:
    """Nobody can claim it any more. False if there was nothing to claim: then nothing is written."""
    by.must(TOKENS_WRITE, on=token)
    return _end_offer(token, Action.TOKEN_OFFER_WITHDRAWN, by, is_declined=False)


def withdraw_all(to: Membership, *, by: Actor) -> None:
    """What waits for a member, for a verb that has asked already whether `by` may: whoever removes them ends it too."""
    for token in Token.objects.owned_by(to).claimable(clock.now()):
        _end_offer(token, Action.TOKEN_OFFER_WITHDRAWN, by, is_declined=False)


def decline(token: Token, *, by: Actor) -> bool:
    """The same, by the person for whom it was made."""
    _must_be_theirs(token, by)
    return _end_offer(token, Action.TOKEN_OFFER_DECLINED, by, is_declined=True)


def _validated(draft: Draft, by: Actor) -> Membership:
    """Like a token of one's own, and within what its person may do now: `drafts` looks at both."""
    if draft.kind is not Kind.PERSONAL or draft.form is not Form.NATIVE or draft.roles:
        raise ValidationError({"member": "Only a personal token acts as another person."})
    drafts.validate(draft, by=by)
    if draft.member is None or not people(by).filter(pk=draft.member.pk).exists():
        raise ValidationError({"member": "Choose somebody else who is a member here now."})
    return draft.member


def _life(draft: Draft) -> Lifetime | None:
    """What was picked, unless it was a date."""
    picked = draft.expiry.partition(" ")[0]
    return Lifetime(picked) if picked in set(Lifetime) else None


def _terms(life: Lifetime | None, end: datetime | None, *, by: Actor) -> Terms:
    """Nobody can claim what has ended.

    A lifetime that starts at the claim could outlast the token that makes the offer: then it starts now, and adds
    nothing to the `end` that there was.
    """
    now, last = clock.now(), by.bearer.ends_at if by.bearer else None
    until = now + OPEN_FOR
    if life is None:
        return Terms(None, min(until, end) if end else until, end)
    if last is None or end is None or life.end(until) <= last:
        return Terms(life, until, life.end(until))
    end = min(life.end(now), end)
    return Terms(None, min(until, end), end)


def _end_from(token: Token, now: datetime) -> datetime:
    """A chosen lifetime starts now, within what policy allows by now."""
    assert token.expires_at
    rules, life = rules_of(token.tenant), token.offer.life
    if not rules.allows(token.token_kind):
        raise ValidationError(f"{token.tenant}'s token policy does not allow personal tokens any more.")
    end, latest = life.end(now) if life else token.expires_at, rules.latest_end(token.token_kind, now)
    return min(end, latest) if latest else end


def _close(token: Token, now: datetime, sealed: Sealed, end: datetime) -> int:
    """Conditional: of all who claim at once the database lets one."""
    made = {"secret_hash": sealed.hash, "secret_tag": sealed.tag, "tag_key_id": sealed.key_id, "created_at": now}
    open_now = Token.objects.claimable(now).filter(pk=token.pk)
    closed = open_now.update(claim_until=None, expires_at=end, ends_at=end, **made)
    if closed:
        Offer.objects.filter(token=token).update(claimed_at=now)
    return closed


def _end_offer(token: Token, action: Action, by: Actor, *, is_declined: bool) -> bool:
    now = clock.now()
    with transaction.atomic():
        if not Token.objects.claimable(now).filter(pk=token.pk).update(withdrawn_at=now, ends_at=now):
            return False
        Offer.objects.filter(token=token).update(is_declined=is_declined)
        lifecycle.write(action, token, by)
    token.withdrawn_at = token.ends_at = now
    return True


def _must_be_here(token: Token) -> None:
    """Nobody gets a link to what they could not claim."""
    to = token.membership
    if to is None or to.ended_at:
        who = to.user if to else "This person"
        raise ValidationError(f"{who} does not belong to {token.tenant} any more. Withdraw this token.")
    if to.suspended_at:
        raise ValidationError(f"{to.user} is suspended. Resume them, then send a new link.")
    if not to.is_live:
        raise ValidationError(f"The account of {to.user} is closed. Withdraw this token.")


def _must_not_flood(offer: Offer, now: datetime) -> None:
    """Like an invitation. In the transaction that has changed the token: of many at once the others wait for it."""
    if last := Offer.objects.mailed_since(now - PAUSE).filter(pk=offer.pk).first():
        raise SentTooOften(JUST_SENT, last.sent_at + PAUSE - now)


def _must_be_theirs(token: Token, by: Actor) -> None:
    if by.own_membership is None or by.own_membership.pk != token.membership_id:
        raise PermissionDenied(by, None, "Only the person for whom a token was made can claim it.")


def _must_be_open(token: Token, now: datetime) -> None:
    if token.claim_until is None:
        raise AlreadyIssued(token)
    if token.revoked_at or token.withdrawn_at:
        raise ValidationError("This token was withdrawn before you claimed it. Ask whoever made it for another one.")
    if token.ends_at <= now:
        raise ValidationError("The time to claim this token is over. Ask whoever made it for another one.")


def _must_hold(token: Token, by: Actor) -> None:
    """Whoever is shown a secret holds every grant that it carries, at that moment."""
    missing = [grant for grant in token.grants if not by.grants.covers(grant)]
    if missing:
        raise ValidationError(
            f"You cannot do all of this here any more: {drafts.listed(missing)}. Ask for a token without it."
        )


def _mail(token: Token, code: str, by: Actor) -> None:
    """The offer stands, whatever mail does. A failure is written on it for all to see."""
    if not notifications.offered(token, link=_link(code), by=by):
        token.offer.undelivered = True
        Offer.objects.filter(token=token, code_hash=codes.digest(code)).update(undelivered=True)


def _link(code: str) -> str:
    return settings.PUBLIC_ORIGIN + reverse("claim", args=[code])
