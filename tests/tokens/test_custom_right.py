"""Who may give custom permissions: through the page, the verb and the API, the same people."""

from dataclasses import replace

import pytest
from django.test import Client

from accounts import managing, memberships, own_roles
from accounts.access import PermissionDenied
from accounts.grants import Grants
from accounts.own_roles import NewRole
from tests import factories
from tests.api.rest import NEW as BODY
from tests.api.rest import fields, program
from tests.cast import Cast, SignIn
from tests.tokens.pages import NEW, complaints, secrets_in
from tokens import lifecycle, policy
from tokens.kinds import Kind
from tokens.models import Token

CUSTOM = {"kind": "custom", "name": "Roll-out", "expires": "30d", "key": "k1"}
OFFERED = "<b>Custom</b><small>Single permissions"
EVERYTHING = dict.fromkeys(("personal", "service", "tenant", "custom"), True)
CHOSEN = {**CUSTOM, "place": "devices", "target": "group=eu-1", "right": "read"}


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.olivia.user)


@pytest.mark.parametrize(("who", "may"), [("olivia", True), ("adam", True), ("marc", False), ("victor", False)])
def test_the_type_is_there_for_those_whose_role_allows_it(cast: Cast, sign_in: SignIn, who: str, may: bool) -> None:
    browser = sign_in(cast.people[who].user)
    text = browser.get(NEW).content.decode()
    assert (OFFERED in text) is may
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


@pytest.fixture
def marc(cast: Cast, sign_in: SignIn) -> Client:
    """He may give custom permissions, and nothing that is the tenant's."""
    scope = Grants.parse("resources:read tokens:custom devices:write")
    role = own_roles.create([NewRole("ops", "Ops", grants=scope)], by=cast.olivia.actor)[0]
    memberships.change_role(cast.marc.membership, to=role, by=cast.olivia.actor)
    return sign_in(cast.marc.user)


def test_whoever_manages_a_service_user_is_offered_it_without_the_tenants_tokens(cast: Cast, marc: Client) -> None:
    assert OFFERED not in marc.get(NEW).content.decode()
    worker = factories.worker(cast.olivia.actor, grants="devices:read")
    assert OFFERED not in marc.get(NEW).content.decode()
    managing.add(worker, cast.marc.membership, by=cast.olivia.actor)
    text = marc.get(NEW).content.decode()
    assert f"{OFFERED} on single targets, such as one device group. Acts for a service user." in text
    chosen = {**CUSTOM, "row": "devices:read@group=eu-1", "subject": f"service:{worker.pk}"}
    assert secrets_in(marc.post(NEW, chosen))
    assert Token.objects.get().token_kind is Kind.SERVICE


def test_who_cannot_act_for_the_tenant_is_asked_for_a_service_user(cast: Cast, marc: Client) -> None:
    worker = factories.worker(cast.olivia.actor, grants="devices:read")
    managing.add(worker, cast.marc.membership, by=cast.olivia.actor)
    sent = {**CUSTOM, "row": "devices:read@group=eu-1"}
    text = marc.post(NEW, {**sent, "refresh": "scopes"}).content.decode()
    assert '<option value="" selected>Choose a service user</option>' in text
    assert '<option value="">Acme</option>' not in text
    assert "<b>a service user</b>" in text
    refused = marc.post(NEW, sent)
    assert (refused.status_code, complaints(refused)) == (422, ["subject"])
    assert not Token.objects.exists()


def test_the_four_switches_of_the_policy_stay_apart(cast: Cast, olivia: Client) -> None:
    """What the page offers is what the API makes, whichever switch is off."""
    worker = factories.worker(cast.olivia.actor, grants="devices:read")
    scope = "devices:read@group=eu-1"
    api = program(cast.olivia.actor, "tokens:write tokens:custom devices:read")

    def outcomes(**switches: bool) -> tuple[bool, int, int]:
        policy.change(cast.acme, by=cast.olivia.actor, **EVERYTHING | switches)
        of_tenant = api.post("/tokens", {**BODY, "kind": "tenant", "scope": scope})
        of_worker = api.post("/tokens", {**BODY, "kind": "service", "service_user_id": str(worker.pk), "scope": scope})
        return OFFERED in olivia.get(NEW).content.decode(), of_tenant.status_code, of_worker.status_code

    assert outcomes() == (True, 201, 201)
    assert outcomes(tenant=False) == (True, 422, 201)
    assert outcomes(service=False) == (True, 201, 422)
    assert outcomes(personal=False) == (True, 401, 401)  # the token that asks is a personal one
    assert outcomes(tenant=False, service=False) == (False, 422, 422)
    assert outcomes(custom=False) == (False, 422, 422)


def test_with_tenant_tokens_off_custom_permissions_are_for_service_users(cast: Cast, olivia: Client) -> None:
    worker = factories.worker(cast.olivia.actor, grants="devices:read")
    policy.change(cast.acme, by=cast.olivia.actor, tenant=False)
    sent = {**CUSTOM, "row": "devices:read@group=eu-1"}
    assert complaints(olivia.post(NEW, sent)) == ["subject"]
    assert secrets_in(olivia.post(NEW, {**sent, "key": "k2", "subject": f"service:{worker.pk}"}))


def test_narrowing_to_single_targets_is_always_allowed(cast: Cast) -> None:
    token = factories.token(cast.marc.actor, "devices:read").token
    lifecycle.narrow(token, to=Grants.parse("devices:read@group=eu-1"), by=cast.marc.actor)
    assert token.is_custom
