"""The vendor's backend makes tenants, people and memberships by its own ids, and takes nobody over."""

from typing import Any

import pytest
from django.test import Client

from accounts import managing
from accounts.access import Actor
from accounts.models import Membership, Tenant, User
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.api.managing import API, MAX, MEMBER, TENANT, USER, Backend, backend, deeds_in
from tests.api.rest import strong
from tests.cast import ORIGIN, Cast
from tests.unnamed import unnamed
from tokens import credentials
from tokens.kinds import Kind
from tokens.models import Token
from tokens.rights import Right
from tokens.verification import Refused, Verified, verify

TENANTS = f"{API}/management/tenants"


@pytest.fixture
def vendor(cast: Cast) -> Backend:
    return backend(Right.PROVISION)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# --- Upserts --------------------------------------------------------------------------------------


def test_a_tenant_is_made_once_and_renamed(vendor: Backend) -> None:
    made = vendor.put(TENANT, {"name": "Umbrella & Söhne"})
    assert made.status_code == 201
    assert (made.json()["slug"], made.json()["external_id"]) == ("umbrella-sohne", "t-17")
    assert vendor.put(TENANT, {"name": "Umbrella & Söhne"}).status_code == 200
    renamed = vendor.put(TENANT, {"name": "Umbrella"}).json()
    assert (renamed["name"], renamed["slug"], renamed["id"]) == ("Umbrella", "umbrella-sohne", made.json()["id"])
    assert vendor.get(TENANT).json() == renamed == vendor.get(f"{TENANTS}/{renamed['id']}").json()
    told = list(deeds_in(renamed["id"]).values_list("action", "actor_kind", "actor_id"))
    by = str(vendor.issued.credential.pk)
    assert told == [(Action.TENANT_CREATED, "management", by), (Action.TENANT_RENAMED, "management", by)]


def test_a_tenant_is_deleted_for_good_with_everything_in_it(cast: Cast, vendor: Backend) -> None:
    vendor.bring_max()
    tenant = Tenant.objects.get(external_id="t-17")
    max_ = Actor.member(Membership.objects.with_everything().get(tenant=tenant), ORIGIN)
    issued, other = factories.token(max_), factories.token(cast.marc.actor)
    assert code(vendor.delete(f"{TENANT}?confirm=umbrella")) == (403, "insufficient_rights")
    able = backend(Right.PROVISION, Right.TOKENS)
    for query in ("", "?confirm=", "?confirm=Umbrella", "?confirm=acme", "?confirm=umbrella&x=1"):
        assert code(able.delete(f"{TENANT}{query}")) == (422, "validation_error"), query
    assert isinstance(verify(issued.secret.value, address="192.0.2.1"), Verified)
    assert code(able.delete(f"{TENANTS}/t-99?confirm=umbrella")) == (404, "not_found")

    assert able.delete(f"{TENANT}?confirm=umbrella").status_code == 204
    assert isinstance(verify(issued.secret.value, address="192.0.2.1"), Refused)
    assert isinstance(verify(other.secret.value, address="192.0.2.1"), Verified)
    issued.token.refresh_from_db()
    assert issued.token.revoked_at
    assert not Membership.objects.in_tenant(tenant).current().exists()
    for ref in ("t-17", tenant.pk):
        assert able.get(f"{TENANTS}/{ref}").status_code == 404
        assert able.delete(f"{TENANTS}/{ref}?confirm=umbrella").status_code == 404
    told = deeds_in(tenant.pk).filter(actor_id=str(able.issued.credential.pk))
    assert sorted(told.values_list("action", flat=True)) == [Action.TENANT_DELETED, Action.TOKEN_REVOKED]
    assert vendor.put(TENANT, {"name": "Umbrella"}).status_code == 201  # the id is free, the slug is not


def test_namesakes_get_slugs_of_their_own(vendor: Backend) -> None:
    slugs = [vendor.put(f"{TENANTS}/t-{number}", {"name": "Acme"}).json()["slug"] for number in range(3)]
    assert len({"acme", *slugs}) == 4
    assert all(slug.startswith("acme-") for slug in slugs)


@pytest.mark.parametrize("name", ["東京", "!!!", "-", "a" * 100])
def test_any_name_makes_a_slug(vendor: Backend, name: str) -> None:
    assert vendor.put(TENANT, {"name": name}).status_code == 201


