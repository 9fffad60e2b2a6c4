"""Somebody leaves or is suspended: what they leave behind is shown first, then handed over with it, all or nothing."""

from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts import managing, memberships
from accounts.access import PermissionDenied
from accounts.models import Membership, ServiceUser
from audit.models import Event
from tests import factories
from tests.api.managing import API, backend
from tests.api.rest import program
from tests.cast import Cast, Person, SignIn
from tests.tokens.offering import offer, reread
from tokens import leaving, ownership
from tokens.kinds import Kind
from tokens.models import Token
from tokens.rights import Right

MEMBERS = "/t/acme/settings/members/"
QUEUE = "/t/acme/settings/needs-owner/"


def page(person: Person, deed: str = "remove") -> str:
    return f"{MEMBERS}{person.membership.pk}/{deed}/"


@pytest.fixture
def behind(cast: Cast) -> dict[str, Any]:
    """Adam has a token of his own, a tenant's, and two service users, one managed by marc too."""
    alone, shared = factories.worker(cast.adam.actor, name="Alone"), factories.worker(cast.adam.actor, name="Shared")
    managing.add(shared, cast.marc.membership, by=cast.olivia.actor)
    return {
        "own": factories.token(cast.adam.actor, name="Adam's laptop").token,
        "tenants": factories.token(cast.adam.actor, kind=Kind.TENANT, name="Price feed").token,
        "alone": alone,
        "shared": shared,
    }


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.olivia.user)


def managers(service_user: ServiceUser) -> set[UUID]:
    return {one.membership_id for one in managing.people(service_user) if one.is_live}


def heir(cast: Cast, **more: str) -> dict[str, str]:
    return {"heir": str(cast.olivia.membership.pk), "confirm": "adam@acme.test", **more}


# --- Looking ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", ["remove", "suspend"])
def test_the_page_shows_what_stops_and_what_needs_an_owner_and_changes_nothing(
    cast: Cast, behind: dict[str, Any], olivia: Client, deed: str
) -> None:
    text = olivia.get(page(cast.adam, deed)).content.decode()
    for part in ("1 personal token", "Adam&#x27;s laptop", "Price feed", "Alone", "Olivia Test (you)"):
        assert part in text, part
    assert "Shared" not in text
    assert Membership.objects.live().filter(pk=cast.adam.membership.pk).exists()


def test_where_nothing_is_left_nobody_need_be_chosen(cast: Cast, olivia: Client) -> None:
    text = olivia.get(page(cast.marc)).content.decode()
    assert "has no running personal token" in text
    assert 'name="heir"' not in text
    assert olivia.post(page(cast.marc), {"confirm": "marc@acme.test"})["Location"] == MEMBERS


def test_the_last_owner_is_told_so_before_and_refused_after(cast: Cast, olivia: Client) -> None:
    assert "This is the last owner" in olivia.get(page(cast.olivia)).content.decode()
    refused = olivia.post(page(cast.olivia), {"confirm": "olivia@acme.test"})
    assert refused.status_code == 422
    assert Membership.objects.live().filter(pk=cast.olivia.membership.pk).exists()


def test_who_may_not_manage_members_is_refused_and_strangers_find_nobody(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.marc.user).get(page(cast.victor)).status_code == 403
    assert sign_in(cast.adam.user).get(page(cast.olivia)).status_code == 403
    stella = sign_in(cast.stella.user)
    assert stella.get(page(cast.marc).replace("acme", "globex")).status_code == 404


# --- Doing it --------------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", ["remove", "suspend"])
def test_one_heir_takes_everything_over(cast: Cast, behind: dict[str, Any], olivia: Client, deed: str) -> None:
    olivia.post(page(cast.adam, deed), heir(cast))
    gone = Membership.objects.get(pk=cast.adam.membership.pk)
    assert (gone.ended_at is not None, gone.suspended_at is not None) == (deed == "remove", deed == "suspend")
    assert reread(behind["tenants"]).responsible_id == cast.olivia.membership.pk
    assert reread(behind["tenants"]).status == "active"
    assert managers(behind["alone"]) == {cast.olivia.membership.pk}
    assert managers(behind["shared"]) == {cast.marc.membership.pk}
    assert reread(behind["own"]).status == {"remove": "owner_gone", "suspend": "owner_inactive"}[deed]
    assert not ownership.needing(cast.olivia.actor).exists()
    assert not ownership.unmanaged(cast.olivia.actor).exists()
    assert Event.objects.filter(action="token.handed_over").count() == 1


def test_each_thing_can_go_to_somebody_else(cast: Cast, behind: dict[str, Any], olivia: Client) -> None:
    other = factories.member(factories.person(name="Otto", email="otto@acme.test"), cast.acme, "admin")
    chosen = {f"to:{behind['tenants'].pk}": str(other.pk), f"to:{behind['alone'].pk}": ""}
    olivia.post(page(cast.adam), heir(cast, **chosen))
    assert reread(behind["tenants"]).responsible_id == other.pk
    assert managers(behind["alone"]) == {cast.olivia.membership.pk}


def test_what_waits_to_be_claimed_is_withdrawn_with_a_removal_alone(cast: Cast) -> None:
    first, second = offer(cast), offer(cast, to=cast.victor.membership)
    leaving.remove(cast.marc.membership, by=cast.olivia.actor)
    leaving.suspend(cast.victor.membership, by=cast.olivia.actor)
    assert (reread(first).status, reread(second).status) == ("withdrawn", "pending")


