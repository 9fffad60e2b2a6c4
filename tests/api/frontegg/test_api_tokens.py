"""API tokens by Frontegg's addresses: made, listed, changed and ended like on the portal's own pages."""

from typing import Any
from uuid import UUID

import pytest
from django.core import mail

from accounts import memberships, permissions, roles
from accounts.grants import Grant
from accounts.models import Role
from audit.ids import uuid7
from audit.models import Event
from tests import factories
from tests.api import oauth
from tests.api.frontegg.test_exchange import claims_of
from tests.api.frontegg.vendor import TENANT_TOKENS, USER_TOKENS, Answer, Vendor, call, exchange, vendor
from tests.cast import Cast, SignIn
from tokens import policy
from tokens.kinds import Kind
from tokens.models import Token

READ_ASSETS = str(permissions.id_of(Grant.parse("assets:read")))
WRITE_ASSETS = str(permissions.id_of(Grant.parse("assets:write")))


@pytest.fixture
def backend(cast: Cast) -> Vendor:
    return vendor("tokens").of(cast.acme.pk)


def role(cast: Cast, key: str, grants: str, **more: Any) -> Role:
    return Role.objects.create(tenant=cast.acme, key=key, name=key, grants_text=grants, **more)


def made(answer: Answer) -> Any:
    assert answer.status_code == 201, answer.content
    return answer.json()


def permissions_of(pair: Any) -> list[str]:
    answer = exchange(pair["clientId"], pair["secret"])
    assert answer.status_code == 200, answer.content
    found: list[str] = claims_of(answer.json()["accessToken"])["permissions"]
    return found


def test_a_users_token(cast: Cast, backend: Vendor) -> None:
    marc = backend.of(cast.acme.pk, cast.marc.user.pk)
    pair = made(marc.call("POST", USER_TOKENS, {"description": "Token for CLI calls", "metadata": {"team": 7}}))
    assert pair.keys() == {"clientId", "secret", "description", "metadata", "createdAt", "expires"}
    assert (pair["description"], pair["metadata"]) == ("Token for CLI calls", {"team": 7})
    assert UUID(pair["secret"]).version == 4
    token = Token.objects.get(pk=pair["clientId"])
    assert (token.created_via, token.created_by, token.name) == ("management", cast.marc.user, "Token for CLI calls")
    claims = claims_of(exchange(pair["clientId"], pair["secret"]).json()["accessToken"])
    assert (claims["type"], claims["metadata"], claims["roles"]) == ("userApiToken", {"team": 7}, ["developer"])
    assert set(claims["permissions"]) == {str(each) for each in permissions.spelled_out(cast.marc.actor.grants)}
    listed = marc.call("GET", f"{USER_TOKENS}/").json()
    assert listed == [{name: value for name, value in pair.items() if name != "secret"}]
    assert marc.call("DELETE", f"{USER_TOKENS}/{pair['clientId']}").content == b""
    assert marc.call("GET", USER_TOKENS).json() == []
    assert exchange(pair["clientId"], pair["secret"]).status_code == 401
    assert marc.call("DELETE", f"{USER_TOKENS}/{pair['clientId']}").status_code == 404


def test_a_users_token_follows_the_user(cast: Cast, backend: Vendor) -> None:
    pair = made(backend.of(cast.acme.pk, cast.marc.user.pk).call("POST", USER_TOKENS, {}))
    memberships.change_role(cast.marc.membership, to=roles.built_in("viewer"), by=cast.olivia.actor)
    assert not [key for key in permissions_of(pair) if key.endswith(":write")]
    memberships.remove(cast.marc.membership, by=cast.olivia.actor)
    assert exchange(pair["clientId"], pair["secret"]).status_code == 401


def test_a_person_is_told_by_mail_of_a_token_made_for_them(cast: Cast, backend: Vendor) -> None:
    pair = made(backend.of(cast.acme.pk, cast.marc.user.pk).call("POST", USER_TOKENS, {"description": "CLI"}))
    [message] = mail.outbox
    assert (message.to, "CLI" in message.body) == (["marc@acme.test"], True)
    assert f"/t/acme/settings/developers/tokens/{pair['clientId']}/" in message.body
    assert pair["secret"] not in f"{message.subject} {message.body}"