def test_a_slug_is_chosen_once(vendor: Backend) -> None:
    assert vendor.put(TENANT, {"name": "Umbrella", "slug": "umbrella"}).status_code == 201
    assert vendor.put(TENANT, {"name": "Umbrella", "slug": "umbrella"}).status_code == 200
    assert vendor.put(TENANT, {"name": "Umbrella", "slug": "other"}).status_code == 422
    assert vendor.put(f"{TENANTS}/t-18", {"name": "x", "slug": "acme"}).status_code == 422
    assert vendor.put(f"{TENANTS}/t-18", {"name": "x", "slug": "Not A Slug"}).status_code == 422


def test_a_tenant_that_was_here_is_found_by_our_id(cast: Cast, vendor: Backend) -> None:
    answer = vendor.put(f"{TENANTS}/{cast.acme.pk}", {"name": "Acme plc"})
    assert (answer.status_code, answer.json()["slug"], answer.json()["external_id"]) == (200, "acme", None)


def test_a_person_is_made_without_a_password_and_changed(vendor: Backend) -> None:
    made = vendor.put(USER, MAX)
    assert (made.status_code, made.json()["external_id"]) == (201, "u-4")
    user = User.objects.get(external_id="u-4")
    assert not user.has_usable_password()
    assert vendor.put(USER, {**MAX, "email": "MAX@umbrella.test"}).status_code == 200
    assert not Event.objects.filter(action=Action.USER_CHANGED).exists()
    changed = vendor.put(USER, {"email": "maxine@umbrella.test", "name": "Maxine Test"}).json()
    assert (changed["id"], changed["email"]) == (str(user.pk), "maxine@umbrella.test")
    assert vendor.get(USER).json() == changed


def test_nobody_is_taken_over_by_an_e_mail_address(cast: Cast, vendor: Backend) -> None:
    for email in (cast.olivia.user.email, cast.olivia.user.email.upper()):
        assert code(vendor.put(USER, {**MAX, "email": email})) == (409, "email_taken")
    assert not User.objects.filter(external_id="u-4").exists()
    vendor.put(USER, MAX)
    assert code(vendor.put(USER, {**MAX, "email": cast.olivia.user.email})) == (409, "email_taken")
    assert User.objects.get(external_id="u-4").email == MAX["email"]


def test_whoever_was_here_before_is_not_changed(cast: Cast, petra: User, vendor: Backend) -> None:
    for user in (cast.marc.user, petra):
        path = f"{API}/management/users/{user.pk}"
        assert code(vendor.put(path, {"email": "mine@umbrella.test", "name": user.name})) == (409, "user_not_managed")
        assert vendor.put(path, {"email": user.email, "name": user.name}).status_code == 200
    vendor.put(USER, MAX)
    User.objects.filter(external_id="u-4").update(is_platform_admin=True)
    assert code(vendor.put(USER, {**MAX, "name": "Other"})) == (409, "user_not_managed")


def test_a_member_is_added_given_another_role_suspended_resumed_and_removed(vendor: Backend) -> None:
    vendor.bring_max()
    assert vendor.put(MEMBER, {"role": "developer"}).status_code == 200
    assert vendor.put(MEMBER, {"role": "viewer"}).json()["role"] == "viewer"
    assert vendor.post(f"{MEMBER}/suspend").json()["suspended"]
    assert vendor.put(MEMBER, {"role": "developer"}).json()["suspended"]
    assert not vendor.post(f"{MEMBER}/resume").json()["suspended"]
    assert [one["user"]["external_id"] for one in vendor.get(f"{TENANT}/members").json()["items"]] == ["u-4"]
    assert vendor.delete(MEMBER).status_code == 204
    assert vendor.delete(MEMBER).status_code == 404
    tenant = Tenant.objects.get(external_id="t-17")
    told = deeds_in(tenant.pk).values_list("action", flat=True)
    assert list(told) == [
        Action.TENANT_CREATED, Action.MEMBER_ADDED, Action.ROLE_CHANGED, Action.MEMBER_SUSPENDED, Action.ROLE_CHANGED,
        Action.MEMBER_RESUMED, Action.MEMBER_REMOVED,
    ]  # fmt: skip
    assert vendor.put(MEMBER, {"role": "developer"}).status_code == 201
    assert Membership.objects.in_tenant(tenant).count() == 2


