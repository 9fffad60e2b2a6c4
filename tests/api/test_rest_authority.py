"""What a token may do here: its own scopes decide, and it never makes anything that reaches further than itself."""

import re
from datetime import timedelta
from typing import cast as taken_for

import pytest
from django.test import Client, RequestFactory

from accounts import memberships, roles
from accounts.access import Actor, PermissionDenied
from api.rest.app import document
from api.rest.door import Call, actor_of
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.api.oauth import basic, jwt_of, revoke
from tests.api.rest import API, NEW, Program, fields, program, strong
from tests.cast import Cast
from tests.unnamed import unnamed
from tokens import policy
from tokens.kinds import Kind
from tokens.models import Token
from tokens.verification import Verified, verify

ONE = re.compile(r"\{\w+\}")  # an id in a path
LISTS = {
    "/invitations": "members:read",
    "/members": "members:read",
    "/service-users": "service-users:read",
    "/roles": "roles:read",
    "/ledger": "ledger:read",
}


@pytest.mark.parametrize(("path", "scope"), LISTS.items())
def test_a_list_needs_exactly_its_scope(cast: Cast, path: str, scope: str) -> None:
    assert program(cast.olivia.actor, scope).get(path).status_code == 200
    others = " ".join(one for one in ["assets:write", "tokens:write", *LISTS.values()] if one != scope)
    refused = program(cast.olivia.actor, others).get(path)
    assert refused.status_code == 403
    assert refused.json()["required_scopes"] == [scope]
    assert refused.json()["code"] == "insufficient_scope"
    challenge = f'Bearer realm="token-portal", error="insufficient_scope", scope="{scope}"'
    assert (refused["WWW-Authenticate"], refused["X-Accepted-Scopes"]) == (challenge, scope)


def test_a_refusal_is_in_the_ledger(cast: Cast) -> None:
    by = program(cast.olivia.actor, "assets:read")
    by.get("/members")
    event = Event.objects.get(action=Action.ACCESS_REFUSED)
    assert (event.actor_id, event.tenant_id) == (str(by.issued.token.pk), cast.acme.pk)
    assert event.detail == {"right": "members:read", "path": f"{API}/members"}


@pytest.mark.parametrize("path", ["/me", "/tenants/current", "/catalogue", "/tokens"])
def test_any_token_may_ask_for_what_is_its_own_anyway(cast: Cast, path: str) -> None:
    assert program(cast.victor.actor, "assets:read").get(path).status_code == 200


def test_a_token_without_the_scope_sees_itself_alone(cast: Cast) -> None:
    factories.token(cast.marc.actor, name="Marc's other")
    for by in (program(cast.marc.actor, "assets:read"), program(cast.olivia.actor, "assets:read", Kind.TENANT)):
        assert [one["id"] for one in by.get("/tokens").json()["items"]] == [str(by.issued.token.pk)]
        assert by.get(by.path).status_code == 200


def test_a_token_without_the_scope_finds_itself_alone_by_its_subject(cast: Cast) -> None:
    factories.token(cast.olivia.actor, name="Olivia's other")
    for by in (program(cast.olivia.actor, "assets:read"), program(cast.olivia.actor, "assets:read", Kind.TENANT)):
        mine, itself = str(cast.olivia.membership.pk), [str(by.issued.token.pk)]
        for subject in (mine, "me", "tenant", str(cast.marc.membership.pk)):
            found = [one["id"] for one in by.get(f"/tokens?subject={subject}").json()["items"]]
            is_its = subject == "tenant" if by.issued.token.membership_id is None else subject in {mine, "me"}
            assert found == (itself if is_its else [])