@pytest.mark.parametrize("name", ["acme-7", "id"])
def test_tenants_and_users_go_by_our_id_or_the_vendors(cast: Cast, backend: Vendor, name: str) -> None:
    cast.acme.external_id, cast.marc.user.external_id = "acme-7", "marc@7"
    cast.acme.save()
    cast.marc.user.save()
    ours = (cast.acme.pk, cast.marc.user.pk) if name == "id" else ("acme-7", "marc@7")
    assert made(backend.of(*ours).call("POST", USER_TOKENS, {"description": "x"}))


def test_unknown_names_are_told_apart_from_missing_ones(cast: Cast, backend: Vendor) -> None:
    stranger = backend.of(cast.acme.pk, cast.stella.user.pk)
    assert stranger.call("POST", USER_TOKENS, {}).json() == {"errors": ["User not found"]}
    assert backend.of("nowhere").call("POST", TENANT_TOKENS, {}).json() == {"errors": ["Tenant not found"]}
    assert backend.call("POST", USER_TOKENS, {}).status_code == 400
    assert backend.of("").call("GET", TENANT_TOKENS).status_code == 400


def test_a_tenants_token_of_roles(cast: Cast, backend: Vendor) -> None:
    ci, docs = role(cast, "ci", "assets:write"), role(cast, "docs", "projects:read")
    asked = {"description": "Acme CLI", "roleIds": [str(ci.pk), str(docs.pk)], "metadata": {"key1": "value1"}}
    pair = made(backend.call("POST", TENANT_TOKENS, asked))
    assert pair["tenantId"] == str(cast.acme.pk)
    assert (pair["createdByUserId"], pair["permissionIds"]) == (None, [])
    assert pair["roleIds"] == sorted([str(ci.pk), str(docs.pk)])
    claims = claims_of(exchange(pair["clientId"], pair["secret"]).json()["accessToken"])
    assert (claims["roles"], claims["permissions"]) == (
        ["ci", "docs"],
        ["assets:read", "assets:write", "projects:read"],
    )
    assert (claims["type"], claims["metadata"]) == ("tenantApiToken", {"key1": "value1"})


def test_a_role_that_shrinks_bites_at_once_and_one_that_grows_never_widens(cast: Cast, backend: Vendor) -> None:
    ci = role(cast, "ci", "assets:write projects:read")
    pair = made(backend.call("POST", TENANT_TOKENS, {"roleIds": [str(ci.pk)]}))
    text = exchange(pair["clientId"], pair["secret"]).json()["accessToken"]
    for now, left in [
        ("assets:read", ["assets:read"]),
        ("assets:write projects:write libraries:read", ["assets:read", "assets:write", "projects:read"]),
        ("libraries:read", []),
    ]:
        Role.objects.filter(pk=ci.pk).update(grants_text=now)
        assert permissions_of(pair) == left
        scope = call("GET", "/api/v1/me", **oauth.bearer(text)).json()["scope"]
        assert {str(one) for one in permissions.spelled_out(map(Grant.parse, scope.split()))} == set(left)
    ci.delete()
    assert permissions_of(pair) == []


def test_a_tenants_token_of_permissions(cast: Cast, backend: Vendor) -> None:
    pair = made(backend.call("POST", TENANT_TOKENS, {"permissionIds": [WRITE_ASSETS]}))
    assert (pair["roleIds"], pair["permissionIds"]) == ([], [WRITE_ASSETS])
    assert permissions_of(pair) == ["assets:read", "assets:write"]
    docs = role(cast, "docs", "projects:read")
    both = made(backend.call("POST", TENANT_TOKENS, {"permissionIds": [WRITE_ASSETS], "roleIds": [str(docs.pk)]}))
    assert permissions_of(both) == ["projects:read"]


def test_without_roles_it_can_do_nothing(backend: Vendor) -> None:
    pair = made(backend.call("POST", TENANT_TOKENS))
    assert permissions_of(pair) == []


