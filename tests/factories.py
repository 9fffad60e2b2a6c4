"""People and tokens for tests, made through the verbs: a test never starts from a state that no rule allows."""

from datetime import datetime, timedelta
from typing import Any

import factory

from accounts import memberships, roles, service_users, tenants
from accounts.access import Actor
from accounts.grants import Grants
from accounts.models import Membership, ServiceUser, Tenant, User
from accounts.service_users import Rights, Words
from audit import clock
from tokens import lifecycle
from tokens.drafts import Draft
from tokens.kinds import Kind
from tokens.lifecycle import Issued

PASSWORD = "a-long-enough-password"


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda number: f"Person {number}")
    email = factory.Sequence(lambda number: f"person{number}@example.test")
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return model_class.objects.create_user(**kwargs)


def person(**given: str) -> User:
    """Somebody who can sign in with PASSWORD."""
    made: User = UserFactory.create(**given)
    return made


def tenant(slug: str, name: str, owner: User) -> Tenant:
    return tenants.create(slug, name, owner=owner, by=Actor.operator())


def member(user: User, of: Tenant, role: str) -> Membership:
    return memberships.add(user, to=of, role=roles.built_in(role), by=Actor.operator(of))


def membership_of(user: User, tenant: Tenant) -> Membership:
    return Membership.objects.with_everything().current().get(user=user, tenant=tenant)


def worker(by: Actor, *, name: str = "Warehouse sync", role: str = "", grants: str = "assets:write") -> ServiceUser:
    """One that `by` manages, with a built-in role, rights of its own, or both."""
    rights = Rights(roles.built_in(role) if role else None, Grants.parse(grants))
    manager = by.own_membership
    assert manager
    return service_users.create(Words(name), rights, managers=[manager], by=by)


def token(
    by: Actor,
    scope: str = "assets:read",
    *,
    kind: Kind = Kind.PERSONAL,
    name: str = "A token",
    lives: timedelta | None = timedelta(days=30),
    at: datetime | None = None,
    networks: str = "",
    service_user: ServiceUser | None = None,
) -> Issued:
    """Issue a token, at another time if asked to. Without `service_user`, one of that kind gets one made for it."""
    if kind is Kind.SERVICE and service_user is None:
        service_user = worker(by, grants=scope)
    moment = at or clock.now()
    with clock.at(moment):
        asked = draft(
            scope,
            kind=kind,
            name=name,
            expires_at=moment + lives if lives else None,
            networks=networks,
            service_user=service_user,
        )
        return lifecycle.issue(asked, by=by)


def draft(scope: str, *, service_user: ServiceUser | None = None, kind: Kind = Kind.PERSONAL, **given: Any) -> Draft:
    """What somebody asks for, for 30 days unless said otherwise."""
    return Draft(
        **{
            "kind": Kind.SERVICE if service_user else kind,
            "name": "A token",
            "grants": Grants.parse(scope),
            "expires_at": clock.now() + timedelta(days=30),
            "service_user": service_user,
            **given,
        }
    )