@pytest.mark.parametrize("kind", Kind)
def test_with_the_scope_it_sees_all_of_the_tenant_and_nothing_else(cast: Cast, kind: Kind) -> None:
    factories.token(cast.stella.actor, name="Globex")
    ours = {str(factories.token(person.actor).token.pk) for person in (cast.marc, cast.victor)}
    by = program(cast.olivia.actor, "tokens:read", kind)
    assert {one["id"] for one in by.get("/tokens").json()["items"]} == {*ours, str(by.issued.token.pk)}


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/revoke")])
def test_what_another_tenant_has_is_what_nobody_has(cast: Cast, method: str, path: str) -> None:
    theirs = factories.token(cast.stella.actor).token
    body = {"name": "Mine"} if method == "PATCH" else None
    by, before = strong(cast), Token.objects.values().get(pk=theirs.pk)
    nobodys = "01a200ba-0000-7000-8000-000000000000"
    answers = [by.call(method, f"/tokens/{pk}{path}", body) for pk in (theirs.pk, nobodys, "no-id-at-all")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({unnamed(answer) for answer in answers}) == 1
    assert len({str({**answer.headers, "X-Request-ID": ""}) for answer in answers}) == 1
    assert Token.objects.values().get(pk=theirs.pk) == before


@pytest.mark.parametrize("scope", ["assets:read", "tokens:read"])
def test_without_tokens_write_nothing_of_others_is_made_changed_or_ended(cast: Cast, scope: str) -> None:
    other, by = factories.token(cast.olivia.actor).token, program(cast.olivia.actor, scope)
    before = list(Token.objects.order_by("pk").values())
    answers = [
        by.post("/tokens", {**NEW, "scope": scope}),
        by.post("/tokens", {**NEW, "scope": scope, "kind": "tenant"}),
        by.patch(f"/tokens/{other.pk}", {"name": "x"}),
        by.delete(f"/tokens/{other.pk}"),
        by.post(f"/tokens/{other.pk}/revoke"),
    ]
    assert {answer.status_code for answer in answers} <= {403, 404}
    assert answers[0].json()["required_scopes"] == ["tokens:write"]
    assert list(Token.objects.order_by("pk").values()) == before


def test_a_token_may_always_become_less(cast: Cast) -> None:
    by = program(cast.marc.actor, "assets:write projects:read")
    assert by.patch(by.path, {"scope": "assets:read"}).json()["scope"] == "assets:read"
    assert by.patch(by.path, {"name": "Harmless"}).status_code == 403
    assert by.delete(by.path).status_code == 204
    assert by.get("/me").status_code == 401


@pytest.mark.parametrize("scope", ["", "projects:read"])
def test_a_jwt_neither_narrows_nor_ends_its_token(cast: Cast, scope: str) -> None:
    """Whoever was handed five minutes of reading could else end the token for good."""
    by = program(cast.marc.actor, "assets:write projects:read")
    jwt, before = jwt_of(by.issued, scope), Token.objects.values().get(pk=by.issued.token.pk)
    handed = {"Authorization": f"Bearer {jwt}"}
    answers = [
        by.call("PATCH", by.path, {"scope": "projects:read"}, **handed),
        by.call("DELETE", by.path, **handed),
        by.call("POST", f"{by.path}/revoke", **handed),
    ]
    assert [(one.status_code, one.json()["required_scopes"]) for one in answers] == [(403, ["tokens:write"])] * 3
    assert Token.objects.values().get(pk=by.issued.token.pk) == before
    assert revoke(basic(by.issued), jwt).status_code == 200
    assert by.call("GET", "/me", **handed).status_code == 401
    assert by.get("/me").status_code == 200


def test_a_jwt_with_the_right_over_tokens_ends_its_own_too(cast: Cast) -> None:
    by = program(cast.olivia.actor, "tokens:write assets:read")
    assert by.call("DELETE", by.path, Authorization=f"Bearer {jwt_of(by.issued, 'tokens:write')}").status_code == 204
    assert by.get("/me").status_code == 401


def test_a_token_gives_only_what_it_has_itself(cast: Cast) -> None:
    by = program(cast.olivia.actor, "tokens:write assets:read")
    assert by.post("/tokens", {**NEW, "scope": "assets:read tokens:read"}).status_code == 201
    for scope in ("assets:write", "projects:read", "members:read", "assets:read ledger:read"):
        assert fields(by.post("/tokens", {**NEW, "scope": scope})) == {"scope"}


def test_what_its_owner_lost_it_cannot_give(cast: Cast) -> None:
    by = program(cast.adam.actor, "tokens:write assets:write")
    memberships.change_role(cast.adam.membership, to=roles.built_in("viewer"), by=cast.olivia.actor)
    assert by.post("/tokens", NEW).status_code == 403


def test_a_token_makes_none_that_outlasts_it(cast: Cast) -> None:
    by = program(cast.olivia.actor, lives=timedelta(days=5))
    policy.change(cast.acme, by=cast.olivia.actor, never=True)
    assert fields(by.post("/tokens", NEW)) == {"expires_at"}
    assert fields(by.post("/tokens", {"name": "x", "scope": "assets:read", "kind": "tenant", "expires_at": None})) == {
        "expires_at"
    }
    end = by.issued.token.expires_at
    assert end
    exact = {"name": "x", "scope": "assets:read", "expires_at": end.replace(microsecond=0).isoformat()}
    assert by.post("/tokens", exact).status_code == 201


def test_a_token_without_an_end_makes_one_without_where_policy_allows(cast: Cast) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, never=True)
    by = program(cast.olivia.actor, kind=Kind.TENANT, lives=None)
    made = by.post("/tokens", {"name": "x", "scope": "assets:read", "kind": "tenant", "expires_at": None})
    assert (made.status_code, made.json()["expires_at"]) == (201, None)


