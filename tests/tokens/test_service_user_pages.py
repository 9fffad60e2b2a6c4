"""Pages of service users: who sees what, what is typed stays, and what will break is said before it does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import managing, service_users
from accounts.models import ServiceUser, ServiceUserManager
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.pages import HTMX, complaints, held_by_form
from tokens import lifecycle, usage
from tokens.models import Token

LIST = "/t/acme/settings/service-users/"
NEW = f"{LIST}new/"
LIST_QUERIES = 7  # session, user, memberships; the rows, their managers, all counts; and one to spare
DIALOG = {**HTMX, "HX-Target": "dialog"}


@pytest.fixture
def marc(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.marc.user)


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.olivia.user)


@pytest.fixture
def worker(cast: Cast) -> ServiceUser:
    return factories.worker(cast.marc.actor)


def at(worker: ServiceUser, step: str = "") -> str:
    return f"{LIST}{worker.pk}/{step}"


def names(response: object) -> list[str]:
    return [row.service_user.name for row in response.context["listing"].rows]  # type: ignore[attr-defined]


def test_everybody_sees_just_theirs_and_administrators_all(cast: Cast, sign_in: SignIn, worker: ServiceUser) -> None:
    factories.worker(cast.olivia.actor, name="Hers")
    factories.worker(cast.stella.actor, name="Theirs")
    seen = {name: names(sign_in(cast.people[name].user).get(LIST)) for name in ("adam", "marc", "victor")}
    assert seen == {"adam": ["Hers", "Warehouse sync"], "marc": ["Warehouse sync"], "victor": []}


def test_search_and_filters_find_what_needs_somebody(cast: Cast, olivia: Client, worker: ServiceUser) -> None:
    factories.token(cast.marc.actor, service_user=worker)
    alone, off = (factories.worker(cast.olivia.actor, name=name) for name in ("Alone", "Off"))
    managing.remove(alone, cast.olivia.membership, by=cast.olivia.actor)
    service_users.disable(off, by=cast.olivia.actor)
    asked = {status: names(olivia.get(f"{LIST}?status={status}")) for status in ("no-manager", "no-token", "disabled")}
    assert asked == {"no-manager": ["Alone"], "no-token": ["Alone", "Off"], "disabled": ["Off"]}
    assert names(olivia.get(f"{LIST}?q=warehouse")) == ["Warehouse sync"]
    empty = olivia.get(f"{LIST}?q=zebra", headers={**HTMX, "HX-Target": "service-user-rows"}).content.decode()
    assert "No service user matches “zebra”" in empty
    assert "<!doctype" not in empty.lower()


def test_the_list_takes_few_queries_however_many_there_are(cast: Cast, olivia: Client) -> None:
    counts = []
    for number in range(1, 13):
        factories.worker(cast.marc.actor, name=f"Robot {number}")
        if number in (1, 12):
            with CaptureQueriesContext(connection) as queries:
                olivia.get(LIST)
            counts.append(len(queries))
    assert counts[1] <= counts[0]
    assert counts[1] <= LIST_QUERIES


def test_a_list_of_many_has_pages(cast: Cast, olivia: Client) -> None:
    made = ServiceUser.objects.bulk_create(ServiceUser(tenant=cast.acme, name=f"R{n:03}") for n in range(70))
    first = olivia.get(LIST)
    second = olivia.get(f"{LIST}?cursor={first.context['listing'].page.next}")
    assert names(first) + names(second) == [one.name for one in made]


def test_a_developer_makes_one_with_a_colleague(cast: Cast, marc: Client) -> None:
    form = {
        "name": "Sync",
        "purpose": "Copies",
        "contact_email": "data@acme.test",
        "me": "on",
        "managers": cast.victor.user.email.upper(),
        "role": str(cast.marc.membership.role_id),
    }
    answer = marc.post(NEW, form)
    made = ServiceUser.objects.get()
    assert answer["Location"] == at(made)
    assert (made.name, made.purpose, made.contact_email, made.role) == (
        "Sync",
        "Copies",
        "data@acme.test",
        cast.marc.membership.role,
    )
    assert {one.membership for one in managing.people(made)} == {cast.marc.membership, cast.victor.membership}


def test_what_was_typed_stays_with_what_is_wrong(cast: Cast, marc: Client) -> None:
    form = {"name": "Sync", "contact_email": "nobody", "managers": "stella@globex.test"}
    refused = marc.post(NEW, form, headers=DIALOG)
    assert refused.status_code == 422
    assert "Nobody with this address belongs to Acme: stella@globex.test" in refused.content.decode()
    assert {**held_by_form(refused), "csrfmiddlewaretoken": ""}.items() >= form.items()
    again = marc.post(NEW, {**form, "managers": ""})
    assert complaints(again) == ["contact_email"]
    assert not ServiceUser.objects.exists()


def test_only_roles_within_ones_own_are_offered_or_taken(cast: Cast, marc: Client) -> None:
    page = marc.get(NEW).context["form"]
    assert {role.key for role in page.roles} == {"developer", "viewer"}
    refused = marc.post(NEW, {"name": "Sync", "role": str(cast.adam.membership.role_id)})
    assert (refused.status_code, complaints(refused)) == (422, ["role"])
    assert not ServiceUser.objects.exists()


def test_a_viewer_may_not_make_one_but_manages_what_they_were_given(cast: Cast, sign_in: SignIn) -> None:
    victor = sign_in(cast.victor.user)
    assert victor.get(NEW).status_code == 403
    assert NEW not in victor.get(LIST).content.decode()
    worker = factories.worker(cast.marc.actor, grants="assets:read")
    managing.add(worker, cast.victor.membership, by=cast.marc.actor)
    assert at(worker, "disable/") in victor.get(at(worker)).content.decode()


def test_details_show_tokens_access_managers_and_history(cast: Cast, marc: Client, worker: ServiceUser) -> None:
    issued = factories.token(cast.marc.actor, service_user=worker, name="Nightly")
    service_users.edit(worker, service_users.Words("Warehouse sync", "Moves assets"), by=cast.marc.actor)
    text = marc.get(at(worker)).content.decode()
    for told in ("Nightly", issued.token.short_id, "Read and change assets", "Marc Test", "Words about a service user"):
        assert told in text


def test_a_manager_edits_words_and_role(cast: Cast, marc: Client, worker: ServiceUser) -> None:
    viewer = str(cast.victor.membership.role_id)
    assert marc.post(at(worker, "edit/"), {"name": "Sync", "role": viewer}).status_code == 302
    worker.refresh_from_db()
    assert (worker.name, str(worker.role_id), worker.grants_text) == ("Sync", viewer, "assets:write")
    refused = marc.post(at(worker, "edit/"), {"name": "", "role": ""})
    assert (refused.status_code, complaints(refused)) == (422, ["name"])
    worker.refresh_from_db()
    assert str(worker.role_id) == viewer


def test_access_is_added_and_removed_with_a_warning(cast: Cast, marc: Client, worker: ServiceUser) -> None:
    add = {"scope": "assets:read", "target_type": "library", "target_id": "finished"}
    assert marc.post(at(worker, "access/new/"), {**add, "scope": "projects:read"}).status_code == 422
    assert marc.post(at(worker, "access/new/"), {**add, "target_id": ""}).status_code == 422
    assert marc.post(at(worker, "access/new/"), {**add, "target_id": "no spaces here"}).status_code == 422
    refused = marc.post(at(worker, "access/new/"), {"scope": "members:write"})
    assert "what you have yourself" in refused.content.decode()
    assert marc.post(at(worker, "access/new/"), {"scope": "metadata:read"}).status_code == 302
    worker.refresh_from_db()
    assert worker.grants_text == "assets:write metadata:read"
    factories.token(cast.marc.actor, service_user=worker)
    remove = at(worker, "access/remove/?grant=assets%3Awrite")
    assert "1 running token can do less" in marc.get(remove).content.decode()
    assert marc.post(remove).status_code == 302
    worker.refresh_from_db()
    assert worker.grants_text == "metadata:read"
    assert marc.post(remove).status_code == 302  # twice


def test_managers_come_and_go(cast: Cast, marc: Client, worker: ServiceUser) -> None:
    unknown = marc.post(at(worker, "managers/new/"), {"email": "nobody@acme.test"})
    assert (unknown.status_code, complaints(unknown)) == (422, ["email"])
    assert marc.post(at(worker, "managers/new/"), {"email": cast.victor.user.email}).status_code == 302
    mine = at(worker, f"managers/{cast.marc.membership.pk}/remove/")
    assert marc.post(mine)["Location"] == LIST  # it is out of sight now
    assert [one.membership for one in managing.people(worker)] == [cast.victor.membership]


def test_the_last_manager_goes_with_a_warning_and_by_an_administrator(
    cast: Cast, marc: Client, olivia: Client, worker: ServiceUser
) -> None:
    last = at(worker, f"managers/{cast.marc.membership.pk}/remove/")
    assert "last manager" in marc.get(last).content.decode()
    assert marc.post(last).status_code == 422
    assert "It will need a new manager" in olivia.get(last).content.decode()
    assert olivia.post(last).status_code == 302
    assert not ServiceUserManager.objects.exists()
    assert "Nobody manages it" in olivia.get(at(worker)).content.decode()


def test_suggestions_are_for_those_who_may_see_members(cast: Cast, marc: Client, olivia: Client) -> None:
    assert "victor@acme.test" in olivia.get(f"{LIST}people/?email=vic").content.decode()
    assert "stella@globex.test" not in olivia.get(f"{LIST}people/?email=ste").content.decode()
    assert "victor@acme.test" not in marc.get(f"{LIST}people/?email=vic").content.decode()


def test_disabling_says_what_stops_and_enabling_what_works_again(cast: Cast, marc: Client, worker: ServiceUser) -> None:
    token = factories.token(cast.marc.actor, service_user=worker, name="Nightly").token
    usage.note(token.pk, address="203.0.113.9", client="sync/1.0")
    usage.flush()
    page = marc.get(at(worker, "disable/")).content.decode()
    assert "Nightly" in page
    assert "sync/1.0" in page
    marc.post(at(worker, "disable/"))
    assert (
        "Refused while its service user is disabled"
        in marc.get(f"/t/acme/settings/developers/tokens/{token.pk}/").content.decode()
    )
    assert "1 running token works again" in marc.get(at(worker, "enable/")).content.decode()
    marc.post(at(worker, "enable/"))
    worker.refresh_from_db()
    assert worker.disabled_at is None


def test_deletion_is_guarded_while_tokens_run(cast: Cast, marc: Client, worker: ServiceUser) -> None:
    token = factories.token(cast.marc.actor, service_user=worker).token
    for typed in ("", "warehouse sync", "x"):
        refused = marc.post(at(worker, "delete/"), {"confirm": typed})
        assert (refused.status_code, complaints(refused)) == (422, ["confirm"])
    assert marc.post(at(worker, "delete/"), {"confirm": "Warehouse sync"})["Location"] == LIST
    token.refresh_from_db()
    assert (bool(token.revoked_at), token.revoked_reason) == (True, "Its service user was deleted")
    assert marc.get(at(worker)).status_code == 404


def test_one_without_running_tokens_is_deleted_without_typing(cast: Cast, marc: Client, worker: ServiceUser) -> None:
    lifecycle.revoke(factories.token(cast.marc.actor, service_user=worker).token, by=cast.marc.actor)
    factories.token(
        cast.marc.actor, service_user=worker, lives=timedelta(days=1), at=worker.created_at - timedelta(days=9)
    )
    assert "confirm" not in held_by_form(marc.get(at(worker, "delete/")))
    assert marc.post(at(worker, "delete/")).status_code == 302
    assert Token.objects.filter(revoked_reason="").count() == 2
