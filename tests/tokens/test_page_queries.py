"""What pages cost: few queries, the same number for one token and for a page full of them, and never one for each."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from zeal import NPlusOneError, zeal_context
from zeal.constants import initialize_app_registry
from zeal.patch import patch

from accounts.models import Tenant, User
from audit import clock
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.rows import row, stored
from tokens import lifecycle
from tokens.models import Token

LIST = "/t/acme/settings/developers/tokens/"
LIST_QUERIES = 5  # session, user, memberships, the rows, all counts
REVOKE_QUERIES = (
    8  # the same for the count, then the locked rows, their end, the ledger, and what to say in the session
)
ONE_BEFORE = ("q=", "subject=")  # what a search finds, and who somebody is


@pytest.fixture(scope="module", autouse=True)
def n_plus_one_guard() -> None:
    """zeal listens where Django loads related rows; it says something only inside `zeal_context`."""
    initialize_app_registry()
    patch()


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    browser = sign_in(cast.olivia.user)
    browser.get(LIST)  # the first request writes into the session
    return browser


def test_the_guard_bites(cast: Cast) -> None:
    fill(cast, 3)
    with zeal_context(), pytest.raises(NPlusOneError):
        [token.tenant.name for token in Token.objects.all()]


@pytest.mark.parametrize("sort", ["expires", "-expires", "created", "name", "used", "-used"])
@pytest.mark.parametrize("asked", ["", "q=row&scope=assets&kind=personal", "status=ended", "subject={marc}"])
def test_the_list_takes_few_queries_however_many_tokens(cast: Cast, olivia: Client, sort: str, asked: str) -> None:
    address = f"{LIST}?sort={sort}&{asked.format(marc=cast.marc.membership.pk)}"
    fill(cast, 1)
    one = queries(olivia, address)
    fill(cast, 60)
    many = queries(olivia, address)
    assert len(many) <= LIST_QUERIES + asked.startswith(ONE_BEFORE), many
    assert len(many) == len(one)


def test_the_first_page_and_the_last_cost_the_same(cast: Cast, olivia: Client) -> None:
    fill(cast, 60)
    page = olivia.get(LIST).context["listing"].page
    assert len(queries(olivia, f"{LIST}?cursor={page.next}")) <= LIST_QUERIES


@pytest.mark.parametrize("part", ["tokens/", "tokens/?subject=me", "tokens/revoke/", "scopes/", "tokens/new/"])
def test_no_page_of_tokens_asks_once_for_each(cast: Cast, olivia: Client, part: str) -> None:
    fill(cast, 5)
    assert queries(olivia, f"/t/acme/settings/developers/{part}")


@pytest.mark.parametrize("find", ["", "test", "t"])
def test_choosing_a_subject_takes_few_queries_however_many_there_are(cast: Cast, olivia: Client, find: str) -> None:
    factories.worker(cast.olivia.actor, name="Test")
    few = queries(olivia, f"{LIST}whose/?find={find}")
    for number in range(5):
        factories.worker(cast.olivia.actor, name=f"Test {number}")
        factories.member(factories.person(name=f"Test {number}", email=f"t{number}@acme.test"), cast.acme, "viewer")
    assert len(queries(olivia, f"{LIST}whose/?find={find}")) == len(few) <= LIST_QUERIES + bool(find)


def test_a_service_user_is_named_by_the_query_that_finds_it(cast: Cast, olivia: Client) -> None:
    worker = factories.worker(cast.olivia.actor)
    assert len(queries(olivia, f"{LIST}?subject={worker.pk}")) == LIST_QUERIES + 1


def test_revoking_several_takes_few_queries_however_they_are_chosen(cast: Cast, olivia: Client) -> None:
    fill(cast, 30)
    chosen = f"q=row&scope=assets&kind=personal&status=active&before=2099-01-01&subject={cast.marc.membership.pk}"
    assert len(queries(olivia, f"{LIST}revoke/?{chosen}")) <= LIST_QUERIES + len(ONE_BEFORE)
    count = olivia.get(f"{LIST}revoke/?{chosen}").context["count"]
    with CaptureQueriesContext(connection) as captured:
        assert olivia.post(f"{LIST}revoke/?{chosen}", {"confirm": str(count)}).status_code == 302
    assert count > 1
    deeds = [one["sql"] for one in captured if "SAVEPOINT" not in one["sql"]]
    assert len(deeds) <= REVOKE_QUERIES + len(ONE_BEFORE), deeds


def test_no_detail_asks_once_for_each_event(cast: Cast, olivia: Client) -> None:
    token = factories.token(cast.marc.actor).token
    for number in range(5):
        lifecycle.edit(token, name=f"Name {number}", description="", by=cast.olivia.actor)
    assert len(queries(olivia, f"{LIST}{token.pk}/")) <= 5


def test_the_audit_log_asks_for_all_events_at_once(cast: Cast, olivia: Client) -> None:
    for _ in range(5):
        factories.token(cast.marc.actor)
    assert len(queries(olivia, "/t/acme/settings/audit-log/")) <= 4
    assert len(queries(olivia, f"/t/acme/settings/audit-log/?actor={cast.marc.user.pk}")) <= 4


@pytest.mark.parametrize(("find", "most"), [("", 6), ("test", 9)])
def test_choosing_an_actor_takes_few_queries_however_many_there_are(
    cast: Cast, olivia: Client, find: str, most: int
) -> None:
    """A search asks besides for tokens of that name: in the index, in their table, and in the ledger."""
    factories.token(cast.marc.actor, name="Test")
    few = queries(olivia, f"/t/acme/settings/audit-log/actors/?find={find}")
    for number in range(5):
        factories.token(cast.marc.actor, name=f"Test {number}")
        factories.member(factories.person(name=f"Test {number}", email=f"t{number}@acme.test"), cast.acme, "viewer")
    assert len(queries(olivia, f"/t/acme/settings/audit-log/actors/?find={find}")) == len(few) <= most


def test_the_tenants_page_asks_for_all_figures_at_once(cast: Cast, petra: User, sign_in: SignIn) -> None:
    browser = sign_in(petra)
    browser.get("/platform/tenants/")
    few = queries(browser, "/platform/tenants/")
    Tenant.objects.bulk_create(Tenant(slug=f"t{number}", name=f"T {number}") for number in range(20))
    fill(cast, 5)
    assert len(queries(browser, "/platform/tenants/")) == len(few) <= 6


def fill(cast: Cast, count: int) -> None:
    """Tokens of every kind and state, so that every column has something to show."""
    now, people = clock.now(), [cast.marc, cast.adam, cast.victor]
    stored(
        row(
            cast.acme,
            people[number % 3].membership if number % 4 else None,
            created_at=now - timedelta(days=9),
            expires_at=now + timedelta(days=number - 1),
            revoked_at=now if number % 5 == 0 else None,
            last_used_at=now if number % 2 else None,
            created_by=people[number % 3].user,
        )
        for number in range(count)
    )


def queries(browser: Client, address: str) -> list[str]:
    """What a page asks the database, under the guard."""
    with CaptureQueriesContext(connection) as captured, zeal_context():
        assert browser.get(address).status_code == 200
    return [query["sql"] for query in captured]
