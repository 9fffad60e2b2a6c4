"""The sets of tokens that pages and verbs speak of, by name."""

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.access import Actor
from accounts.models import Membership, Role, ServiceUser, Tenant
from tokens import standing
from tokens.kinds import Form, Kind
from tokens.rules import timeline_of
from tokens.signatures import Algorithm
from tokens.status import Circumstances, Status, where

if TYPE_CHECKING:
    from tokens.models import (  # noqa: F401 - named in the base classes below
        ManagementCredential,
        Offer,
        RefreshToken,
        SigningKey,
        Token,
    )


class TokenQuerySet(models.QuerySet["Token"]):
    def visible_to(self, actor: Actor) -> Self:
        """Where every read starts: all of the tenant's for those who may see them, one's own for everybody else."""
        if actor.tenant is None:
            return self.none()
        ours = self.filter(tenant=actor.tenant)
        return ours if actor.sees_all_tokens else ours.own_of(actor)

    def of_tenant(self, tenant: Tenant) -> Self:
        return self.filter(tenant=tenant)

    def bounded_by(self, role: Role) -> Self:
        """Those of whoever has a role, and those that were made of it."""
        made = Q(pk__in=self.model.objects.filter(roles__role=role).values("pk"))
        return self.filter(Q(membership__role=role) | Q(service_user__role=role) | made)

    def with_roles(self) -> Self:
        """Those that the tokens were made of."""
        return self.prefetch_related("roles__role")

    def manageable_by(self, actor: Actor) -> Self:
        """What an actor may change: like `lifecycle.may_manage`, for a set."""
        seen = self.visible_to(actor)
        return seen if actor.manages_tokens else seen.own_of(actor)

    def own_of(self, actor: Actor) -> Self:
        """A person's own are those of the membership and of the service users they manage; a token's is itself alone.

        A token that lists or ends its siblings would make one leaked secret the end of all of somebody's tokens.
        """
        if actor.bearer:
            return self.filter(pk=actor.bearer.token_id)
        own = actor.own_membership
        if own is None:
            return self.none()
        return self.filter(Q(membership=own) | Q(service_user__in=ServiceUser.objects.managed_by(own)))

    def among(self, ids: list[UUID]) -> Self:
        return self.filter(pk__in=ids)

    def issued_before(self, moment: datetime) -> Self:
        return self.filter(created_at__lt=moment)

    def owned_by(self, membership: Membership | None) -> Self:
        return self.filter(membership=membership) if membership else self.none()

    def of_person(self, user_id: UUID) -> Self:
        """In every tenant that the person belongs to."""
        return self.filter(membership__user_id=user_id, membership__ended_at=None)

    def of_members(self, memberships: list[UUID]) -> Self:
        return self.filter(membership__in=memberships)

    def of_service_user(self, service_user: ServiceUser) -> Self:
        return self.of_service_user_id(service_user.pk)

    def of_service_user_id(self, pk: UUID | str) -> Self:
        return self.filter(service_user_id=pk)

    def used(self) -> Self:
        return self.filter(last_used_at__isnull=False)

    def of_kind(self, kind: Kind) -> Self:
        return self.filter(kind=kind)

    def of_form(self, *forms: Form) -> Self:
        return self.filter(form__in=forms)

    def in_status(self, status: Status, given: Circumstances) -> Self:
        return self.filter(where(status, given))

    def live(self, given: Circumstances) -> Self:
        return self.filter(standing.live(given))

    def live_anywhere(self, now: datetime) -> Self:
        """In every tenant. Tenants with the same policy are asked for together: there are few different ones."""
        texts = self.order_by().values_list("tenant__token_rules", "tenant__token_limits").distinct()
        working = Q(pk__in=[])
        for text, limits in texts:
            theirs = Q(tenant__token_rules=text, tenant__token_limits=limits)
            working |= theirs & where(Status.ACTIVE, Circumstances(now, timeline_of(text, limits).at(now)))
        return self.filter(working)

    def pending(self, given: Circumstances) -> Self:
        return self.filter(standing.pending(given))

    def claimable(self, now: datetime) -> Self:
        """The same for a verb that ends the waiting: whoever comes first, by whatever clock, is the one who did."""
        return self.filter(claim_until__gt=now, expires_at__gt=now, revoked_at=None, withdrawn_at=None)

    def still_running(self, now: datetime) -> Self:
        """Neither revoked nor expired, whoever their owner is."""
        return self.filter(ends_at__gt=now)

    def running(self, now: datetime) -> Self:
        """The same for a verb that ends them: whoever revoked first, by whatever clock, stays the one who did."""
        return self.still_running(now).filter(revoked_at=None)

    def answerable(self, now: datetime) -> Self:
        return self.filter(standing.answerable(now))

    def answered_by(self, membership: Membership) -> Self:
        return self.filter(responsible=membership)

    def needing_an_owner(self, given: Circumstances) -> Self:
        return self.filter(standing.needing_an_owner(given))

    def with_scope(self, resource: str) -> Self:
        """Tokens with any grant on a resource, whatever the boundary, action or target."""
        padded = models.functions.Concat(models.Value(" "), F("grants_text"), output_field=models.TextField())
        asked = Q(_padded__contains=f" {resource}:") | Q(_padded__contains=f"/{resource}:")
        return self.alias(_padded=padded).filter(asked)

    def naming(self, target_type: str, target_id: str) -> Self:
        """Tokens with any grant on that one target. In SQLite LIKE would take `EU-1` for `eu-1`."""
        padded = models.functions.Concat(F("grants_text"), models.Value(" "), output_field=models.TextField())
        place = models.functions.StrIndex(padded, models.Value(f"@{target_type}={target_id} "))
        return self.alias(_place=place).filter(_place__gt=0)

    def touched_by(self, condition: Q) -> Self:
        """`condition` may ask for ` scope ` among `_scopes`, each between spaces."""
        scopes = models.functions.Concat(
            models.Value(" "), F("grants_text"), models.Value(" "), output_field=models.TextField()
        )
        return self.alias(_scopes=scopes).filter(condition)

    def by_name(self) -> Self:
        return self.annotate(name_key=Lower("name"))

    def with_subject(self) -> Self:
        people = ["membership__user", "membership__role", "responsible__user", "created_by"]
        return self.select_related("tenant", "service_user__role", *people)

    def with_offer(self) -> Self:
        return self.select_related("offer")

    def named(
        self, name: str, *, kind: Kind, membership: Membership | None, service_user: ServiceUser | None = None
    ) -> Self:
        return self.filter(name__iexact=name, kind=kind, membership=membership, service_user=service_user)