def test_whoever_is_removed_can_leave_what_they_answered_for_to_somebody(cast: Cast) -> None:
    token = factories.token(cast.adam.actor, kind=Kind.TENANT).token
    sync = factories.worker(cast.adam.actor, name="Sync")
    adam = f"{TENANTS}/{cast.acme.pk}/members/{cast.adam.user.pk}"
    path = f"{adam}?heir_id={cast.olivia.user.pk}"
    assert code(backend(Right.PROVISION).delete(path)) == (403, "insufficient_rights")
    able = backend(Right.PROVISION, Right.TOKENS)
    for wrong in (cast.stella.user.pk, cast.marc.user.pk, cast.adam.user.pk, "u-99"):
        assert able.delete(f"{adam}?heir_id={wrong}").json()["errors"][0]["field"] == "heir_id"
    assert Membership.objects.live().filter(pk=cast.adam.membership.pk).exists()
    assert able.delete(path).status_code == 204
    token.refresh_from_db()
    olivia = cast.olivia.membership
    assert (token.responsible, [one.membership for one in managing.people(sync)]) == (olivia, [olivia])


def test_the_last_owner_stays(vendor: Backend) -> None:
    vendor.bring_max("owner")
    assert vendor.delete(MEMBER).status_code == 422
    assert vendor.put(MEMBER, {"role": "viewer"}).status_code == 422
    assert vendor.get(f"{TENANT}/members").json()["items"][0]["role"] == "owner"


def test_a_suspended_tenants_tokens_are_refused_until_it_is_resumed(cast: Cast, vendor: Backend) -> None:
    by = strong(cast)
    assert vendor.post(f"{TENANTS}/{cast.acme.pk}/suspend").json()["suspended"]
    assert by.get("/me").status_code == 401
    assert not vendor.post(f"{TENANTS}/{cast.acme.pk}/resume").json()["suspended"]
    assert by.get("/me").status_code == 200


def test_tenants_are_listed_page_by_page(cast: Cast, vendor: Backend) -> None:
    first = vendor.get(f"{TENANTS}?limit=1").json()
    second = vendor.get(f"{TENANTS}?limit=1&cursor={first['next']}").json()
    assert [one["slug"] for one in first["items"] + second["items"]] == ["acme", "globex"]
    assert second["next"] is None


# --- What is wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (TENANT, {}),
        (TENANT, {"name": ""}),
        (TENANT, {"name": "x" * 101}),
        (TENANT, {"name": "two\nlines"}),
        (TENANT, {"name": "x", "colour": "red"}),
        (f"{TENANTS}/not%20an%20id", {"name": "x"}),
        (USER, {"name": "x"}),
        (USER, {**MAX, "email": "nobody"}),
        (USER, {**MAX, "email": "a@b.test\r\nBcc: c@d.test"}),
        (MEMBER, {"role": "emperor"}),
        (MEMBER, {"role": None}),
    ],
)
def test_what_is_no_upsert_is_a_422_and_changes_nothing(vendor: Backend, path: str, body: object) -> None:
    vendor.bring_max()
    before = [list(model.objects.values()) for model in (Tenant, User, Membership)]
    assert vendor.put(path, body).status_code == 422
    assert [list(model.objects.values()) for model in (Tenant, User, Membership)] == before


def test_a_name_never_holds_a_token(cast: Cast, vendor: Backend) -> None:
    secret = factories.token(cast.marc.actor).secret.value
    answer = vendor.put(TENANT, {"name": f"Use {secret}"})
    assert answer.status_code == 422
    assert secret not in answer.content.decode()


@pytest.mark.parametrize("path", [TENANT, USER, f"{TENANT}/members", f"{TENANTS}/{'x' * 129}"])
def test_what_there_is_not_is_a_404(vendor: Backend, path: str) -> None:
    assert vendor.get(path).status_code == 404


