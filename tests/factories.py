"""People and tokens for tests, made through the verbs: a test never starts from a state that no rule allows."""

from datetime import datetime, timedelta
from typing import Any

import factory

from accounts import memberships, roles, tenants
from accounts.access import Actor
from accounts.grants import Grants
from accounts.models import Membership, Tenant, User
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


def token(
    by: Actor,
    scope: str = "assets:read",
    *,
    kind: Kind = Kind.PERSONAL,
    name: str = "A token",
    lives: timedelta | None = timedelta(days=30),
    at: datetime | None = None,
    networks: str = "",
) -> Issued:
    """Issue a token, at another time if asked to."""
    moment = at or clock.now()
    with clock.at(moment):
        end = moment + lives if lives else None
        draft = Draft(kind=kind, name=name, grants=Grants.parse(scope), expires_at=end, networks=networks)
        return lifecycle.issue(draft, by=by)
