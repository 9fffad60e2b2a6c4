"""One-time links with which the vendor's backend hands over somebody who is signed in there.

The link works once, for a minute, for one membership, and only for people whom the vendor brought: whoever has a way in
of their own is not to be had by a credential.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import Resolver404, resolve, reverse

from accounts import codes
from accounts.access import SESSIONS, Actor
from accounts.models import HandOver, Membership
from accounts.provisioning import Conflict, is_managed
from audit import clock
from audit.actions import Action
from audit.record import Origin, Ref, record

LIFETIME = timedelta(seconds=60)
ADDRESS_CHARACTERS = 500
FIRST_PAGE = "developers/tokens/"
# Narrower than what addresses may hold: nothing in it can lead out of the settings, or be read in two ways.
PAGE = re.compile(r"[a-z0-9][A-Za-z0-9-]*(?:/[A-Za-z0-9-]+)*/?(?:\?[A-Za-z0-9_=&%.~+:-]*)?")


@dataclass(frozen=True, slots=True)
class Link:
    """A new link: hand it to whoever asked and forget it."""

    url: str = field(repr=False)
    expires_at: datetime


def create(membership: Membership, *, page: str = "", return_to: str = "", by: Actor) -> Link:
    """A link for a live membership. Raises Conflict where nobody can be handed over, ValidationError by field."""
    by.must_have(SESSIONS)
    if not is_managed(membership.user):
        detail = "Only people whom the vendor brought are handed over; this one signs in here."
        raise Conflict("user_not_managed", detail)
    if trouble := trouble_with(membership):
        raise Conflict("not_live", trouble)
    path, back, now = _page(membership, page), _return_to(return_to), clock.now()
    code = codes.draw()
    with transaction.atomic():
        HandOver.objects.over_at(now).delete()
        made = HandOver.objects.create(
            code_hash=codes.digest(code), membership=membership, page=path, return_to=back, expires_at=now + LIFETIME
        )
        _write(Action.HAND_OVER_MADE, made, by.ref, by.origin)
    return Link(settings.PUBLIC_ORIGIN + reverse("hand-over", args=[code]), made.expires_at)


def look(code: str) -> HandOver | None:
    """The link of that code while it works. Changes nothing: mail scanners and previews open links too."""
    return HandOver.objects.open_at(clock.now()).with_everything().filter(code_hash=codes.digest(code)).first()


def use(code: str, origin: Origin) -> HandOver | None:
    """Consume the link: of any number of callers exactly one gets it. None for everybody else, and for one too late.

    One that leads nowhere any more is not consumed; see `trouble_with`.
    """
    found = look(code)
    if found is None or trouble_with(found.membership):
        return None
    now = clock.now()
    with transaction.atomic():
        if not HandOver.objects.open_at(now).filter(pk=found.pk).update(used_at=now):
            return None
        _write(Action.SESSION_HANDED_OVER, found, found.membership.ref, origin)
    return found


def trouble_with(membership: Membership) -> str:
    """Why nobody can come in by it now, as a sentence; empty when somebody can."""
    who, where = membership.user, membership.tenant
    if not who.is_active:
        return f"The account of {who} is closed."
    if not is_managed(who):
        return f"{who} signs in here, not by a link."
    if where.suspended_at:
        return f"{where} is suspended."
    if membership.ended_at:
        return f"{who} no longer belongs to {where}."
    return f"The access of {who} to {where} is suspended." if membership.suspended_at else ""


def is_listed(address: str) -> bool:
    """Whether an address lies on an origin of RETURN_ORIGINS.

    Compared as text: what begins with a listed origin and goes on with one of these is there for every reader of it.
    """
    if not address.isascii() or not address.isprintable() or set(address) & set('\\ "<>'):
        return False
    return any(address == it or address.startswith((f"{it}/", f"{it}?")) for it in settings.RETURN_ORIGINS)


def host_of(address: str) -> str:
    """What people read on the way back."""
    return urlsplit(address).netloc


def _page(membership: Membership, page: str) -> str:
    """The path of a page inside the tenant's settings, which must exist."""
    found = reverse("tenant", args=[membership.tenant.slug]) + f"settings/{page or FIRST_PAGE}"
    try:
        if not PAGE.fullmatch(page or FIRST_PAGE) or len(found) > ADDRESS_CHARACTERS:
            raise Resolver404
        resolve(found.partition("?")[0])
    except Resolver404:
        problem = f"Name a page of the tenant's settings like {FIRST_PAGE}, without a slash at the beginning."
        raise ValidationError({"page": problem}) from None
    return found


def _return_to(address: str) -> str:
    if address and (len(address) > ADDRESS_CHARACTERS or not is_listed(address)):
        raise ValidationError({"return_to": "This is not on one of the origins that RETURN_ORIGINS lists."})
    return address


def _write(action: Action, made: HandOver, by: Ref, origin: Origin) -> None:
    membership = made.membership
    record(action, by=by, origin=origin, tenant_id=membership.tenant_id, on=membership.ref, link=str(made.pk))
