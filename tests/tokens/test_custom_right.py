"""Who may give custom permissions: through the page, the verb and the API, the same people."""

from dataclasses import replace

import pytest
from django.test import Client

from accounts import memberships, own_roles
from accounts.access import PermissionDenied
from accounts.grants import Grants
from accounts.own_roles import NewRole
from tests import factories
from tests.api.rest import NEW as BODY
from tests.api.rest import fields, program
from tests.cast import Cast, SignIn
from tests.tokens.pages import NEW
from tokens import lifecycle, policy
from tokens.kinds import Kind
from tokens.models import Token

CUSTOM = {"kind": "custom", "name": "Roll-out", "expires": "30d", "key": "k1"}
CHOSEN = {**CUSTOM, "place": "devices", "target": "group=eu-1", "right": "read"}


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.olivia.user)


@pytest.mark.parametrize(("who", "may"), [("olivia", True), ("adam", True), ("marc", False), ("victor", False)])
def test_the_type_is_there_for_those_whose_role_allows_it(cast: Cast, sign_in: SignIn, who: str, may: bool) -> None:
    browser = sign_in(cast.people[who].user)
    text = browser.get(NEW).content.decode()
    assert ("<b>Custom</b><small>Single permissions" in text) is may
    assert ('id="permissions"' in text) is may
    if not may:
        for sent in ({**CHOSEN, "step": "add"}, {**CUSTOM, "row": "devices:read@group=eu-1"}):
            assert browser.post(NEW, sent).status_code == 403
    assert not Token.objects.exists()


def test_a_role_without_the_right_makes_none_through_any_door(cast: Cast, sign_in: SignIn) -> None:
    scope = Grants.parse("tokens:write resources:read devices:write assets:read")
    role = own_roles.create([NewRole("ops", "Ops", grants=scope)], by=cast.olivia.actor)[0]
    memberships.change_role(cast.marc.membership, to=role, by=cast.olivia.actor)
    for kind in (Kind.PERSONAL, Kind.TENANT):
        with pytest.raises(PermissionDenied, match="tokens:custom"):
            factories.token(cast.marc.actor, "devices:read@group=eu-1", kind=kind)
    assert 'id="permissions"' not in sign_in(cast.marc.user).get(NEW).content.decode()
    refused = program(cast.marc.actor, str(scope)).post("/tokens", {**BODY, "scope": "devices:read@group=eu-1"})
    assert (refused.status_code, refused.json()["required_scopes"]) == (403, ["tokens:custom"])
    allowed = replace(cast.marc.actor, grants=scope | Grants.parse("tokens:custom"))
    assert factories.token(allowed, "devices:read@group=eu-1", kind=Kind.TENANT)


def test_rights_that_are_limited_themselves_need_no_right_to_limit(cast: Cast) -> None:
    mine = replace(cast.marc.actor, grants=Grants.parse("devices:write@group=eu-1 devices:restart"))
    assert factories.token(mine, "devices:read@group=eu-1")
    with pytest.raises(PermissionDenied):
        factories.token(mine, "devices:restart@group=eu-1")


def test_a_token_gives_single_targets_within_what_it_has(cast: Cast) -> None:
    by = program(cast.olivia.actor, "tokens:write tokens:custom devices:read updates:run@group=eu-1")
    for scope in ("devices:read@group=eu-1", "updates:run@group=eu-1"):
        assert by.post("/tokens", {**BODY, "scope": scope}).status_code == 201
    for scope in ("devices:write@group=eu-1", "updates:run@group=eu-2", "updates:run", "devices:read@library=core"):
        assert fields(by.post("/tokens", {**BODY, "scope": scope})) == {"scope"}


def test_where_policy_forbids_them_they_are_not_there(cast: Cast, olivia: Client) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, custom=False)
    assert 'id="permissions"' not in olivia.get(NEW).content.decode()
    refused = olivia.post(NEW, {**CUSTOM, "row": "devices:read@group=eu-1"})
    assert (refused.status_code, "does not allow permissions on single targets" in refused.content.decode()) == (
        422,
        True,
    )


def test_narrowing_to_single_targets_is_always_allowed(cast: Cast) -> None:
    token = factories.token(cast.marc.actor, "devices:read").token
    lifecycle.narrow(token, to=Grants.parse("devices:read@group=eu-1"), by=cast.marc.actor)
    assert token.is_custom
