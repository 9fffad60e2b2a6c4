"""What the vendor's own product says of tenants and people, by its own ids: each upsert may be repeated at will.

A `ref` is the vendor's id or our UUID; ours is looked for first. Nobody is taken over: whoever was here before the
vendor named them keeps e-mail and name, and stays their own master, whatever a credential says.
"""

import secrets
from collections.abc import Callable, Iterator
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from accounts import memberships, roles, tenants
from accounts.access import PROVISION, Actor
from accounts.models import Membership, Tenant, User
from audit.actions import Action
from audit.record import record

SLUG_CHARACTERS = 33  # of the 40: the rest tells namesakes apart


class Conflict(Exception):
    """What is asked for contradicts what there is. `code` is stable, `detail` a sentence."""

    def __init__(self, code: str, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(detail)


def find_tenant(ref: str) -> Tenant | None:
    """None for one that there is not."""
    known = Tenant.objects.existing()
    return known.filter(pk__in=_ours(ref)).first() or known.filter(external_id=ref).first()


def find_user(ref: str) -> User | None:
    """None for one that there is not."""
    return User.objects.filter(pk__in=_ours(ref)).first() or User.objects.filter(external_id=ref).first()


def find_membership(tenant: Tenant, user: User) -> Membership | None:
    """The current one, suspended or not."""
    return Membership.objects.in_tenant(tenant).of(user.pk).current().with_everything().first()


def put_tenant(ref: str, name: str, slug: str = "", *, by: Actor) -> tuple[Tenant, bool]:
    """The tenant of that id, with that name, and whether it is new. Its slug is chosen once."""
    by.must_have(PROVISION)
    known, is_new = _known_or_new(
        lambda: find_tenant(ref), [_opening(ref, name, one, by) for one in _slugs(name, slug)]
    )
    if not is_new and slug not in ("", known.slug):
        raise ValidationError({"slug": f"It is {known.slug} and cannot be changed: it is part of every address."})
    if not is_new:
        tenants.rename(known, name, by=by)
    return known, is_new


def put_user(ref: str, email: str, name: str, *, by: Actor) -> tuple[User, bool]:
    """The person of that id, with that e-mail and name, and whether they are new. They have no password.

    Raises Conflict, `email_taken` or `user_not_managed`, rather than touch somebody whom the vendor did not bring.
    """
    by.must_have(PROVISION)
    known, is_new = _known_or_new(lambda: find_user(ref), [lambda: _bring(ref, email, name, by)])
    if not is_new:
        _update(known, email.strip().lower(), name, by)
    return known, is_new


def put_member(user: User, role_key: str, *, by: Actor) -> tuple[Membership, bool]:
    """The membership in the actor's tenant, with that role, and whether it is new. A suspended one stays so."""
    by.must_have(PROVISION)
    assert by.tenant
    tenant, role = by.tenant, roles.named(role_key, of=by.tenant)
    known, is_new = _known_or_new(
        lambda: find_membership(tenant, user), [lambda: memberships.add(user, to=tenant, role=role, by=by)]
    )
    if not is_new and known.role_id != role.pk:
        memberships.change_role(known, to=role, by=by)
    return known, is_new


def _known_or_new[M](find: Callable[[], M | None], makers: list[Callable[[], M]]) -> tuple[M, bool]:
    """Whoever loses a race finds what the winner made. The last maker's objection counts."""
    objection: Exception | None = None
    for make in makers:
        if known := find():
            return known, False
        try:
            with transaction.atomic():
                return make(), True
        except (IntegrityError, ValidationError, Conflict) as error:
            objection = error
    if known := find():
        return known, False
    if isinstance(objection, IntegrityError):
        raise Conflict("conflict", "Somebody else did something like it at the same moment. Try again.") from objection
    assert objection
    raise objection


def _opening(ref: str, name: str, slug: str, by: Actor) -> Callable[[], Tenant]:
    return lambda: tenants.open_new(slug, name, by=by, external_id=ref)


def _slugs(name: str, asked: str) -> Iterator[str]:
    """What is asked for and nothing else, or made of the name, told apart from a namesake's if need be."""
    if asked:
        yield asked
        return
    base = slugify(name)[:SLUG_CHARACTERS].strip("-_").replace("_", "-") or "tenant"
    yield base
    yield f"{base}-{secrets.token_hex(3)}"


def _bring(ref: str, email: str, name: str, by: Actor) -> User:
    _must_be_free(email)
    user = User(email=email.strip().lower(), name=name, external_id=ref)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    record(Action.USER_CREATED, by=by.ref, origin=by.origin, tenant_id=None, on=user.ref)
    return user


def _update(user: User, email: str, name: str, by: Actor) -> None:
    changed = [field for field, text in (("email", email), ("name", name)) if getattr(user, field) != text]
    if not changed:
        return
    if not is_managed(user) or ("email" in changed and user.has_usable_password()):
        detail = "They were here before the vendor named them, sign in here, or govern the platform."
        raise Conflict("user_not_managed", f"This person is not changed. {detail}")
    if "email" in changed:
        _must_be_free(email)
    user.email, user.name = email, name
    user.full_clean(exclude=["password"], validate_unique=False, validate_constraints=False)
    with transaction.atomic():
        _save(user, changed)
        memberships.list_anew(user)
        for tenant_id in _tenants_of(user):
            said = " ".join(changed)
            record(Action.USER_CHANGED, by=by.ref, origin=by.origin, tenant_id=tenant_id, on=user.ref, changed=said)


def is_managed(user: User) -> bool:
    """Whether the vendor brought this person. Platform admins are nobody's but the operator's."""
    return user.external_id is not None and not user.is_platform_admin


def is_handed_over(user: User) -> bool:
    """Whether they come by the vendor's link alone."""
    return user.external_id is not None and not user.has_usable_password()


def _save(user: User, fields: list[str]) -> None:
    try:
        with transaction.atomic():
            user.save(update_fields=fields)
    except IntegrityError:
        _must_be_free(user.email)
        raise


def _must_be_free(email: str) -> None:
    """By the vendor's word alone, nobody becomes somebody who is here already."""
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise Conflict("email_taken", "Somebody else here has this e-mail address. Nobody is taken over by it.")


def _tenants_of(user: User) -> list[UUID | None]:
    return list(Membership.objects.of(user.pk).current().values_list("tenant_id", flat=True)) or [None]


def _ours(ref: str) -> list[UUID]:
    """Our own id, in the one form in which it is handed out; none for anything else."""
    try:
        found = UUID(ref)
    except ValueError:
        return []
    return [found] if str(found) == ref.lower() else []
