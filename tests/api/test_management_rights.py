"""Each right of a management credential opens its own operations in a tenant, and no others: not one by another."""

import re
from collections.abc import Callable
from functools import partial

import pytest

from accounts import invitations, memberships, own_roles, roles, service_users
from accounts.access import PROVISION, TOKENS, Actor, LacksPower
from accounts.grants import Grants
from accounts.models import Invitation, Membership, Role, ServiceUser
from accounts.own_roles import NewRole
from accounts.service_users import Rights, Words
from api.rest.app import document
from audit.record import Ref
from tests import factories
from tests.api.managing import API, backend
from tests.cast import ORIGIN, Cast
from tokens import offers, policy
from tokens.kinds import Kind
from tokens.models import Token
from tokens.rights import Right

ONE = re.compile(r"\{\w+\}")  # an id in a path
NEEDED = {
    "members": ["provision"],
    "invitations": ["provision"],
    "service-users": ["provision"],
    "policy": ["provision"],
    "roles": ["provision"],
    "tokens": ["tokens"],
    "resources": ["tokens"],
    "ledger": ["tokens"],
    "me": ["tokens", "provision"],
    "catalogue": ["tokens", "provision"],
    "tenants": ["tokens", "provision"],
}
READ_BY_EITHER = {("get", "/roles"), ("get", "/roles/{role_id}")}
OPERATIONS = [
    (method, path.removeprefix(API))
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
    if not operation["x-required-rights"]
]


def needed(method: str, path: str) -> list[str]:
    return ["tokens", "provision"] if (method, path) in READ_BY_EITHER else NEEDED[path.split("/")[1]]


@pytest.mark.parametrize("right", Right)
def test_each_right_opens_its_own_operations_alone(cast: Cast, right: Right) -> None:
    by = backend(right)
    assert len(OPERATIONS) > 40
    for method, path in OPERATIONS:
        address = API + ONE.sub(str(cast.acme.pk), path)
        answer = by.call(method.upper(), address, x_tenant_id=str(cast.acme.pk))
        lacking = answer.json().get("required_rights") if answer.status_code == 403 else None
        assert lacking == (None if right in needed(method, path) else needed(method, path)), (method, path)


def test_the_right_over_tokens_makes_nobody_an_owner(cast: Cast) -> None:
    by, acme = backend(Right.TOKENS, Right.INTROSPECT, Right.SESSIONS), {"x_tenant_id": str(cast.acme.pk)}
    raised = by.call("PATCH", f"{API}/members/{cast.victor.membership.pk}", {"role": "owner"}, **acme)
    asked = by.post(f"{API}/invitations", {"email": "eve@acme.test", "role": "owner"}, **acme)
    for refused in (raised, asked):
        assert (refused.status_code, refused.json()["required_rights"]) == (403, ["provision"])
    assert factories.membership_of(cast.victor.user, cast.acme).role.key == "viewer"
    assert not Invitation.objects.exists()


def test_the_right_to_provision_says_who_people_are(cast: Cast) -> None:
    by, acme = backend(Right.PROVISION), {"x_tenant_id": str(cast.acme.pk)}
    raised = by.call("PATCH", f"{API}/members/{cast.victor.membership.pk}", {"role": "owner"}, **acme)
    asked = by.post(f"{API}/invitations", {"email": "eve@acme.test", "role": "owner"}, **acme)
    role = by.post(f"{API}/roles", {"key": "x", "name": "X", "scope": "assets:write"}, **acme)
    sync = {"name": "Sync", "scope": "assets:write", "manager_ids": [str(cast.marc.membership.pk)]}
    worker = by.post(f"{API}/service-users", sync, **acme)
    assert [one.status_code for one in (raised, asked, role, worker)] == [200, 201, 201, 201]


type Verb = Callable[..., object]


def _of_people(cast: Cast) -> list[Verb]:
    victor, viewer = cast.victor.membership, roles.built_in("viewer")
    mine = own_roles.create([NewRole("mine", "Mine")], by=cast.olivia.actor)[0]
    invited = invitations.invite("ann@acme.test", role=viewer, by=cast.olivia.actor)
    sync = factories.worker(cast.olivia.actor)
    return [
        partial(memberships.change_role, victor, to=roles.built_in("owner")),
        partial(memberships.add, cast.stella.user, to=cast.acme, role=viewer),
        partial(memberships.suspend, victor),
        partial(memberships.resume, victor),
        partial(memberships.remove, victor),
        partial(invitations.invite, "eve@acme.test", role=roles.built_in("owner")),
        partial(invitations.resend, invited),
        partial(invitations.withdraw, invited),
        partial(own_roles.create, [NewRole("x", "X")]),
        partial(own_roles.edit, mine, name="Y"),
        partial(own_roles.delete, mine),
        partial(service_users.create, Words("Bot"), Rights(None, Grants()), managers=[victor]),
        partial(service_users.change_rights, sync, to=Rights(None, Grants.parse("assets:write"))),
        partial(service_users.disable, sync),
        partial(service_users.delete, sync),
        partial(policy.change, cast.acme, never=True),
    ]


def _of_tokens(cast: Cast) -> list[Verb]:
    token = factories.token(cast.marc.actor).token
    offer = factories.draft("assets:read", expires_at=token.expires_at, member=cast.marc.membership)
    return [
        lambda by: factories.token(by, kind=Kind.TENANT),
        partial(offers.make, offer),
        lambda by: Token.objects.visible_to(by).get(pk=token.pk),
    ]


def _vendor(cast: Cast, *powers: str) -> Actor:
    """Whatever it may put on a token, which is another matter."""
    grants = Grants.parse(cast.olivia.actor.membership.role.grants_text, limit=None)  # type: ignore[union-attr]
    ref = Ref("management", "x", "Backend")
    return Actor.management(ref, grants, origin=ORIGIN, tenant=cast.acme, powers=frozenset(powers))


def test_the_verbs_ask_and_not_the_door_alone(cast: Cast) -> None:
    people, tokens = _of_people(cast), _of_tokens(cast)
    before = [list(model.objects.values()) for model in (Membership, Invitation, Role, ServiceUser)]
    for verb in people:
        with pytest.raises(LacksPower, match="provision"):
            verb(by=_vendor(cast, TOKENS, "introspect", "sessions"))
    assert [list(model.objects.values()) for model in (Membership, Invitation, Role, ServiceUser)] == before
    for verb in tokens:
        with pytest.raises((LacksPower, Token.DoesNotExist)):
            verb(by=_vendor(cast, PROVISION, "introspect", "sessions"))
        verb(by=_vendor(cast, TOKENS))
