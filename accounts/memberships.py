"""Who belongs to a tenant: add, change role, suspend, resume, remove. Nothing above is told: checks find it changed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts import findable, roles, search
from accounts.access import MEMBERS_READ, MEMBERS_WRITE, Actor, PermissionDenied
from accounts.models import Invitation, Membership, MembershipQuerySet, Role, Tenant, User, listing_of
from audit import clock
from audit.actions import Action
from audit.record import Origin, Ref, record

CHANGED = "Somebody else has just changed this member's role. Nothing was done: look again."


def known_to(by: Actor) -> MembershipQuerySet:
    """Everybody who belongs to the actor's tenant, suspended ones too."""
    by.must(MEMBERS_READ)
    assert by.tenant
    return Membership.objects.in_tenant(by.tenant).current().with_everything()


def matching(q: str, *, by: Actor) -> MembershipQuerySet:
    """Of those, whoever has `q` in the name or e-mail address, however many there are."""
    return among(known_to(by), q, by=by)


def among(people: MembershipQuerySet, q: str, *, by: Actor) -> MembershipQuerySet:
    """The same of people of the actor's tenant."""
    assert by.tenant
    return people.filter(search.matching(search.Kind.MEMBER, by.tenant.pk, q))


def add(user: User, *, to: Tenant, role: Role, by: Actor) -> Membership:
    """A new membership. Raises ValidationError if there is a current one."""
    by.must(MEMBERS_WRITE, on=to)
    must_give(role, to, by)
    with transaction.atomic():
        membership = join(user, tenant=to, role=role, by=by.ref, origin=by.origin)
        _close_invitations(membership, by.ref, by.origin)
    return membership


def join(user: User, *, tenant: Tenant, role: Role, by: Ref, origin: Origin, **detail: Any) -> Membership:
    """The new row alone, for verbs that have made sure of the right: `add`, and accepting an invitation."""
    membership = Membership(user=user, tenant=tenant, role=role, listed_as=listing_of(user))
    try:
        with transaction.atomic():
            if not Tenant.objects.existing().select_for_update().filter(pk=tenant.pk).exists():
                raise ValidationError("This tenant was deleted.")
            membership.full_clean()
            membership.save()
            search.add(findable.member(membership))
            _write(Action.MEMBER_ADDED, membership, by, origin, role=role.key, **detail)
    except IntegrityError:  # somebody else added the same person at the same moment
        raise ValidationError(f"{user} is a member of {tenant} already.") from None
    return membership


def change_role(membership: Membership, *, to: Role, by: Actor) -> bool:
    """Another role from the next check on. The last owner cannot step down. False for the role that they have."""
    must_manage(membership, by)
    must_give(to, membership.tenant, by)
    before = membership.role
    if before.pk == to.pk:
        return False
    with transaction.atomic():
        _keep_an_owner(membership)
        mine = Membership.objects.current().filter(pk=membership.pk)
        if not mine.with_role(before.pk).update(role=to):
            raise ValidationError(CHANGED)
        membership.role = to
        _write(Action.ROLE_CHANGED, membership, by.ref, by.origin, before=before.key, after=to.key)
    return True


def suspend(membership: Membership, *, by: Actor) -> None:
    """Reversible: sign-in to this tenant and every personal token in it stop until `resume`."""
    must_manage(membership, by)
    with transaction.atomic():
        _keep_an_owner(membership)
        if _set(membership, "suspended_at", clock.now(), only_if=Q(suspended_at=None)):
            _write(Action.MEMBER_SUSPENDED, membership, by.ref, by.origin)


def resume(membership: Membership, *, by: Actor) -> None:
    must_manage(membership, by)
    with transaction.atomic():
        if _set(membership, "suspended_at", None, only_if=Q(suspended_at__isnull=False)):
            _write(Action.MEMBER_RESUMED, membership, by.ref, by.origin)


def remove(membership: Membership, *, by: Actor) -> None:
    """Final: personal tokens of this membership are dead, even if the person is invited again."""
    must_manage(membership, by)
    with transaction.atomic():
        _keep_an_owner(membership)
        if _set(membership, "ended_at", clock.now(), only_if=Q()):
            _write(Action.MEMBER_REMOVED, membership, by.ref, by.origin)
            _close_invitations(membership, by.ref, by.origin)