@pytest.mark.parametrize(
    ("networks", "allowed"),
    [([], False), (["127.0.0.1/32"], True), (["0.0.0.0/0"], False), (["127.0.0.0/9", "10.0.0.0/8"], False)],
)
def test_a_token_makes_none_that_works_where_it_does_not(cast: Cast, networks: list[str], allowed: bool) -> None:
    by = program(cast.olivia.actor, networks="127.0.0.0/8")
    made = by.post("/tokens", {**NEW, "networks": networks})
    assert made.status_code == (201 if allowed else 422)
    assert allowed or fields(made) == {"networks"}


def test_a_jwt_is_as_narrow_and_as_short_here_as_everywhere(cast: Cast) -> None:
    """Five minutes of it in wrong hands would else become ninety days."""
    issued = strong(cast).issued
    short = {"Authorization": f"Bearer {jwt_of(issued, 'tokens:write assets:read')}"}
    jwt = Program(issued)
    assert jwt.get("/me", **short).json()["scope"] == "assets:read tokens:write"
    assert jwt.get("/members", **short).status_code == 403
    assert fields(jwt.post("/tokens", {**NEW, "scope": "assets:write", "lifetime": "7d"}, **short)) == {
        "scope",
        "expires_at",
    }


def test_only_a_persons_own_token_makes_personal_ones(cast: Cast) -> None:
    mine, tenants = strong(cast), program(cast.olivia.actor, kind=Kind.TENANT)
    assert mine.post("/tokens", NEW).json()["subject"]["name"] == "Olivia Test"
    assert fields(tenants.post("/tokens", NEW)) == {"kind"}
    made = tenants.post("/tokens", {**NEW, "kind": "tenant"}).json()
    assert (made["subject"]["name"], made["issued_by"]) == ("Acme", None)


def test_a_tenants_token_changes_no_owner(cast: Cast) -> None:
    """Without a membership it has no role, and that is not the owner's."""
    by = _actor(program(cast.adam.actor, "members:write", Kind.TENANT))
    with pytest.raises(PermissionDenied, match="Only an owner"):
        memberships.remove(cast.olivia.membership, by=by)


def test_a_token_of_a_platform_admin_is_none(cast: Cast) -> None:
    cast.olivia.user.is_platform_admin = True
    cast.olivia.user.save()
    assert not _actor(strong(cast)).is_platform_admin


@pytest.mark.parametrize("header", ["", "Basic eDp5", "Bearer x", "Bearer tpp_" + "0" * 71])
def test_without_a_good_token_every_operation_is_the_same_401(cast: Cast, header: str) -> None:
    client, answers = Client(), set()
    for path, methods in document()["paths"].items():
        for method in methods:
            address = ONE.sub(str(cast.acme.pk), path)
            answer = client.generic(method.upper(), address, b"{", headers={"Authorization": header} if header else {})
            answers.add((answer.status_code, answer["WWW-Authenticate"], unnamed(answer)))
    assert len(answers) == 1
    assert {status for status, _, _ in answers} == {401}


def test_every_answer_tells_which_scope_would_do(cast: Cast) -> None:
    by = strong(cast)
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            answer = by.call(method.upper(), ONE.sub(str(cast.acme.pk), path.removeprefix(API)), b"{")
            assert answer["X-Accepted-Scopes"] == " ".join(operation["x-accepted-scopes"])
            assert (answer["Cache-Control"], answer["X-Request-ID"][:4]) == ("no-store", "req_")


def test_a_session_is_not_looked_at(cast: Cast, client: Client) -> None:
    client.force_login(cast.olivia.user)
    assert client.get(f"{API}/me").status_code == 401
    by = program(cast.marc.actor, "assets:read")
    asked = client.get(f"{API}/me", headers={"Authorization": f"Bearer {by.issued.secret.value}"})
    assert asked.json()["subject"]["name"] == "Marc Test"
    assert not asked.cookies


@pytest.mark.parametrize("path", ["/me", "/me?access_token=x"])
def test_two_credentials_are_one_too_many(cast: Cast, path: str) -> None:
    answer = strong(cast).get(path, **({} if "?" in path else {"x_api_key": "x"}))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert answer["WWW-Authenticate"] == 'Bearer realm="token-portal", error="invalid_request"'


def test_a_token_in_an_address_is_refused_and_noted(cast: Cast) -> None:
    by = strong(cast)
    assert by.get(f"/tokens?q={by.issued.secret.value}").status_code == 400
    assert Event.objects.filter(action=Action.TOKEN_LEAKED).count() == 1


def _actor(by: Program) -> Actor:
    """Who the verbs see when it calls."""
    call = taken_for(Call, RequestFactory().get("/"))
    verified = verify(by.issued.secret.value, address="127.0.0.1")
    assert isinstance(verified, Verified)
    call.auth = verified
    return actor_of(call)
