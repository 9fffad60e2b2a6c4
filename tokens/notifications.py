"""Mail about tokens."""

import logging
from collections import defaultdict
from smtplib import SMTPException
from threading import Thread

from django.conf import settings
from django.core.mail import EmailMessage, mailers, send_mail
from django.template.loader import render_to_string

from accounts.access import Actor
from accounts.models import Membership, Tenant, User
from tokens.foresight import Effect, Foresight
from tokens.models import Token

log = logging.getLogger(__name__)

NAMED = 5  # tokens that one mail names; it counts the others
SENT_AT_ONCE = 20  # mails that somebody waits for; more leave in a thread of their own


def made_for_somebody(token: Token, *, by: Actor) -> None:
    """Tell a person that the vendor's backend made a token that acts as them. The token exists, whatever mail does."""
    if by.is_management:
        _tell_its_person(token, "A token was made for you", "tokens/emails/made_for_you.txt", by=by)


def offered(token: Token, *, link: str, by: Actor) -> None:
    """Send a person the link with which they claim a token. The portal shows it to them as well, whatever mail does."""
    _tell_its_person(token, "A token is waiting for you", "tokens/emails/offered.txt", by=by, link=link)


def _tell_its_person(token: Token, title: str, template: str, **context: object) -> None:
    if token.membership is None:
        return
    origin, brand = settings.PUBLIC_ORIGIN, settings.BRAND_NAME
    text = render_to_string(template, {"token": token, "brand": brand, "origin": origin, **context})
    try:
        send_mail(f"[{brand}] {title}", text, None, [token.membership.user.email])
    except (OSError, SMTPException) as error:
        log.warning("A mail about a new token was not sent: %s", error.__class__.__name__)


def policy_changes(tenant: Tenant, seen: Foresight) -> None:
    """One mail to each person, whatever mail does: of their own tokens, and to administrators of the tenant's.

    Foresight ends at a thousand tokens, so these are at most that many mails, over one connection.
    """
    mails = [_of_policy(tenant, person, effects) for person, effects in _by_person(tenant, seen).items()]
    if len(mails) > SENT_AT_ONCE:
        Thread(target=_send, args=(mails,), daemon=True).start()
    elif mails:
        _send(mails)


def _by_person(tenant: Tenant, seen: Foresight) -> dict[User, list[Effect]]:
    found: dict[User, list[Effect]] = defaultdict(list)
    administrators = [one.user for one in Membership.objects.in_tenant(tenant).administering().with_everything()]
    for effect in seen.effects:
        own = effect.token.membership
        for person in [own.user] if own else administrators:
            found[person].append(effect)
    return found


def _of_policy(tenant: Tenant, person: User, effects: list[Effect]) -> EmailMessage:
    context = {
        "person": person,
        "tenant": tenant,
        "effects": effects[:NAMED],
        "count": len(effects),
        "more": len(effects) - NAMED if len(effects) > NAMED else 0,
        "brand": settings.BRAND_NAME,
        "origin": settings.PUBLIC_ORIGIN,
    }
    subject = f"[{settings.BRAND_NAME}] The token policy of {tenant} changes"
    return EmailMessage(subject, render_to_string("tokens/emails/policy_changes.txt", context), to=[person.email])


def _send(mails: list[EmailMessage]) -> None:
    try:
        mailers.default.send_messages(mails)
    except (OSError, SMTPException) as error:
        log.warning("Mails about a token policy were not sent: %s", error.__class__.__name__)