def test_a_credential_without_the_right_is_told_which_one(cast: Cast, vendor: Backend) -> None:
    refused = backend(Right.TOKENS, Right.SESSIONS, Right.INTROSPECT).put(TENANT, {"name": "x"})
    assert code(refused) == (403, "insufficient_rights")
    assert refused.json()["required_rights"] == ["provision"]
    assert not Tenant.objects.filter(external_id="t-17").exists()
    assert Event.objects.filter(action=Action.ACCESS_REFUSED, actor_kind="management").count() == 1
    assert vendor.post(f"{API}/portal-sessions", {"tenant": "t", "user": "u"}).json()["required_rights"] == ["sessions"]


def test_a_token_is_no_management_credential(cast: Cast) -> None:
    refused = strong(cast).get("/management/tenants")
    assert code(refused) == (403, "management_credential_required")


def test_a_revoked_credential_is_refused(vendor: Backend) -> None:
    credentials.revoke(vendor.issued.credential, by=Actor.operator())
    assert code(vendor.get(TENANTS)) == (401, "token_revoked")


def test_basic_does_as_well(vendor: Backend) -> None:
    assert Client().get(TENANTS, headers=vendor.basic).status_code == 200
    wrong = {**vendor.basic, "Authorization": vendor.basic["Authorization"][:-8]}
    assert Client().get(TENANTS, headers=wrong).status_code == 401


# --- A tenant's own operations --------------------------------------------------------------------


def test_with_the_right_it_works_in_the_tenant_that_it_names(cast: Cast) -> None:
    by = backend(Right.PROVISION, Right.TOKENS)
    by.bring_max()
    for named in (str(cast.acme.pk), "t-17"):
        new = {"name": "Sync", "scope": "assets:read", "kind": "tenant", "lifetime": "7d"}
        made = by.post(f"{API}/tokens", new, x_tenant_id=named)
        assert made.status_code == 201, made.content
        token = Token.objects.get(pk=made.json()["id"])
        assert (token.kind, str(named) in (str(token.tenant_id), token.tenant.external_id)) == (Kind.TENANT, True)
        told = Event.objects.of_tenant(token.tenant_id).filter(action=Action.TOKEN_ISSUED)
        assert told.get().actor_id == str(by.issued.credential.pk)
        assert by.get(f"{API}/tokens", x_tenant_id=named).json()["items"][0]["id"] == str(token.pk)
        assert by.call("DELETE", f"{API}/tokens/{token.pk}", x_tenant_id=named).status_code == 204
        assert by.get(f"{API}/ledger", x_tenant_id=named).status_code == 200
        assert Event.objects.of_tenant(token.tenant_id).filter(action=Action.CREDENTIAL_USED).exists()


def test_another_tenants_token_is_not_found_even_so(cast: Cast) -> None:
    theirs = factories.token(cast.stella.actor).token
    by = backend(Right.TOKENS)
    assert by.get(f"{API}/tokens/{theirs.pk}", x_tenant_id=str(cast.acme.pk)).status_code == 404
    assert by.get(f"{API}/tokens/{theirs.pk}", x_tenant_id=str(cast.globex.pk)).status_code == 200


def test_it_must_name_a_tenant_and_have_the_right(cast: Cast) -> None:
    by, named = backend(Right.TOKENS), {"x_tenant_id": str(cast.acme.pk)}
    assert code(by.get(f"{API}/tokens")) == (400, "tenant_required")
    assert code(by.get(f"{API}/tokens", x_tenant_id="nowhere")) == (400, "tenant_unknown")
    other = backend(Right.PROVISION, Right.SESSIONS).get(f"{API}/tokens", **named)
    assert (code(other), other.json()["required_rights"]) == ((403, "insufficient_rights"), ["tokens"])
    me = by.get(f"{API}/me", **named)
    assert (code(me), me.json()["rights"]) == ((403, "no_token"), ["tokens"])


def test_a_token_stays_in_its_own_tenant_whatever_is_named(cast: Cast) -> None:
    by = strong(cast)
    Tenant.objects.filter(pk=cast.acme.pk).update(external_id="a-1")
    for own in (str(cast.acme.pk), "a-1"):
        assert by.get("/tokens", x_tenant_id=own).status_code == 200
    answers = [by.get("/tokens", x_tenant_id=other) for other in (str(cast.globex.pk), "nowhere", "\x7f", "")]
    assert {code(answer) for answer in answers} == {(400, "tenant_mismatch")}
    assert len({unnamed(answer) for answer in answers}) == 1
