"""Access of a service user, picked row by row on what is registered."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import memberships, own_roles, resources, service_user_access
from accounts.grants import Grant, Grants
from accounts.models import ServiceUser
from accounts.own_roles import NewRole
from accounts.resources import Said
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.pages import HTMX
from tests.unnamed import unnamed

BERLIN = "devices:read@group=eu-1"
CHOSEN = {"kind": "custom", "place": "devices", "target": "group=eu-1", "right": "read", "step": "add"}
SWAP = {**HTMX, "HX-Target": "permissions"}


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    said = [Said("group", "eu-1", "Berlin lab"), Said("group", "eu-2", "Paris"), Said("device", "7f3c", "Gateway 7")]
    resources.put_many(said, by=cast.olivia.actor)
    resources.put(Said("group", "theirs", "Berlin of Globex"), by=cast.stella.actor)
    return sign_in(cast.olivia.user)


@pytest.fixture
def sync(cast: Cast) -> ServiceUser:
    return factories.worker(cast.olivia.actor, name="Sync", grants="updates:read devices:write@group=eu-2")


def page_of(one: ServiceUser) -> str:
    return f"/t/acme/settings/service-users/{one.pk}/access/new/"


def rows(page: Any) -> list[str]:
    return re.findall(r'name="row" value="([^"]+)"', page.content.decode())


def said(page: Any) -> str:
    [found] = re.findall(r'<p class="(?:said|error)"[^>]*data-announce>(.*?)</p>', page.content.decode(), re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", found).strip()


def test_rows_are_picked_added_and_removed_and_given_at_the_end(olivia: Client, sync: ServiceUser) -> None:
    assert "Action type" in olivia.get(page_of(sync)).content.decode()
    lists = olivia.post(page_of(sync), {"kind": "custom", "place": "devices", "step": "choose"}).content.decode()
    assert "Berlin lab · eu-1" in lists
    assert "Globex" not in lists
    added = olivia.post(page_of(sync), CHOSEN)
    assert (rows(added), said(added)) == ([BERLIN], "Added: View devices in device group eu-1 (Berlin lab).")
    both = olivia.post(page_of(sync), {**CHOSEN, "row": BERLIN, "target": "device=7f3c", "right": "restart"})
    assert rows(both) == [BERLIN, "devices:restart@device=7f3c"]
    fewer = olivia.post(page_of(sync), {"kind": "custom", "row": rows(both), "remove": BERLIN}, headers=SWAP)
    assert rows(fewer) == ["devices:restart@device=7f3c"]
    assert "<html" not in fewer.content.decode()
    before = sync.grants
    sync.refresh_from_db()
    assert sync.grants == before
    assert olivia.post(page_of(sync), {"kind": "custom", "row": rows(both)}).status_code == 302
    sync.refresh_from_db()
    assert sync.grants == before | Grants.parse(f"{BERLIN} devices:restart@device=7f3c")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"row": BERLIN}, "is in the list already"),
        ({"target": "group=eu-2"}, "Not added: Sync may view devices in device group eu-2 (Paris) already."),
        ({"place": "updates", "target": "all"}, "Not added: Sync may view updates already."),
        ({"target": "group=eu-9"}, "This target is not registered"),
        ({"target": "group=theirs"}, "This target is not registered"),
        ({"target": ""}, "Choose a target to add."),
    ],
)
def test_what_is_not_added_is_explained(olivia: Client, sync: ServiceUser, typed: dict[str, str], told: str) -> None:
    answer = olivia.post(page_of(sync), {**CHOSEN, **typed}, headers=SWAP)
    assert told in said(answer)
    assert rows(answer) == ([typed["row"]] if "row" in typed else [])


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Add at least one permission."),
        ({"place": "devices", "target": "group=eu-1", "right": "read"}, "but did not add it"),
        ({"row": "assets:fly"}, "assets"),
        ({"row": "no grant"}, "is not a scope"),
    ],
)
def test_what_cannot_be_given_is_said_and_nothing_written(
    olivia: Client, sync: ServiceUser, sent: dict[str, str], told: str
) -> None:
    answer = olivia.post(page_of(sync), {"kind": "custom", **sent})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    before = sync.grants_text
    sync.refresh_from_db()
    assert sync.grants_text == before


def test_nobody_gives_what_they_do_not_have(cast: Cast, sign_in: SignIn, sync: ServiceUser) -> None:
    rights = Grants.parse("service-users:write resources:read devices:read")
    [keeper] = own_roles.create([NewRole("keeper", "Keeper", grants=rights)], by=cast.olivia.actor)
    memberships.change_role(cast.victor.membership, to=keeper, by=cast.olivia.actor)
    victor = sign_in(cast.victor.user)
    assert victor.post(page_of(sync), {"kind": "custom", "row": "devices:read"}).status_code == 302
    answer = victor.post(page_of(sync), {"kind": "custom", "row": "assets:read"})
    assert (answer.status_code, "what you have yourself" in answer.content.decode()) == (422, True)
    sync.refresh_from_db()
    assert not sync.grants.covers(Grant.parse("assets:read"))


def test_the_page_takes_the_same_queries_however_much_is_added(cast: Cast, olivia: Client, sync: ServiceUser) -> None:
    def queries(sent: dict[str, Any]) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert olivia.post(page_of(sync), sent, headers=SWAP).status_code == 200
        return len(captured)

    olivia.get(page_of(sync))
    few = queries({**CHOSEN, "row": "updates:run@group=eu-1"})
    resources.put_many([Said("group", f"g{n}", f"Group {n}") for n in range(60)], by=cast.olivia.actor)
    assert queries({**CHOSEN, "row": [f"updates:run@group=g{n}" for n in range(40)]}) == few <= 14


def test_two_who_add_at_once_both_get_what_they_added(cast: Cast, sync: ServiceUser) -> None:
    """Each from a page that was read before the other one saved."""
    first, second = (ServiceUser.objects.get(pk=sync.pk) for _ in range(2))
    service_user_access.add(first, Grants.parse("assets:read"), by=cast.olivia.actor)
    service_user_access.add(second, Grants.parse("metadata:read"), by=cast.olivia.actor)
    service_user_access.remove(first, Grant.parse("updates:read"), by=cast.olivia.actor)
    assert str(first.grants) == "assets:read devices:write@group=eu-2 metadata:read"


def test_another_tenants_is_what_nobody_has(cast: Cast, olivia: Client, sync: ServiceUser) -> None:
    theirs = factories.worker(cast.stella.actor, name="Theirs")
    nobodys = ServiceUser(tenant=cast.acme, name="Nobody")
    for sent in ({}, CHOSEN, {"kind": "custom", "row": BERLIN}):
        answers = [olivia.post(page_of(one), sent) for one in (theirs, nobodys)]
        assert [one.status_code for one in answers] == [404, 404]
        assert unnamed(answers[0]) == unnamed(answers[1])