def test_whoever_may_remove_them_withdraws_it_without_a_right_over_tokens(cast: Cast) -> None:
    first, second, theirs = offer(cast), offer(cast, to=cast.victor.membership), factories.token(cast.marc.actor).token
    vendor, people = backend(Right.PROVISION), program(cast.olivia.actor, "members:write")
    path = f"{API}/management/tenants/{cast.acme.pk}/members/{cast.marc.user.pk}"
    assert vendor.delete(path).status_code == 204
    assert people.delete(f"/members/{cast.victor.membership.pk}").status_code == 204
    assert (reread(first).status, reread(second).status) == ("withdrawn", "withdrawn")
    assert reread(theirs).status == "owner_gone"
    told = Event.objects.of_tenant(cast.acme.pk).filter(action="token.offer_withdrawn")
    assert set(told.values_list("actor_kind", flat=True)) == {"management", "token"}


@pytest.mark.parametrize("wrong", ["", "nonsense", "adam", "marc", "stella"])
def test_nobody_unfit_takes_it_over_and_then_nobody_leaves(
    cast: Cast, behind: dict[str, Any], olivia: Client, wrong: str
) -> None:
    to = str(cast.people[wrong].membership.pk) if wrong in cast.people else wrong
    refused = olivia.post(page(cast.adam), {**heir(cast), "heir": to})
    assert refused.status_code == 422
    assert "Choose somebody who is here" in refused.content.decode()
    assert 'value="adam@acme.test"' in refused.content.decode()
    assert Membership.objects.live().filter(pk=cast.adam.membership.pk).exists()


def test_whoever_takes_over_is_searched_beside_the_list(cast: Cast, behind: dict[str, Any], olivia: Client) -> None:
    shown = olivia.get(page(cast.adam), {"who": "olivia"})
    said = shown.content.decode()
    assert [one.user.name for one in shown.context["form"].shown] == ["Olivia Test"]
    assert said.index('id="heir-heading"') < said.index('form="who-form"') < said.index('id="heir-field"')
    assert f'<form id="who-form" method="get" action="{page(cast.adam)}#heir">' in said
    assert "Never used" in said


def test_a_removal_is_typed(cast: Cast, behind: dict[str, Any], olivia: Client) -> None:
    refused = olivia.post(page(cast.adam), {**heir(cast), "confirm": "adam"})
    assert refused.status_code == 422
    assert "Type adam@acme.test to confirm" in refused.content.decode()
    assert f'value="{cast.olivia.membership.pk}" selected' in refused.content.decode()
    assert reread(behind["tenants"]).responsible_id == cast.adam.membership.pk


def test_all_or_nothing(cast: Cast, behind: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*args: object, **kwargs: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(managing, "add", full_disk)
    with pytest.raises(OSError, match="full"):
        leaving.remove(cast.adam.membership, by=cast.olivia.actor, heir=cast.olivia.membership)
    assert Membership.objects.live().filter(pk=cast.adam.membership.pk).exists()
    assert reread(behind["tenants"]).responsible_id == cast.adam.membership.pk


def test_the_verbs_ask_for_the_right_and_for_another_heir(cast: Cast, behind: dict[str, Any]) -> None:
    with pytest.raises(PermissionDenied):
        leaving.remove(cast.adam.membership, by=cast.marc.actor, heir=cast.olivia.membership)
    with pytest.raises(ValidationError):
        leaving.suspend(cast.adam.membership, by=cast.olivia.actor, heir=cast.adam.membership)
    assert Membership.objects.live().filter(pk=cast.adam.membership.pk).exists()


# --- Other doors lead to the queue -----------------------------------------------------------------


def test_what_another_door_leaves_behind_waits_in_the_queue(cast: Cast, behind: dict[str, Any], olivia: Client) -> None:
    memberships.remove(cast.adam.membership, by=cast.olivia.actor)
    assert "Price feed" in olivia.get(QUEUE).content.decode()
    text = olivia.get(QUEUE, {"what": "service-users"}).content.decode()
    assert ("Alone" in text, "Shared" in text) == (True, False)
    olivia.post(f"{QUEUE}{behind['alone'].pk}/manage/")
    assert managers(behind["alone"]) == {cast.olivia.membership.pk}
    assert not ownership.manage(behind["alone"], by=cast.olivia.actor)


def test_another_tenants_service_users_are_in_no_queue_of_ours(cast: Cast, olivia: Client) -> None:
    foreign = factories.worker(cast.stella.actor, name="Foreign")
    memberships.suspend(cast.stella.membership, by=_second_owner(cast))
    assert "Foreign" not in olivia.get(QUEUE, {"what": "service-users"}).content.decode()
    assert olivia.post(f"{QUEUE}{foreign.pk}/manage/").status_code == 404


def _second_owner(cast: Cast) -> Any:
    member = factories.member(factories.person(), cast.globex, "owner")
    return Person(member.user, member).actor


def test_thousands_change_hands_at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ownership, "BULK_LIMIT", 2)
    for _ in range(5):
        factories.token(cast.adam.actor, kind=Kind.TENANT)
    leaving.remove(cast.adam.membership, by=cast.olivia.actor, heir=cast.olivia.membership)
    assert Token.objects.answered_by(cast.olivia.membership).count() == 5
