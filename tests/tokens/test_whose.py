"""Choosing whose tokens are listed: everybody finds those whose tokens they see, and nobody else."""

import pytest
from django.test import Client

from accounts import memberships, service_users
from accounts.models import Role, ServiceUser
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.pages import HTMX, LIST
from tokens import choosing

WHOSE = f"{LIST}whose/"
SHORTCUTS = ["Any subject", "Me", "Acme"]
PEOPLE = ["Adam Test", "Marc Test", "Olivia Test", "Victor Test"]


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    browser = sign_in(cast.olivia.user)
    browser.get(LIST)
    return browser


@pytest.fixture
def marc(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.marc.user)


@pytest.fixture
def worker(cast: Cast) -> ServiceUser:
    return factories.worker(cast.marc.actor)


def test_who_sees_all_tokens_chooses_among_all(cast: Cast, olivia: Client, worker: ServiceUser) -> None:
    factories.worker(cast.stella.actor, name="Theirs")
    assert offered(olivia) == [*SHORTCUTS, "Warehouse sync", *PEOPLE]


def test_who_manages_service_users_chooses_among_those(cast: Cast, marc: Client, worker: ServiceUser) -> None:
    factories.worker(cast.olivia.actor, name="Hers")
    assert offered(marc) == ["Any subject", "Me", "Warehouse sync"]
    assert offered(marc, find="hers") == offered(marc, find="olivia") == []


def test_who_has_only_their_own_is_asked_nothing(cast: Cast, marc: Client) -> None:
    factories.token(cast.marc.actor)
    assert "choose-subject" not in marc.get(LIST).content.decode()


def test_who_may_not_see_the_members_is_told_of_none(cast: Cast, marc: Client) -> None:
    auditor = Role.objects.create(tenant=cast.acme, key="auditor", name="Auditor", grants_text="tokens:read")
    memberships.change_role(cast.marc.membership, to=auditor, by=cast.olivia.actor)
    factories.worker(cast.olivia.actor, name="Hers")
    assert offered(marc) == [*SHORTCUTS, "Hers"]
    assert offered(marc, find="olivia@acme") == []


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("find", "found"),
    [
        ("marc", ["Marc Test"]),
        ("MARC@ACME", ["Marc Test"]),
        ("test", PEOPLE),
        ("ware", ["Warehouse sync"]),
        ("a", ["Adam Test"]),
        ("stella", []),
        ("%", []),
    ],
)
def test_people_are_found_by_name_or_address(olivia: Client, worker: ServiceUser, find: str, found: list[str]) -> None:
    assert offered(olivia, find=find) == found


def test_who_left_or_was_deleted_is_not_offered_but_named(cast: Cast, olivia: Client, worker: ServiceUser) -> None:
    for one in (cast.marc.actor, cast.olivia.actor):
        factories.token(one, service_user=worker)
    factories.token(cast.victor.actor, name="Victor's")
    memberships.remove(cast.victor.membership, by=cast.olivia.actor)
    assert "Victor Test" not in offered(olivia)
    assert chosen(olivia, cast.victor.membership.pk) == chosen(olivia, cast.victor.user.pk) == "Victor Test"
    service_users.disable(worker, by=cast.marc.actor)
    assert "Warehouse sync" in offered(olivia)


def test_what_was_chosen_is_named_on_the_list(cast: Cast, olivia: Client, worker: ServiceUser) -> None:
    factories.token(cast.marc.actor)
    for subject, name in [
        ("", "Any subject"),
        ("me", "Me"),
        ("tenant", "Acme"),
        (cast.marc.membership.pk, "Marc Test"),
        (worker.pk, "Warehouse sync"),
    ]:
        assert chosen(olivia, subject) == name


def test_nobody_is_named_whose_tokens_one_does_not_see(cast: Cast, olivia: Client, marc: Client) -> None:
    hers = factories.worker(cast.olivia.actor, name="Hers")
    theirs = factories.worker(cast.stella.actor, name="Theirs")
    for subject in (hers.pk, cast.olivia.membership.pk, cast.olivia.user.pk):
        assert chosen(marc, subject) == "Somebody unknown"
    for subject in (theirs.pk, cast.stella.membership.pk, cast.stella.user.pk):
        assert chosen(olivia, subject) == "Somebody unknown"


def test_a_choice_leads_back_to_the_list_as_it_was_filtered(cast: Cast, olivia: Client, worker: ServiceUser) -> None:
    filtered = "q=sync&status=active&kind=service&scope=assets&sort=name"
    page = olivia.get(f"{WHOSE}?{filtered}&subject=me&find=ware").content.decode()
    kept = "q=sync&amp;status=active&amp;kind=service"
    assert f'href="{LIST}?{kept}&amp;subject={worker.pk}&amp;scope=assets&amp;sort=name"' in page
    assert f'href="{LIST}?{kept}&amp;subject=me&amp;scope=assets&amp;sort=name"' in page
    for field in filtered.split("&"):
        name, _, value = field.partition("=")
        assert f'<input type="hidden" name="{name}" value="{value}">' in page


def test_of_many_the_first_are_shown(cast: Cast, olivia: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "FEW", 3)
    monkeypatch.setattr("tokens.whose.FEW", 3)
    assert offered(olivia) == [*SHORTCUTS, *PEOPLE[:3]]
    assert "The first 3." in olivia.get(WHOSE).content.decode()
    assert offered(olivia, find="victor") == ["Victor Test"]


def test_over_the_list_it_is_a_part_of_a_page(olivia: Client) -> None:
    part = olivia.get(WHOSE, headers={**HTMX, "HX-Target": "dialog"}).content.decode()
    assert "<!doctype" not in part.lower()
    assert 'id="dialog-title"' in part


def offered(browser: Client, **query: str) -> list[str]:
    groups = browser.get(WHOSE, query).context["groups"]
    return [choice.label for _, choices in groups for choice, _ in choices]


def chosen(browser: Client, subject: object) -> str:
    """What the list's field says."""
    page = browser.get(LIST, {"subject": str(subject)}).content.decode()
    return page.partition('<span class="sr">Subject: </span>')[2].partition("</button>")[0]