def is_last_owner(membership: Membership) -> bool:
    """For a page that says so first; the verbs look again, under a lock."""
    owners = Membership.objects.in_tenant(membership.tenant).live().owning()
    return membership.role.is_owner and not owners.exclude(pk=membership.pk).exists()


def list_anew(user: User) -> None:
    """For whoever changes a name or an e-mail address: members are sorted and found by them."""
    Membership.objects.of(user.pk).update(listed_as=listing_of(user))
    for membership in Membership.objects.of(user.pk):
        membership.user = user
        search.change(findable.member(membership))


def must_manage(membership: Membership, by: Actor) -> None:
    """Members manage members, but only owners manage owners."""
    by.must(MEMBERS_WRITE, on=membership)
    if not may_manage(membership, by):
        raise PermissionDenied(by, None, "Only an owner can change an owner.")


def must_give(role: Role, tenant: Tenant, by: Actor) -> None:
    """Nobody hands out what they do not have: a role within one's own, and only owners make owners.

    A management credential that provisions says who people are in the vendor's product: it gives roles without having
    them.
    """
    if role.tenant_id not in (None, tenant.pk):
        raise ValidationError("This role belongs to another tenant.")
    if not may_give(role, tenant, by):
        raise PermissionDenied(by, None, "Nobody can give a role that allows more than their own.")


def owns(by: Actor) -> bool:
    """The operator, the vendor's backend, or an owner in person: no token is one."""
    if by.says_who_is_who:
        return True
    return by.own_membership is not None and by.own_membership.role.is_owner


def may_manage(membership: Membership, by: Actor) -> bool:
    """Whether `by` may change this member at all; what a page offers."""
    return by.can(MEMBERS_WRITE, on=membership) and (not membership.role.is_owner or owns(by))


def may_give(role: Role, tenant: Tenant, by: Actor) -> bool:
    """Whether `by` may make somebody of the tenant this; what a page offers."""
    within = by.says_who_is_who or by.grants.covers(role.grants)
    return role.tenant_id in (None, tenant.pk) and within and (not role.is_owner or owns(by))


def roles_to_give(by: Actor) -> list[Role]:
    """Those that the actor may give to somebody, built-in ones first, as a form offers them."""
    by.must(MEMBERS_WRITE)
    assert by.tenant
    tenant = by.tenant
    known = roles.of_tenant(tenant)
    return sorted((role for role in known if may_give(role, tenant, by)), key=lambda role: role.tenant_id is not None)


def _keep_an_owner(leaving: Membership) -> None:
    """A tenant always keeps one live owner. All owners' rows are locked, in one order: two cannot leave at once."""
    if not leaving.role.is_owner:
        return
    owners = Membership.objects.in_tenant(leaving.tenant).live().owning().order_by("id").select_for_update(of=("self",))
    if all(owner.pk == leaving.pk for owner in owners):
        raise ValidationError("This is the last owner. Make somebody else an owner first.")


def _set(membership: Membership, field: str, value: Any, *, only_if: Q) -> bool:
    """Conditional update: True for the one caller who changed it. Whoever became an owner meanwhile was not judged."""
    mine = Membership.objects.current().filter(pk=membership.pk)
    changed = mine.with_role(membership.role_id).filter(only_if).update(**{field: value})
    if not changed and mine.exclude(role_id=membership.role_id).exists():
        raise ValidationError(CHANGED)
    membership.refresh_from_db(fields=[field])
    return bool(changed)


def _close_invitations(membership: Membership, by: Ref, origin: Origin) -> None:
    """Whoever belongs here needs none, and whoever was removed does not come back by an older one."""
    pending = Invitation.objects.in_tenant(membership.tenant).to(membership.user.email).pending()
    for one in pending.select_for_update():
        if pending.filter(pk=one.pk).update(withdrawn_at=clock.now()):
            record(Action.INVITATION_WITHDRAWN, by=by, origin=origin, tenant_id=membership.tenant_id, on=one.ref)


def _write(action: Action, membership: Membership, by: Ref, origin: Origin, **detail: Any) -> None:
    record(action, by=by, origin=origin, tenant_id=membership.tenant_id, on=membership.ref, **detail)