class SigningKeyQuerySet(models.QuerySet["SigningKey"]):
    def of(self, algorithm: Algorithm) -> Self:
        return self.filter(algorithm=algorithm)

    def newest(self) -> Self:
        """One of each algorithm: the key that no other has replaced yet. It may not sign yet."""
        return self.filter(retires_at=None)

    def published(self, now: datetime) -> Self:
        """What a signature is looked up in: before it signs, while it signs, and until its last token is dead."""
        return self.filter(Q(retires_at=None) | Q(retires_at__gt=now))

    def signing(self, now: datetime) -> Self:
        """One of each algorithm, once there are keys: the latest that has been published for long enough."""
        return self.published(now).filter(activates_at__lte=now).order_by("-activates_at", "-id")

    def needed_less_than(self, end: datetime) -> Self:
        return self.filter(Q(needed_until=None) | Q(needed_until__lt=end))

    def leaving_before(self, end: datetime) -> Self:
        return self.filter(retires_at__lt=end)

    def replaced(self, now: datetime) -> Self:
        """They sign no more."""
        return self.filter(replaced_at__lte=now)


class CredentialQuerySet(models.QuerySet["ManagementCredential"]):
    def live(self) -> Self:
        return self.filter(revoked_at=None)

    def newest_first(self) -> Self:
        """Those that work before those that ended."""
        return self.select_related("created_by").order_by(F("revoked_at").asc(nulls_first=True), "-id")


class OfferQuerySet(models.QuerySet["Offer"]):
    def of_code(self, code_hash: str) -> Self:
        return self.filter(code_hash=code_hash).select_related("token__membership__user", "token__tenant")

    def mailed_since(self, moment: datetime) -> Self:
        return self.filter(sent_at__gt=moment, undelivered=False)


class RefreshTokenQuerySet(models.QuerySet["RefreshToken"]):
    def usable(self, oldest: datetime) -> Self:
        return self.filter(created_at__gt=oldest)
