"""From a session to somebody at work: tenants of others do not exist, suspension is told, rights are those of now."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts import memberships, roles, tenants
from accounts.access import Actor
from accounts.models import Session, User
from tests import factories
from tests.cast import Cast, SignIn
from tests.unnamed import unnamed

LIST, LOG = "/t/acme/settings/developers/tokens/", "/t/acme/settings/audit-log/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 3, 10, 12, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def marc(clock: time_machine.Traveller, cast: Cast, sign_in: SignIn) -> Client:
    browser = sign_in(cast.marc.user)
    browser.get(LIST)
    return browser


# --- Sessions -------------------------------------------------------------------------------------


def test_a_session_is_written_at_most_once_a_minute(marc: Client, clock: time_machine.Traveller) -> None:
    before = Session.objects.get().session_data
    clock.shift(timedelta(seconds=59))
    marc.get(LIST)
    assert Session.objects.get().session_data == before
    clock.shift(timedelta(seconds=2))
    marc.get(LIST)
    assert Session.objects.get().session_data != before


def test_htmx_is_led_to_sign_in_as_a_page(marc: Client, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(minutes=31))
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{LIST}?q=x"}
    answer = marc.get(LIST, headers=headers)
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == f"/account/sign-in/?next={LIST.replace('/', '%2F')}%3Fq%3Dx"


# --- Tenants --------------------------------------------------------------------------------------


def test_another_tenant_is_as_unknown_as_one_that_does_not_exist(cast: Cast, marc: Client) -> None:
    for path in (LIST, LOG, "/t/acme/"):
        foreign, unknown = (marc.get(path.replace("acme", slug)) for slug in ("globex", "nowhere"))
        assert (foreign.status_code, unknown.status_code) == (404, 404)
        assert unnamed(foreign) == unnamed(unknown)


def test_a_removed_member_is_outside_at_the_next_click(cast: Cast, marc: Client) -> None:
    memberships.remove(cast.marc.membership, by=cast.olivia.actor)
    assert marc.get(LIST).status_code == 404
    assert marc.get("/").status_code == 200


def test_a_closed_account_is_outside_at_the_next_click(cast: Cast, marc: Client) -> None:
    User.objects.filter(pk=cast.marc.user.pk).update(is_active=False)
    assert marc.get(LIST).status_code == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_suspended_member_sees_one_notice_on_every_page(cast: Cast, marc: Client, method: str) -> None:
    memberships.suspend(cast.marc.membership, by=cast.olivia.actor)
    for path in (LIST, LOG, f"{LIST}new/", "/t/acme/"):
        answer = getattr(marc, method)(path)
        assert answer.status_code == 403
        assert "suspended" in answer.content.decode().lower()
    memberships.resume(cast.marc.membership, by=cast.olivia.actor)
    assert marc.get(LIST).status_code == 200


def test_a_suspended_tenant_is_closed_to_its_members_and_no_other_is(cast: Cast, marc: Client) -> None:
    factories.member(cast.marc.user, cast.globex, "viewer")
    tenants.suspend(cast.acme, by=Actor.operator())
    assert marc.get(LIST).status_code == 403
    assert marc.get(LIST.replace("acme", "globex")).status_code == 200


def test_a_role_that_changed_holds_at_the_next_click(cast: Cast, sign_in: SignIn) -> None:
    adam = sign_in(cast.adam.user)
    assert adam.get(LOG).status_code == 200
    memberships.change_role(cast.adam.membership, to=roles.built_in("viewer"), by=cast.olivia.actor)
    assert adam.get(LOG).status_code == 403


# --- Where people land ----------------------------------------------------------------------------


def test_people_land_where_they_were_last(cast: Cast, marc: Client) -> None:
    factories.member(cast.marc.user, cast.globex, "viewer")
    marc.get(LIST.replace("acme", "globex"))
    for path in ("/", "/settings/developers/", "/settings/developers"):
        assert marc.get(path)["Location"] == LIST.replace("acme", "globex")
    for path in ("/oauth-access-token", "/oauth-access-token/"):
        assert marc.get(path)["Location"] == f"{LIST.replace('acme', 'globex')}new/"


@pytest.mark.parametrize("closed", ["membership", "tenant"])
@pytest.mark.parametrize("visited", [True, False], ids=["visited last", "first by name"])
def test_people_land_where_they_can_get_in(
    cast: Cast, clock: time_machine.Traveller, sign_in: SignIn, closed: str, visited: bool
) -> None:
    factories.member(cast.marc.user, cast.globex, "viewer")
    marc, other = sign_in(cast.marc.user), LIST.replace("acme", "globex")
    if visited:
        marc.get(LIST)
    if closed == "tenant":
        tenants.suspend(cast.acme, by=Actor.operator())
    else:
        memberships.suspend(cast.marc.membership, by=cast.olivia.actor)
    assert {marc.get(path)["Location"] for path in ("/", "/settings/developers/")} == {other}
    assert marc.get("/oauth-access-token")["Location"] == f"{other}new/"


def test_who_can_get_in_nowhere_is_led_to_the_notice(cast: Cast, marc: Client) -> None:
    memberships.suspend(cast.marc.membership, by=cast.olivia.actor)
    answer = marc.get("/", follow=True)
    assert (answer.redirect_chain, answer.status_code) == ([(LIST, 302)], 403)


def test_two_tabs_are_two_tenants(cast: Cast, marc: Client) -> None:
    factories.member(cast.marc.user, cast.globex, "viewer")
    factories.token(cast.marc.actor, name="Of Acme")
    other = LIST.replace("acme", "globex")
    for path, shown in [(LIST, True), (other, False), (LIST, True)]:
        assert ("Of Acme" in marc.get(path).content.decode()) is shown


def test_a_platform_admin_lands_among_the_tenants_and_enters_none(cast: Cast, petra: User, sign_in: SignIn) -> None:
    browser = sign_in(petra)
    assert browser.get("/")["Location"] == "/platform/tenants/"
    assert "Globex" in browser.get("/platform/tenants/").content.decode()
    assert browser.get(LIST).status_code == 404


@pytest.mark.parametrize("name", ["olivia", "marc"])
def test_who_is_no_platform_admin_sees_no_tenants(cast: Cast, sign_in: SignIn, name: str) -> None:
    answer = sign_in(cast.people[name].user).get("/platform/tenants/")
    assert answer.status_code == 403
    assert "Globex" not in answer.content.decode()


def test_who_belongs_nowhere_is_told_so(db: None, sign_in: SignIn) -> None:
    browser = sign_in(factories.UserFactory.create())
    assert browser.get("/").status_code == 200
    assert browser.get("/settings/developers/")["Location"] == "/"
