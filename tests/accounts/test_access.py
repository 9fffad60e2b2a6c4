"""Who acts and what they may do: rights are held in one tenant, from one membership, as it is now."""

import pytest

from accounts import memberships, roles
from accounts.access import (
    LEDGER_READ,
    MEMBERS_WRITE,
    POLICY_WRITE,
    TOKENS_READ,
    TOKENS_WRITE,
    Actor,
    PermissionDenied,
)
from accounts.grants import Grant, Grants
from accounts.models import User
from audit.record import Origin
from tests import factories
from tests.cast import Cast
from tokens.kinds import Kind
from tokens.models import Token

PORTAL = [TOKENS_READ, TOKENS_WRITE, MEMBERS_WRITE, POLICY_WRITE, LEDGER_READ]


@pytest.mark.parametrize(("name", "held"), [("olivia", PORTAL), ("adam", PORTAL), ("marc", []), ("victor", [])])
def test_the_portals_own_rights_are_the_roles(cast: Cast, name: str, held: list[Grant]) -> None:
    actor = cast.people[name].actor
    assert [right for right in PORTAL if actor.can(right)] == held
    assert (actor.sees_all_tokens, actor.manages_tokens, actor.sees_ledger) == (bool(held),) * 3


@pytest.mark.parametrize(
    ("name", "scope", "held"),
    [
        ("olivia", "assets:write", True),
        ("marc", "assets:write", True),
        ("marc", "updates:run", True),
        ("marc", "projects:admin", False),
        ("victor", "assets:read", True),
        ("victor", "assets:write", False),
        ("victor", "updates:run", False),
        ("victor", "shared/messages:send", False),
    ],
)
def test_a_roles_rights_over_what_the_api_offers(cast: Cast, name: str, scope: str, held: bool) -> None:
    assert cast.people[name].actor.can(Grant.parse(scope)) is held


def test_a_right_here_is_none_there(cast: Cast) -> None:
    ours, theirs = factories.token(cast.olivia.actor).token, factories.token(cast.stella.actor).token
    assert cast.olivia.actor.can(TOKENS_WRITE, on=ours)
    assert not cast.olivia.actor.can(TOKENS_WRITE, on=theirs)
    assert cast.olivia.actor.can(POLICY_WRITE, on=cast.acme)
    assert not cast.olivia.actor.can(POLICY_WRITE, on=cast.globex)


def test_a_refusal_names_who_and_which_right(cast: Cast) -> None:
    actor = cast.marc.actor
    with pytest.raises(PermissionDenied) as caught:
        actor.must(TOKENS_WRITE)
    assert (caught.value.actor, caught.value.right, str(caught.value)) == (
        actor,
        TOKENS_WRITE,
        "This needs tokens:write.",
    )
    cast.olivia.actor.must(TOKENS_WRITE)


def test_an_actor_is_read_anew_and_never_keeps_a_right(cast: Cast) -> None:
    memberships.change_role(cast.adam.membership, to=roles.built_in("viewer"), by=cast.olivia.actor)
    assert not cast.adam.actor.can(TOKENS_WRITE)


def test_a_person_outside_any_tenant_holds_nothing(cast: Cast) -> None:
    person = Actor.person(cast.olivia.user, Origin())
    assert not [right for right in PORTAL if person.can(right)]
    assert (person.tenant_id, person.role_name, person.name) == (None, "", "Olivia Test")
    assert not Token.objects.visible_to(person)


def test_a_platform_admin_holds_nothing_inside_a_tenant(cast: Cast, petra: User) -> None:
    person = Actor.person(petra, Origin())
    assert not [right for right in PORTAL if person.can(right, on=cast.acme)]
    assert (person.is_platform_admin, person.role_name) == (True, "Platform admin")


def test_an_operator_holds_everything_and_is_named_as_one(cast: Cast) -> None:
    operator = Actor.operator(cast.acme)
    assert operator.can(TOKENS_WRITE, on=factories.token(cast.stella.actor).token)
    assert (operator.ref.kind, operator.name, operator.via) == ("operator", "Operator", "command")


@pytest.mark.parametrize(("name", "seen"), [("olivia", 3), ("adam", 3), ("marc", 1), ("victor", 0), ("stella", 1)])
def test_everybody_sees_what_is_theirs(cast: Cast, name: str, seen: int) -> None:
    for maker, kind in [("olivia", "personal"), ("olivia", "tenant"), ("marc", "personal"), ("stella", "tenant")]:
        factories.token(cast.people[maker].actor, kind=Kind(kind))
    assert Token.objects.visible_to(cast.people[name].actor).count() == seen
    assert Token.objects.manageable_by(cast.people[name].actor).count() == seen


def test_what_an_actor_is_called_at_work(cast: Cast) -> None:
    actor = cast.marc.actor
    assert (actor.name, actor.initials, actor.role_name) == ("Marc Test", "MT", "Developer")
    assert actor.ref.id == str(cast.marc.user.pk)


def test_no_grants_are_no_rights(cast: Cast) -> None:
    nobody = Actor(ref=cast.marc.actor.ref, tenant=cast.acme, grants=Grants())
    assert not nobody.can(Grant.parse("assets:read"))