def test_the_same_pair_works_at_the_oauth_door_and_is_no_bearer(backend: Vendor) -> None:
    pair = made(backend.call("POST", TENANT_TOKENS, {"permissionIds": [READ_ASSETS]}))
    answer = oauth.token(oauth.pair(pair["clientId"], pair["secret"]))
    assert (answer.status_code, answer.json()["scope"]) == (200, "assets:read")
    for text in (pair["secret"], f"{pair['clientId']}.{pair['secret']}", pair["clientId"]):
        assert call("GET", "/api/v1/me", **oauth.bearer(text)).status_code == 401
    upper = exchange(pair["clientId"].upper(), pair["secret"].upper())
    assert upper.status_code == 200


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"description": 7}, "description must be a string"),
        ({"description": "x" * 501}, "Use at most 500 characters; this has 501."),
        ({"metadata": []}, "metadata must be an object"),
        ({"metadata": {"x": "y" * 4096}}, "Metadata takes 4,105 bytes; 4,096 is the limit."),
        ({"metadata": {"x": "\0"}}, "Metadata must not hold a NUL."),
        ({"metadata": {"x": "\ud800"}}, "Metadata holds what JSON cannot hold."),
        (b'{"metadata": {"x": 1e999}}', "Metadata holds what JSON cannot hold."),
        ({"expiresInMinutes": "5"}, "expiresInMinutes must be an integer number"),
        ({"expiresInMinutes": 0}, "expiresInMinutes must be from 1 to 5270400"),
        ({"expiresInMinutes": 10**30}, "expiresInMinutes must be from 1 to 5270400"),
        ({"roleIds": "x"}, "roleIds must be an array"),
        ({"roleIds": ["x"]}, "each value in roleIds must be a UUID"),
        ({"permissionIds": [str(UUID(int=7))]}, f"Permission {UUID(int=7)} does not exist"),
        ({"roleIds": [str(UUID(int=7))]}, f"Role {UUID(int=7)} does not exist"),
    ],
)
def test_what_is_wrong_with_a_body_is_said(backend: Vendor, body: Any, text: str) -> None:
    answer = backend.call("POST", TENANT_TOKENS, body)
    assert (answer.status_code, answer.json()) == (400, {"errors": [text]})


def test_metadata_with_fractions_survives_the_jwt(backend: Vendor) -> None:
    pair = made(backend.call("POST", TENANT_TOKENS, {"metadata": {"ratio": 0.5, "deep": [{"ok": None}]}}))
    text = exchange(pair["clientId"], pair["secret"]).json()["accessToken"]
    assert call("GET", "/api/v1/me", **oauth.bearer(text)).status_code == 200


def test_a_switched_off_kind_is_told_in_the_words_that_clients_know(cast: Cast, backend: Vendor) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, tenant=False)
    for method in ("GET", "POST"):
        answer = backend.call(method, TENANT_TOKENS)
        assert (answer.status_code, answer.json()) == (403, {"errors": ["Api tokens are disabled"]})


def test_a_credential_without_the_right_is_refused_and_the_tenant_sees_it(cast: Cast) -> None:
    answer = vendor("introspect", "provision", "sessions").of(cast.acme.pk).call("POST", TENANT_TOKENS, {})
    assert answer.status_code == 403
    assert Event.objects.get(action="access.refused").tenant_id == cast.acme.pk


def test_what_the_vendor_makes_is_in_the_tenants_ledger(cast: Cast, backend: Vendor) -> None:
    pair = made(backend.call("POST", TENANT_TOKENS, {}))
    backend.call("DELETE", f"{TENANT_TOKENS}/{pair['clientId']}")
    events = Event.objects.of_tenant(cast.acme.pk).about(pair["clientId"])
    assert {event.action for event in events} == {"token.issued", "token.revealed", "token.revoked"}
    assert {(event.actor_kind, event.actor_label) for event in events} == {("management", "Backend")}


def test_another_tenants_token_is_an_unknown_token(cast: Cast, backend: Vendor) -> None:
    theirs = factories.token(cast.stella.actor, kind=Kind.TENANT).token
    for method in ("PATCH", "DELETE"):
        answers = [backend.call(method, f"{TENANT_TOKENS}/{pk}", {}) for pk in (theirs.pk, uuid7())]
        assert [(one.status_code, one.content) for one in answers] == [(404, b'{"errors": ["Not found"]}')] * 2
    assert backend.call("POST", TENANT_TOKENS, {"roleIds": [str(_foreign(cast).pk)]}).status_code == 400


