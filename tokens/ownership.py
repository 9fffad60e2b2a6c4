"""Who answers for what belongs to no person: take a tenant token over, or hand it to somebody."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import managing, memberships, roles, search, service_users
from accounts.access import TOKENS_WRITE, Actor
from accounts.models import Membership, MembershipQuerySet, ServiceUser, ServiceUserQuerySet
from audit import clock
from audit.actions import Action
from audit.record import record_each
from tokens import findable
from tokens.lifecycle import BULK_LIMIT
from tokens.models import Token
from tokens.sets import TokenQuerySet
from tokens.status import Circumstances

NOBODY = "Nobody"
ONLY_MEMBERS = "Only a member can manage a service user: name one."
PEOPLE_SHOWN = 20


def needing(by: Actor, *, q: str = "") -> TokenQuerySet:
    """The tenant's running tokens for which nobody answers who is still here, and that match a search."""
    by.must(TOKENS_WRITE)
    assert by.tenant
    found = Token.objects.visible_to(by)
    return found.filter(findable.sought(q, by.tenant.pk).condition).needing_an_owner(Circumstances.of(by.tenant))


def unmanaged(by: Actor, *, q: str = "") -> ServiceUserQuerySet:
    """The tenant's service users that nobody manages who is still here, and that match a search."""
    by.must(TOKENS_WRITE)
    assert by.tenant
    found = ServiceUser.objects.in_tenant(by.tenant).current().without_manager()
    return found.filter(search.matching(search.Kind.SERVICE_USER, by.tenant.pk, q))


def candidates(by: Actor) -> MembershipQuerySet:
    """Who could answer for a token: live members whose role lets them manage the tenant's tokens."""
    by.must(TOKENS_WRITE)
    assert by.tenant
    able = [role.pk for role in roles.of_tenant(by.tenant) if role.grants.covers(TOKENS_WRITE)]
    return Membership.objects.in_tenant(by.tenant).live().active().holding(able)


def offered(by: Actor, *, q: str = "") -> list[Membership]:
    """The first of them by name, for a list to choose from."""
    return list(memberships.among(candidates(by), q, by=by).by_name()[:PEOPLE_SHOWN])


def candidate(text: str, *, by: Actor) -> Membership:
    """One of them by the id of the membership. Another tenant's is as unknown as none. Raises ValidationError."""
    try:
        return candidates(by).by_name().get(pk=UUID(text))
    except (ValueError, Membership.DoesNotExist):
        raise ValidationError({"responsible": "Choose a member who can manage the tenant's tokens."}) from None


def take_over(tokens: TokenQuerySet, *, by: Actor) -> int:
    """Answer for what needs an owner among `tokens`, at most BULK_LIMIT at once; returns how many.

    What somebody else took over in the meantime stays theirs.
    """
    by.must(TOKENS_WRITE)
    assert by.tenant
    if by.membership is None:
        raise ValidationError({"responsible": "Only a member can answer for a token: name one."})
    with transaction.atomic():
        mine = tokens.visible_to(by).needing_an_owner(Circumstances.of(by.tenant))
        return _give(_locked(mine), by.membership, Action.TOKEN_TAKEN_OVER, by)


def manage(service_user: ServiceUser, *, by: Actor) -> bool:
    """Become the manager of a service user that has none. False if somebody else was faster."""
    by.must(TOKENS_WRITE, on=service_user)
    if by.membership is None:
        raise ValidationError({"managers": ONLY_MEMBERS})
    with transaction.atomic():
        service_users.lock(service_user)
        if not unmanaged(by).filter(pk=service_user.pk).exists():
            return False
        return managing.add(service_user, by.membership, by=by)


def manage_all(found: ServiceUserQuerySet, *, by: Actor) -> int:
    """The same for all of `found` that have none, at most BULK_LIMIT at once; returns how many."""
    by.must(TOKENS_WRITE)
    if by.membership is None:
        raise ValidationError({"managers": ONLY_MEMBERS})
    with transaction.atomic():
        alone = unmanaged(by).filter(pk__in=found.values("pk")).order_by("pk")
        ids = list(alone.values_list("pk", flat=True)[:BULK_LIMIT])
        list(ServiceUser.objects.among(ids).order_by("pk").select_for_update().values_list("pk"))
        mine = unmanaged(by).among(ids)  # judged once they are locked: of two who ask at once the second gets the rest
        return managing.add_to_all(list(mine), by.membership, by=by)


def give(token: Token, to: Membership, *, by: Actor) -> None:
    """The same for one token. Raises ValidationError for what nobody answers for: a person's own, or one that ended."""
    by.must(TOKENS_WRITE, on=token)
    if not Token.objects.answerable(clock.now()).filter(pk=token.pk).exists():
        raise ValidationError({"responsible": "Only a running tenant token has somebody who answers for it."})
    hand_to(Token.objects.among([token.pk]), to, by=by)
    token.responsible = to


def hand_to(tokens: TokenQuerySet, to: Membership, *, by: Actor) -> int:
    """Let `to` answer for running tenant tokens from now on, whoever did; returns how many changed hands."""
    by.must(TOKENS_WRITE, on=to)
    with transaction.atomic():
        if not candidates(by).filter(pk=to.pk).exists():
            raise ValidationError({"responsible": f"{to.user} cannot answer for tokens here. Choose somebody else."})
        return _give(_locked(tokens.visible_to(by).answerable(clock.now())), to, Action.TOKEN_HANDED_OVER, by)


def _locked(tokens: TokenQuerySet) -> list[Token]:
    """Rows are locked before they are judged: of two who ask at once the second sees what the first did."""
    ids = list(tokens.order_by("pk").values_list("pk", flat=True)[:BULK_LIMIT])
    list(Token.objects.among(ids).order_by("pk").select_for_update().values_list("pk"))
    return list(tokens.among(ids).with_subject())


def _give(tokens: Iterable[Token], to: Membership, action: Action, by: Actor) -> int:
    changing = [token for token in tokens if token.responsible_id != to.pk]
    Token.objects.among([token.pk for token in changing]).update(responsible=to)
    for before in {token.responsible for token in changing}:
        refs = [token.ref for token in changing if token.responsible == before]
        names = {"before": before.user.name if before else NOBODY, "after": to.user.name}
        record_each(action, refs, by=by.ref, origin=by.origin, tenant_id=by.tenant_id, **names)
    return len(changing)
