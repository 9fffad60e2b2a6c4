"""Tokens through the API: made, read, changed and ended by the verbs that the pages use."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.access import Actor
from audit import clock
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.api.rest import NEW, fields, program, strong
from tests.cast import Cast
from tokens import lifecycle, policy
from tokens.kinds import Kind
from tokens.models import Token
from tokens.rules import Rules

TOKEN = {
    "id", "name", "description", "kind", "scope", "status", "subject", "networks", "issued_at", "issued_by",
    "issued_via", "expires_at", "revoked_at", "revoked_reason", "last_used_at", "last_used_address", "last_used_client",
    "responsible", "needs_owner", "claim_until", "withdrawn_at", "effective_scope",
    "effective_expires_at", "metadata",
}  # fmt: skip


def test_a_token_is_made_used_read_revoked_and_refused(cast: Cast, client: Client) -> None:
    maker = strong(cast)
    about = {"description": "ETL", "metadata": {" team ": [" data ", 0.5]}}
    made = maker.post("/tokens", {**NEW, **about, "networks": ["127.0.0.0/8"]})
    assert made.status_code == 201
    body = made.json()
    assert set(body) == TOKEN | {"secret", "delivered"}
    assert (body["kind"], body["issued_via"], body["networks"]) == ("personal", "api", ["127.0.0.0/8"])
    assert {name: body[name] for name in about} == about
    assert body["issued_by"]["name"] == body["subject"]["name"] == "Olivia Test"

    bearer = {"Authorization": f"Bearer {body['secret']}"}
    assert client.get("/api/v1/me", headers=bearer).json()["scope"] == "assets:read"
    assert maker.get(f"/tokens/{body['id']}").json() == {name: body[name] for name in TOKEN}
    ended = maker.post(f"/tokens/{body['id']}/revoke", {"reason": "done"})
    assert (ended.status_code, ended.json()["status"], ended.json()["revoked_reason"]) == (200, "revoked", "done")
    assert client.get("/api/v1/me", headers=bearer).json()["code"] == "token_revoked"


def test_a_secret_is_in_no_other_answer(cast: Cast) -> None:
    maker = strong(cast)
    secret = maker.post("/tokens", NEW).json()["secret"]
    for path in ("/tokens", f"/tokens/{Token.objects.latest('id').pk}", "/ledger", "/me"):
        assert secret not in maker.get(path).content.decode()


def test_the_ledger_names_the_token_that_made_another(cast: Cast) -> None:
    maker = strong(cast)
    made = maker.post("/tokens", NEW).json()
    for action in (Action.TOKEN_ISSUED, Action.TOKEN_REVEALED):
        event = Event.objects.about(made["id"]).get(action=action)
        assert (event.actor_kind, event.actor_id) == ("token", str(maker.issued.token.pk))
        assert event.request_id.startswith("req_")


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_made(cast: Cast, kind: Kind) -> None:
    acting = {"service_user_id": str(factories.worker(cast.marc.actor).pk)} if kind is Kind.SERVICE else {}
    made = strong(cast).post("/tokens", {**NEW, **acting, "kind": kind}).json()
    assert made["kind"] == kind
    assert made["subject"]["type"] == {"personal": "user", "service": "service_user", "tenant": "tenant"}[kind]


def test_an_end_is_a_lifetime_or_a_moment(cast: Cast) -> None:
    maker = strong(cast)
    end = (clock.now() + timedelta(days=3)).replace(microsecond=0)
    by_moment = {"name": "x", "scope": "assets:read", "expires_at": end.isoformat()}
    assert maker.post("/tokens", by_moment).json()["expires_at"] == end.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert maker.post("/tokens", NEW).json()["expires_at"][:10] == f"{clock.now() + timedelta(days=7):%Y-%m-%d}"


def test_the_same_request_again_makes_no_second_token_and_shows_no_secret(cast: Cast) -> None:
    maker = strong(cast)
    first = maker.post("/tokens", NEW, idempotency_key="k1")
    again = maker.post("/tokens", NEW, idempotency_key="k1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {name: first.json()[name] for name in TOKEN}
    other = maker.post("/tokens", {**NEW, "metadata": {"team": "data"}}, idempotency_key="k1")
    assert other.json()["code"] == "idempotency_key_reused"
    assert Token.objects.count() == 2


def test_another_request_under_the_same_key_is_refused(cast: Cast) -> None:
    maker = strong(cast)
    maker.post("/tokens", NEW, idempotency_key="k1")
    other = maker.post("/tokens", {**NEW, "name": "Other"}, idempotency_key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert strong(cast).post("/tokens", {**NEW, "name": "Other"}, idempotency_key="k1").status_code == 201


def test_a_repetition_is_answered_though_it_would_be_refused_as_a_first(cast: Cast) -> None:
    """The maker ends in seven days and a moment: a minute later nothing of seven days can be made."""
    maker = program(cast.olivia.actor, lives=timedelta(days=7, seconds=30))
    first = maker.post("/tokens", NEW, idempotency_key="k1")
    later, next_day = clock.now() + timedelta(minutes=1), clock.now() + timedelta(hours=25)
    with clock.at(later):
        assert maker.post("/tokens", NEW).status_code == 422
        again = maker.post("/tokens", NEW, idempotency_key="k1")
        assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    with clock.at(next_day):
        assert fields(maker.post("/tokens", NEW, idempotency_key="k1")) == {"expires_at"}


def test_what_may_change_changes(cast: Cast) -> None:
    token = factories.token(cast.marc.actor, "assets:write projects:read").token
    changed = strong(cast).patch(f"/tokens/{token.pk}", {"name": "New", "description": "Why", "scope": "assets:read"})
    assert changed.status_code == 200
    assert {name: changed.json()[name] for name in ("name", "description", "scope")} == {
        "name": "New",
        "description": "Why",
        "scope": "assets:read",
    }
    assert Event.objects.about(token.pk).filter(action__in=[Action.TOKEN_EDITED, Action.TOKEN_NARROWED]).count() == 2


def test_a_change_is_whole_or_not_at_all(cast: Cast) -> None:
    token = factories.token(cast.marc.actor, "assets:write").token
    assert strong(cast).patch(f"/tokens/{token.pk}", {"scope": "assets:read", "name": ""}).status_code == 422
    assert Token.objects.get(pk=token.pk).grants_text == "assets:write"


@pytest.mark.parametrize(
    "scope", ["assets:write projects:read", "assets:write tokens:write", "projects:write", "assets:admin", ""]
)
def test_a_change_never_raises(cast: Cast, scope: str) -> None:
    token = factories.token(cast.marc.actor, "assets:write").token
    assert strong(cast).patch(f"/tokens/{token.pk}", {"scope": scope}).status_code == 422
    assert Token.objects.get(pk=token.pk).grants_text == "assets:write"


@pytest.mark.parametrize(
    "field", ["expires_at", "kind", "networks", "lifetime", "status", "subject", "id", "tenant", "metadata"]
)
def test_nothing_else_changes(cast: Cast, field: str) -> None:
    token = factories.token(cast.marc.actor).token
    before = Token.objects.values().get(pk=token.pk)
    assert strong(cast).patch(f"/tokens/{token.pk}", {"name": "New", field: "x"}).status_code == 422
    assert Token.objects.values().get(pk=token.pk) == before


def test_delete_revokes_and_keeps_the_record(cast: Cast) -> None:
    by, token = strong(cast), factories.token(cast.marc.actor).token
    gone = by.delete(f"/tokens/{token.pk}")
    assert (gone.status_code, gone.content, "Content-Type" in gone) == (204, b"", False)
    assert by.get(f"/tokens/{token.pk}").json()["status"] == "revoked"
    assert by.delete(f"/tokens/{token.pk}").status_code == 204
    assert Event.objects.about(token.pk).filter(action=Action.TOKEN_REVOKED).count() == 1


def test_the_first_revoke_is_the_one_that_counts(cast: Cast) -> None:
    by, token = strong(cast), factories.token(cast.marc.actor).token
    lifecycle.revoke(token, by=cast.marc.actor, reason="first")
    assert by.post(f"/tokens/{token.pk}/revoke", {"reason": "second"}).json()["revoked_reason"] == "first"


def test_a_reason_need_not_be_given(cast: Cast) -> None:
    mine = program(cast.marc.actor, "assets:read")
    assert mine.post(f"{mine.path}/revoke").json()["status"] == "revoked"
    assert mine.get("/me").status_code == 401


def test_a_token_read_by_itself_says_what_is_left_of_its_scope(cast: Cast, client: Client) -> None:
    reader = strong(cast)
    issued = factories.token(cast.marc.actor, "assets:write updates:run")
    policy.change(cast.acme, by=Actor.operator(), forbidden="assets:write")
    read = reader.get(f"/tokens/{issued.token.pk}").json()
    assert (read["scope"], read["effective_scope"]) == ("assets:write updates:run", "assets:read updates:run")
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {issued.secret.value}"})
    assert me.json()["scope"] == read["effective_scope"]
    listed = reader.get("/tokens").json()["items"]
    assert {name for one in listed for name in one} == TOKEN - {"effective_scope"}


def test_a_token_says_when_it_stops_beside_the_end_that_was_asked_for(cast: Cast, client: Client) -> None:
    reader, issued = strong(cast), factories.token(cast.marc.actor)
    day = (clock.now() + timedelta(days=7)).replace(microsecond=0)
    before = reader.get(f"/tokens/{issued.token.pk}").json()
    assert before["effective_expires_at"] == before["expires_at"]
    policy.plan(cast.acme, Rules().changed(personal=False), on=day, by=cast.olivia.actor)
    [listed] = [one for one in reader.get("/tokens").json()["items"] if one["id"] == str(issued.token.pk)]
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {issued.secret.value}"}).json()
    for told in (listed, reader.get(f"/tokens/{issued.token.pk}").json()):
        assert told["expires_at"] == before["expires_at"]
        assert told["effective_expires_at"] == me["expires_at"] == f"{day:%Y-%m-%dT%H:%M:%SZ}"
