"""Who answers for a tenant token: its maker, until they leave; then the queue, until somebody takes it over."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts import findable, managing, memberships, search
from accounts.access import TOKENS, Actor, PermissionDenied
from accounts.grants import Grants
from accounts.models import Membership, ServiceUser, Tenant, User
from audit import clock
from audit.models import Event
from tests import factories
from tests.api.rest import program
from tests.cast import ORIGIN, Cast, SignIn
from tests.examples import examples
from tests.tokens.pages import LIST
from tests.tokens.rows import row, stored, undone
from tokens import lifecycle, ownership
from tokens.expiry import DAY
from tokens.kinds import Kind
from tokens.models import Token

QUEUE = "/t/acme/settings/needs-owner/"
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def orphan(cast: Cast) -> Token:
    """Adam made it and has left."""
    token = factories.token(cast.adam.actor, kind=Kind.TENANT, name="Feed").token
    memberships.remove(cast.adam.membership, by=cast.olivia.actor)
    return token


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.olivia.user)


def responsible(token: Token) -> UUID | None:
    return Token.objects.get(pk=token.pk).responsible_id


# --- Who answers at first, and when nobody does ----------------------------------------------------


def test_the_maker_answers_and_nobody_for_a_personal_token(cast: Cast) -> None:
    assert responsible(factories.token(cast.adam.actor, kind=Kind.TENANT).token) == cast.adam.membership.pk
    assert responsible(factories.token(cast.adam.actor).token) is None


@pytest.mark.parametrize("kind", Kind)
def test_what_a_token_makes_is_answered_for_by_whoever_answers_for_it(cast: Cast, kind: Kind) -> None:
    maker = program(cast.adam.actor, "tokens:write assets:read", kind=kind)
    made = maker.post("/tokens", {"name": "x", "scope": "assets:read", "lifetime": "7d", "kind": "tenant"}).json()
    assert made["responsible"]["id"] == str(cast.adam.user.pk)


def test_what_the_vendor_makes_needs_an_owner(cast: Cast) -> None:
    olivia, powers = cast.olivia.actor, frozenset({TOKENS})
    vendor = Actor.management(olivia.ref, olivia.grants, origin=ORIGIN, tenant=cast.acme, powers=powers)
    assert factories.token(vendor, kind=Kind.TENANT).token.needs_an_owner


def test_the_token_of_somebody_who_left_works_on_and_is_flagged(cast: Cast, orphan: Token, olivia: Client) -> None:
    assert Token.objects.with_subject().get(pk=orphan.pk).status == "active"
    assert "Needs an owner" in olivia.get(LIST, {"status": "needs-owner"}).content.decode()
    assert "Nobody answers for this token" in olivia.get(f"{LIST}{orphan.pk}/").content.decode()
    assert "Feed" in olivia.get(QUEUE).content.decode()


_members = st.none() | st.tuples(st.booleans(), st.booleans(), st.booleans())  # removed, suspended, account open
_ends = st.sampled_from([NOW - DAY, NOW, NOW + DAY])


@settings(max_examples=examples(60))
@given(st.lists(st.tuples(_members, _ends, st.booleans(), st.booleans()), min_size=1, max_size=6))
@pytest.mark.postgres
@pytest.mark.django_db
def test_the_set_and_the_one_say_the_same(
    cast: Cast, cases: list[tuple[tuple[bool, bool, bool] | None, datetime, bool, bool]]
) -> None:
    with undone(), clock.at(NOW):
        for number, (member, end, revoked, personal) in enumerate(cases):
            answering = _member(number, cast, member) if member else None
            life = {"created_at": NOW - 9 * DAY, "expires_at": end, "revoked_at": NOW - 2 * DAY if revoked else None}
            subject = cast.marc.membership if personal else None
            row(cast.acme, subject, responsible=None if personal else answering, **life).save()  # type: ignore[arg-type]
        flagged = {token.pk for token in Token.objects.with_subject() if token.needs_an_owner}
        assert set(ownership.needing(cast.olivia.actor).values_list("pk", flat=True)) == flagged


def _member(number: int, cast: Cast, state: tuple[bool, bool, bool]) -> Membership:
    removed, suspended, is_open = state
    user = User.objects.create(email=f"p{number}@x.test", name="P", is_active=is_open)
    then = {"ended_at": NOW if removed else None, "suspended_at": NOW if suspended else None}
    role = cast.adam.membership.role
    return Membership.objects.create(user=user, tenant=cast.acme, role=role, created_at=NOW - DAY, **then)


# --- Taking over and giving ------------------------------------------------------------------------


def test_one_click_takes_it_over_and_the_ledger_tells(cast: Cast, orphan: Token, olivia: Client) -> None:
    assert olivia.post(f"{LIST}{orphan.pk}/take-over/")["Location"] == QUEUE
    assert responsible(orphan) == cast.olivia.membership.pk
    event = Event.objects.get(action="token.taken_over")
    assert (event.target_id, event.detail) == (str(orphan.pk), {"before": "Adam Test", "after": "Olivia Test"})
    assert "Everything has an owner" in olivia.get(QUEUE).content.decode()


def test_what_is_answered_for_is_not_taken_over(cast: Cast) -> None:
    token = factories.token(cast.adam.actor, kind=Kind.TENANT).token
    assert ownership.take_over(Token.objects.all(), by=cast.olivia.actor) == 0
    assert responsible(token) == cast.adam.membership.pk


def test_what_is_ticked_is_taken_over_and_nothing_else(cast: Cast, olivia: Client) -> None:
    made = [row(cast.acme, name=name) for name in ("one", "two", "three")]
    foreign = row(cast.globex, name="foreign")
    Token.objects.bulk_create([*made, foreign])
    olivia.post(QUEUE, {"token": [str(made[0].pk), str(made[1].pk), str(foreign.pk), "nonsense"]})
    assert [responsible(token) is not None for token in (*made, foreign)] == [True, True, False, False]


@pytest.mark.parametrize("part", ["", "?what=service-users"])
def test_without_a_tick_nothing_is_taken_over_and_it_says_why(cast: Cast, olivia: Client, part: str) -> None:
    [token] = stored([row(cast.acme, name="one")])
    alone(cast, "robot")
    answer = olivia.post(f"{QUEUE}{part}", follow=True)
    assert answer.redirect_chain == [(f"{QUEUE}{part}", 302)]
    assert [(one.level_tag, str(one)) for one in answer.context["messages"]] == [
        ("error", "Nothing was taken over: tick at least one")
    ]
    assert (responsible(token), managed(cast)) == (None, set())


def test_everything_that_a_search_found_is_taken_over_at_once(cast: Cast, olivia: Client) -> None:
    stored([row(cast.acme, name=f"feed {n}") for n in range(60)] + [row(cast.acme, name="other")])
    page = olivia.get(QUEUE, {"q": "feed"})
    assert "60 tokens" in page.content.decode()
    assert page.context["waiting"].page.next
    olivia.post(f"{QUEUE}?q=feed", {"all": "1"})
    assert [token.name for token in ownership.needing(cast.olivia.actor)] == ["other"]


def alone(cast: Cast, *names: str, tenant: Tenant | None = None) -> list[ServiceUser]:
    """Service users that nobody manages, found by their names."""
    made = ServiceUser.objects.bulk_create(ServiceUser(tenant=tenant or cast.acme, name=name) for name in names)
    search.add(*map(findable.service_user, made))
    return made


def managed(cast: Cast, who: str = "olivia") -> set[str]:
    return {one.name for one in ServiceUser.objects.managed_by(cast.people[who].membership)}


def test_service_users_that_are_ticked_are_taken_over_and_no_others(cast: Cast, olivia: Client) -> None:
    one, two, three = alone(cast, "one", "two", "three")
    [foreign] = alone(cast, "foreign", tenant=cast.globex)
    managing.add(three, cast.marc.membership, by=cast.adam.actor)
    page = olivia.get(f"{QUEUE}?what=service-users").content.decode()
    assert "Take over all 2 service users" in page
    assert f'name="service_user" value="{one.pk}"' in page
    ticked = [str(pk) for pk in (one.pk, three.pk, foreign.pk, "nonsense")]
    answer = olivia.post(f"{QUEUE}?what=service-users", {"service_user": ticked})
    assert answer["Location"] == f"{QUEUE}?what=service-users"
    assert (managed(cast), managed(cast, "marc"), managed(cast, "stella")) == ({"one"}, {"three"}, set())
    event = Event.objects.get(action="service_user.manager_added", actor_label="Olivia Test")
    assert (event.target_id, event.detail) == (str(one.pk), {"manager": "Olivia Test (olivia@acme.test)"})
    assert list(ownership.unmanaged(cast.olivia.actor)) == [two]


def test_every_service_user_that_a_search_found_is_taken_over_in_a_few_queries(cast: Cast, olivia: Client) -> None:
    alone(cast, *[f"robot {n}" for n in range(60)], "other")
    assert "Take over all 60 service users" in olivia.get(f"{QUEUE}?what=service-users&q=robot").content.decode()
    with CaptureQueriesContext(connection) as made:
        olivia.post(f"{QUEUE}?what=service-users&q=robot", {"all": "1"})
    assert len(made) <= 16
    assert [one.name for one in ownership.unmanaged(cast.olivia.actor)] == ["other"]
    assert Event.objects.filter(action="service_user.manager_added").count() == 60
    told = olivia.post(f"{QUEUE}?what=service-users&q=robot", {"all": "1"}, follow=True)
    assert "Nothing was taken over" in told.content.decode()


def test_service_users_are_taken_over_by_who_may(cast: Cast, sign_in: SignIn) -> None:
    [one] = alone(cast, "one")
    answer = sign_in(cast.marc.user).post(f"{QUEUE}?what=service-users", {"all": "1"})
    assert answer.status_code == 403
    with pytest.raises(PermissionDenied):
        ownership.manage_all(
            ServiceUser.objects.all(), by=replace(cast.olivia.actor, grants=Grants.parse("tokens:write"))
        )
    with pytest.raises(ValidationError, match="Only a member"):
        ownership.manage_all(ServiceUser.objects.all(), by=replace(cast.olivia.actor, membership=None))
    assert ownership.manage_all(ServiceUser.objects.all(), by=cast.stella.actor) == 0
    assert not managing.people(one)


def test_a_token_is_given_to_somebody_who_can_manage_it(cast: Cast, olivia: Client) -> None:
    token = factories.token(cast.olivia.actor, kind=Kind.TENANT).token
    page = olivia.get(f"{LIST}{token.pk}/give/", {"q": "adam"}).content.decode()
    assert "Adam Test" in page
    assert "Marc Test" not in olivia.get(f"{LIST}{token.pk}/give/").content.decode()
    olivia.post(f"{LIST}{token.pk}/give/", {"member": str(cast.adam.membership.pk)})
    assert responsible(token) == cast.adam.membership.pk


@pytest.mark.parametrize("who", ["", "nonsense", "marc", "stella", "gone"])
def test_a_token_is_given_to_nobody_else(cast: Cast, olivia: Client, who: str) -> None:
    token = factories.token(cast.olivia.actor, kind=Kind.TENANT).token
    memberships.suspend(cast.adam.membership, by=cast.olivia.actor)
    people = {**cast.people, "gone": cast.adam}
    member = str(people[who].membership.pk) if who in people else who
    answer = olivia.post(f"{LIST}{token.pk}/give/", {"member": member})
    assert answer.status_code == 422
    assert "Choose a member who can manage" in answer.content.decode()
    assert responsible(token) == cast.olivia.membership.pk


def test_neither_needs_less_than_the_right_to_manage_tokens(cast: Cast, sign_in: SignIn, orphan: Token) -> None:
    marc = sign_in(cast.marc.user)
    assert (marc.get(QUEUE).status_code, marc.post(QUEUE, {"all": "1"}).status_code) == (403, 403)
    for deed in (ownership.take_over, lambda tokens, by: ownership.hand_to(tokens, cast.olivia.membership, by=by)):
        with pytest.raises(PermissionDenied):
            deed(Token.objects.all(), by=cast.marc.actor)


def test_an_ended_token_changes_hands_no_more(cast: Cast, orphan: Token) -> None:
    lifecycle.revoke(orphan, by=cast.olivia.actor)
    assert ownership.hand_to(Token.objects.all(), cast.olivia.membership, by=cast.olivia.actor) == 0
    assert ownership.take_over(Token.objects.all(), by=cast.olivia.actor) == 0


def test_another_tenants_people_are_nobody(cast: Cast, orphan: Token) -> None:
    with pytest.raises(PermissionDenied):
        ownership.hand_to(Token.objects.all(), cast.stella.membership, by=cast.olivia.actor)
    with pytest.raises(ValidationError):
        ownership.candidate(str(cast.stella.membership.pk), by=cast.olivia.actor)
    assert ownership.take_over(Token.objects.all(), by=cast.stella.actor) == 0


# --- Through the API -------------------------------------------------------------------------------


def test_a_program_finds_them_and_gives_them_to_somebody(cast: Cast, orphan: Token) -> None:
    strong = program(cast.olivia.actor, "tokens:write")
    [found] = strong.get("/tokens?status=needs-owner").json()["items"]
    assert (found["id"], found["needs_owner"]) == (str(orphan.pk), True)
    given = strong.patch(f"/tokens/{orphan.pk}", {"responsible_id": str(cast.olivia.membership.pk)})
    assert (given.status_code, given.json()["needs_owner"]) == (200, False)
    assert given.json()["responsible"] == {"type": "user", "id": str(cast.olivia.user.pk), "name": "Olivia Test"}


@pytest.mark.parametrize("who", ["marc", "stella"])
def test_a_program_gives_them_to_nobody_else(cast: Cast, orphan: Token, who: str) -> None:
    body = {"responsible_id": str(cast.people[who].membership.pk), "name": "Renamed"}
    refused = program(cast.olivia.actor, "tokens:write").patch(f"/tokens/{orphan.pk}", body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "responsible_id"
    assert Token.objects.get(pk=orphan.pk).name == "Feed"
