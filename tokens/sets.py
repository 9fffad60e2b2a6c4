"""The sets of tokens that pages and verbs speak of, by name."""

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Lower

from accounts.access import Actor
from accounts.models import Membership
from tokens.expiry import SOON
from tokens.kinds import Kind
from tokens.policy import Rules
from tokens.status import Status, where

if TYPE_CHECKING:
    from tokens.models import Token  # noqa: F401 - named in the base class below


class TokenQuerySet(models.QuerySet["Token"]):
    def visible_to(self, actor: Actor) -> Self:
        """Where every read starts: all of the tenant's for those who may see them, one's own for everybody else."""
        if actor.tenant is None:
            return self.none()
        ours = self.filter(tenant=actor.tenant)
        return ours if actor.sees_all_tokens else ours.owned_by(actor.membership)

    def manageable_by(self, actor: Actor) -> Self:
        """What an actor may change: like `lifecycle.may_manage`, for a set."""
        seen = self.visible_to(actor)
        return seen if actor.manages_tokens else seen.owned_by(actor.membership)

    def issued_before(self, moment: datetime) -> Self:
        return self.filter(created_at__lt=moment)

    def owned_by(self, membership: Membership | None) -> Self:
        return self.filter(membership=membership) if membership else self.none()

    def of_membership(self, membership_id: str) -> Self:
        return self.filter(membership_id=membership_id)

    def used(self) -> Self:
        return self.filter(last_used_at__isnull=False)

    def never_used(self) -> Self:
        return self.filter(last_used_at=None)

    def of_kind(self, kind: Kind) -> Self:
        return self.filter(kind=kind)

    def in_status(self, status: Status, now: datetime, rules: Rules) -> Self:
        return self.filter(where(status, now, rules))

    def live(self, now: datetime, rules: Rules) -> Self:
        return self.in_status(Status.ACTIVE, now, rules)

    def expiring(self, now: datetime, rules: Rules) -> Self:
        return self.live(now, rules).filter(expires_at__lte=now + SOON)

    def ended(self, now: datetime, rules: Rules) -> Self:
        final = Q()
        for status in Status:
            final |= where(status, now, rules) if status.is_final else Q(pk__in=[])
        return self.filter(final)

    def on_hold(self, now: datetime, rules: Rules) -> Self:
        """Refused, but not for ever: an administrator can change what stops them."""
        held = Q()
        for status in Status:
            if not status.is_final and status is not Status.ACTIVE:
                held |= where(status, now, rules)
        return self.filter(held)

    def still_running(self, now: datetime) -> Self:
        """Neither revoked nor expired, whoever their owner is."""
        return self.filter(ends_at__gt=now)

    def running(self, now: datetime) -> Self:
        """The same for a verb that ends them: whoever revoked first, by whatever clock, stays the one who did."""
        return self.still_running(now).filter(revoked_at=None)

    def run_out(self, now: datetime) -> Self:
        return self.filter(ends_at__lte=now)

    def with_scope(self, resource: str) -> Self:
        """Tokens with any grant on a resource, whatever the boundary, action or target."""
        padded = models.functions.Concat(models.Value(" "), F("grants_text"), output_field=models.TextField())
        asked = Q(_padded__contains=f" {resource}:") | Q(_padded__contains=f"/{resource}:")
        return self.alias(_padded=padded).filter(asked)

    def matching(self, text: str) -> Self:
        """Name, subject, or the end of the token id; never the secret."""
        by_name = Q(name__icontains=text) | Q(membership__user__name__icontains=text)
        digits = text.lower().replace("-", "")
        if not digits or set(digits) - set("0123456789abcdef"):
            return self.filter(by_name)
        if len(digits) == len(UUID(int=0).hex):
            return self.filter(by_name | Q(pk=UUID(digits)))
        return self.alias(_id=Cast("id", models.CharField())).filter(by_name | Q(_id__iendswith=text.lower()))

    def by_name(self) -> Self:
        return self.annotate(name_key=Lower("name"))

    def with_subject(self) -> Self:
        return self.select_related("tenant", "membership__user", "membership__role", "created_by")

    def named(self, name: str, *, kind: Kind, membership: Membership | None) -> Self:
        return self.filter(name__iexact=name, kind=kind, membership=membership)
