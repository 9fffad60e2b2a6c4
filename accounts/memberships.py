"""Who belongs to a tenant: add, change role, suspend, resume, remove. Nothing above is told: checks find it changed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts import search
from accounts.access import MEMBERS_READ, MEMBERS_WRITE, Actor, PermissionDenied
from accounts.models import Membership, MembershipQuerySet, Role, Tenant, User
from audit import clock
from audit.actions import Action
from audit.record import record


def known_to(by: Actor) -> MembershipQuerySet:
    """Everybody who belongs to the actor's tenant, suspended ones too."""
    by.must(MEMBERS_READ)
    assert by.tenant
    return Membership.objects.in_tenant(by.tenant).current().with_everything()


def matching(q: str, *, by: Actor) -> MembershipQuerySet:
    """Of those, whoever has `q` in the name or e-mail address, however many there are."""
    known = known_to(by)
    assert by.tenant
    return known.filter(search.matching(search.Kind.MEMBER, by.tenant.pk, q)) if q else known


def add(user: User, *, to: Tenant, role: Role, by: Actor) -> Membership:
    """A new membership. Raises ValidationError if there is a current one."""
    by.must(MEMBERS_WRITE, on=to)
    _must_give(role, to, by)
    membership = Membership(user=user, tenant=to, role=role)
    try:
        with transaction.atomic():
            if not Tenant.objects.existing().select_for_update().filter(pk=to.pk).exists():
                raise ValidationError("This tenant was deleted.")
            membership.full_clean()
            membership.save()
            search.add(entry_of(membership))
            _write(Action.MEMBER_ADDED, membership, by, role=role.key)
    except IntegrityError:  # somebody else added the same person at the same moment
        raise ValidationError(f"{user} is a member of {to} already.") from None
    return membership


def change_role(membership: Membership, *, to: Role, by: Actor) -> None:
    """Another role from the next check on. The last owner cannot step down."""
    _must_manage(membership, by)
    _must_give(to, membership.tenant, by)
    with transaction.atomic():
        _keep_an_owner(membership)
        before = membership.role.key
        membership.role = to
        membership.save(update_fields=["role"])
        _write(Action.ROLE_CHANGED, membership, by, before=before, after=to.key)


def suspend(membership: Membership, *, by: Actor) -> None:
    """Reversible: sign-in to this tenant and every personal token in it stop until `resume`."""
    _must_manage(membership, by)
    with transaction.atomic():
        _keep_an_owner(membership)
        if _set(membership, "suspended_at", clock.now(), only_if=Q(suspended_at=None)):
            _write(Action.MEMBER_SUSPENDED, membership, by)


def resume(membership: Membership, *, by: Actor) -> None:
    _must_manage(membership, by)
    with transaction.atomic():
        if _set(membership, "suspended_at", None, only_if=Q(suspended_at__isnull=False)):
            _write(Action.MEMBER_RESUMED, membership, by)


def remove(membership: Membership, *, by: Actor) -> None:
    """Final: personal tokens of this membership are dead, even if the person is invited again."""
    _must_manage(membership, by)
    with transaction.atomic():
        _keep_an_owner(membership)
        if _set(membership, "ended_at", clock.now(), only_if=Q()):
            _write(Action.MEMBER_REMOVED, membership, by)


def entry_of(membership: Membership) -> search.Entry:
    """By what a member is found. It outlives the membership, as the tokens do that were the member's."""
    who = membership.user
    return search.Entry(search.Kind.MEMBER, membership.pk, membership.tenant_id, who.name, who.email)


def find_anew(user: User) -> None:
    """After another name or e-mail address: in every tenant that the person ever belonged to."""
    for membership in Membership.objects.of(user.pk):
        membership.user = user
        search.change(entry_of(membership))


def _must_manage(membership: Membership, by: Actor) -> None:
    """Members manage members, but only owners manage owners."""
    by.must(MEMBERS_WRITE, on=membership)
    if membership.role.is_owner and not _owns(by):
        raise PermissionDenied(by, MEMBERS_WRITE, "Only an owner can change an owner.")


def _must_give(role: Role, tenant: Tenant, by: Actor) -> None:
    """Nobody hands out what they do not have: a role within one's own, and only owners make owners.

    A management credential says who people are in the vendor's product: it gives roles without having them.
    """
    if role.tenant_id not in (None, tenant.pk):
        raise ValidationError("This role belongs to another tenant.")
    within = by.is_operator or by.is_management or by.grants.covers(role.grants)
    if not within or (role.is_owner and not _owns(by)):
        raise PermissionDenied(by, MEMBERS_WRITE, "Nobody can give a role that allows more than their own.")


def _owns(by: Actor) -> bool:
    """The operator, the vendor's backend, or an owner in person: no token is one."""
    if by.is_operator or by.is_management:
        return True
    return by.own_membership is not None and by.own_membership.role.is_owner


def _keep_an_owner(leaving: Membership) -> None:
    """A tenant always keeps one live owner. All owners' rows are locked, in one order: two cannot leave at once."""
    if not leaving.role.is_owner:
        return
    owners = Membership.objects.in_tenant(leaving.tenant).live().owning().order_by("id").select_for_update(of=("self",))
    if all(owner.pk == leaving.pk for owner in owners):
        raise ValidationError("This is the last owner. Make somebody else an owner first.")


def _set(membership: Membership, field: str, value: Any, *, only_if: Q) -> bool:
    """Conditional update: True for the one caller who changed it."""
    changed = Membership.objects.current().filter(only_if, pk=membership.pk).update(**{field: value})
    membership.refresh_from_db(fields=[field])
    return bool(changed)


def _write(action: Action, membership: Membership, by: Actor, **detail: Any) -> None:
    record(action, by=by.ref, origin=by.origin, tenant_id=membership.tenant_id, on=membership.ref, **detail)