def _foreign(cast: Cast) -> Role:
    return Role.objects.create(tenant=cast.globex, key="x", name="x", grants_text="assets:read")


def test_patch_describes(backend: Vendor) -> None:
    pair = made(backend.call("POST", TENANT_TOKENS, {"description": "Old", "permissionIds": [READ_ASSETS]}))
    path = f"{TENANT_TOKENS}/{pair.pop('clientId')}"
    changed = backend.call("PATCH", path, {"description": "New", "metadata": {"a": 1}}).json()
    assert (changed["description"], changed["metadata"], changed["permissionIds"]) == ("New", {"a": 1}, [READ_ASSETS])
    assert "secret" not in changed
    assert backend.call("PATCH", path, {"expiresInMinutes": 7}).status_code == 400
    assert backend.call("PATCH", path, {"description": None}).json()["description"] is None


def test_patch_keeps_the_name_of_a_token_that_was_made_on_a_page(cast: Cast, backend: Vendor) -> None:
    token = factories.token(cast.olivia.actor, kind=Kind.TENANT, name="Nightly").token
    assert backend.call("GET", TENANT_TOKENS).json()[0]["description"] == "Nightly"
    backend.call("PATCH", f"{TENANT_TOKENS}/{token.pk}", {"description": "Copies assets"})
    token.refresh_from_db()
    assert (token.name, token.description) == ("Nightly", "Copies assets")


def test_the_portals_own_pages_show_it(cast: Cast, backend: Vendor, sign_in: SignIn) -> None:
    pair = made(backend.call("POST", TENANT_TOKENS, {"description": "Robot"}))
    browser = sign_in(cast.olivia.user)
    for path in ("", f"{pair['clientId']}/"):
        page = browser.get(f"/t/acme/settings/developers/tokens/{path}")
        assert (page.status_code, "Robot" in page.content.decode()) == (200, True)
        assert "tpt_" not in page.content.decode()


def test_patch_takes_rights_away_and_never_adds(cast: Cast, backend: Vendor) -> None:
    big, small, other = (
        role(cast, "big", "assets:write projects:read"),
        role(cast, "small", "assets:read"),
        role(cast, "other", "libraries:read"),
    )
    pair = made(backend.call("POST", TENANT_TOKENS, {"roleIds": [str(big.pk)]}))
    path = f"{TENANT_TOKENS}/{pair['clientId']}"
    for wider in ({"roleIds": [str(big.pk), str(other.pk)]}, {"permissionIds": [READ_ASSETS, _id("libraries:read")]}):
        answer = backend.call("PATCH", path, wider)
        assert (answer.status_code, "not added" in answer.json()["errors"][0]) == (403, True)
    assert permissions_of(pair) == ["assets:read", "assets:write", "projects:read"]
    assert backend.call("PATCH", path, {"roleIds": [str(small.pk)]}).json()["roleIds"] == [str(small.pk)]
    assert permissions_of(pair) == ["assets:read"]
    assert backend.call("PATCH", path, {"roleIds": [str(big.pk)]}).status_code == 403
    assert backend.call("PATCH", path, {"roleIds": [], "permissionIds": []}).status_code == 200
    assert permissions_of(pair) == []
    narrowed = Event.objects.about(pair["clientId"]).filter(action="token.narrowed")
    assert narrowed.count() == 2


def _id(text: str) -> str:
    return str(permissions.id_of(Grant.parse(text)))


def test_patch_with_what_it_has_changes_nothing(cast: Cast, backend: Vendor) -> None:
    ci = role(cast, "ci", "assets:write")
    pair = made(backend.call("POST", TENANT_TOKENS, {"description": "CI", "roleIds": [str(ci.pk)]}))
    Role.objects.filter(pk=ci.pk).update(grants_text="assets:read")
    again = backend.call("PATCH", f"{TENANT_TOKENS}/{pair['clientId']}", {"description": "CI", "roleIds": [str(ci.pk)]})
    assert again.status_code == 200
    Role.objects.filter(pk=ci.pk).update(grants_text="assets:write")
    assert permissions_of(pair) == ["assets:read", "assets:write"]
