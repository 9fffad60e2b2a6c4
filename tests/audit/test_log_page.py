"""The audit log: for those who may read it, filtered by what the address says, with nothing of another tenant."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts import memberships, resources
from accounts.access import Actor
from accounts.models import Role
from accounts.resources import Said
from audit import clock
from audit.actions import Action, Topic
from audit.models import Event
from tests import factories
from tests.cast import Cast, SignIn
from tokens import lifecycle
from tokens.kinds import Kind

LOG = "/t/acme/settings/audit-log/"


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.olivia.user)


@pytest.mark.parametrize("name", ["olivia", "adam"])
def test_owner_and_admin_read_it(cast: Cast, sign_in: SignIn, name: str) -> None:
    page = sign_in(cast.people[name].user).get(LOG)
    assert page.status_code == 200
    assert "Tenant created" in page.content.decode()


@pytest.mark.parametrize("name", ["marc", "victor"])
def test_others_are_told_whom_to_ask_and_the_refusal_is_in_the_log(cast: Cast, sign_in: SignIn, name: str) -> None:
    page = sign_in(cast.people[name].user).get(LOG)
    text = page.content.decode()
    assert page.status_code == 403
    assert "Olivia Test" in text
    assert "Adam Test" in text
    assert "Stella Test" not in text
    event = Event.objects.get(action=Action.ACCESS_REFUSED)
    assert (event.tenant_id, event.actor_id) == (cast.acme.pk, str(cast.people[name].user.pk))
    assert event.detail == {"right": "ledger:read", "path": LOG}
    assert event.request_id == page["X-Request-ID"]


def test_an_own_role_with_the_right_reads_it(cast: Cast, sign_in: SignIn) -> None:
    auditor = Role.objects.create(tenant=cast.acme, key="auditor", name="Auditor", grants_text="ledger:read")
    memberships.change_role(cast.victor.membership, to=auditor, by=cast.olivia.actor)
    assert sign_in(cast.victor.user).get(LOG).status_code == 200


def test_a_long_event_name_may_be_broken_between_its_words(cast: Cast, olivia: Client) -> None:
    factories.worker(cast.olivia.actor)
    assert "service_<wbr>user.<wbr>created" in olivia.get(LOG).content.decode()


def test_nothing_of_another_tenant_is_in_it(cast: Cast, olivia: Client) -> None:
    factories.token(cast.stella.actor, name="Globex secret project")
    factories.token(cast.olivia.actor, name="Acme project")
    text = olivia.get(LOG).content.decode()
    assert "Acme project" in text
    assert "Globex" not in text


def test_newest_comes_first(cast: Cast, olivia: Client) -> None:
    for number in (1, 2, 3):
        factories.token(cast.olivia.actor, name=f"Made {number}")
    text = olivia.get(LOG).content.decode()
    assert text.index("Made 3") < text.index("Made 2") < text.index("Made 1")


@pytest.mark.parametrize("topic", list(Topic))
def test_a_topic_shows_its_events_alone(cast: Cast, olivia: Client, topic: Topic) -> None:
    lifecycle.revoke(factories.token(cast.marc.actor).token, by=cast.marc.actor)
    memberships.suspend(cast.victor.membership, by=cast.olivia.actor)
    resources.put(Said("group", "eu-1"), by=cast.olivia.actor)
    shown = _actions(olivia, topic=topic)
    assert {Action(action).topic for action in shown} <= {topic}
    assert bool(shown) is (topic is not Topic.ACCESS)


def test_an_actor_shows_that_persons_deeds_alone(cast: Cast, olivia: Client) -> None:
    factories.token(cast.marc.actor, name="By Marc")
    factories.token(cast.olivia.actor, name="By Olivia")
    text = olivia.get(LOG, {"actor": str(cast.marc.user.pk)}).content.decode()
    assert "By Marc" in text
    assert "By Olivia" not in text


@pytest.mark.parametrize(("period", "days"), [("1d", 1), ("7d", 7), ("30d", 30)])
def test_a_period_goes_back_that_far(cast: Cast, olivia: Client, period: str, days: int) -> None:
    for ago, name in [(timedelta(days=days, minutes=1), "Too old"), (timedelta(days=days, minutes=-1), "In time")]:
        factories.token(cast.olivia.actor, name=name, at=clock.now() - ago)
    text = olivia.get(LOG, {"period": period}).content.decode()
    assert "In time" in text
    assert "Too old" not in text


def test_one_tokens_events_are_shown_alone(cast: Cast, olivia: Client) -> None:
    one, other = (factories.token(cast.olivia.actor, name=name).token for name in ("This one", "Other one"))
    text = olivia.get(LOG, {"about": str(one.pk)}).content.decode()
    assert "This one" in text
    assert other.name not in text
    assert "One token only: show everything" in text


def test_what_is_shown_alone_is_called_what_it_is(cast: Cast, olivia: Client) -> None:
    worker = factories.worker(cast.olivia.actor)
    for about, words in (
        (worker.pk, "One service user only"),
        (cast.marc.user.pk, "One thing only"),
        (1, "One thing only"),
    ):
        assert words in olivia.get(LOG, {"about": str(about)}).content.decode()


def test_search_finds_people_tokens_ends_of_ids_addresses_requests_and_events(cast: Cast, olivia: Client) -> None:
    token = factories.token(cast.marc.actor, name="Nightly sync").token
    factories.token(Actor.operator(cast.acme), name="Noise", kind=Kind.TENANT)
    for text in ("nightly", "MARC", token.short_id, "192.0.2.", "req_test", "token.iss"):
        page = olivia.get(LOG, {"q": text, "topic": "tokens"}).content.decode()
        assert "Nightly sync" in page, text
    for text in ("Noise", token.short_id[:-2]):
        assert "Nightly sync" not in olivia.get(LOG, {"q": text}).content.decode(), text


@pytest.mark.parametrize(
    "query",
    [
        {"topic": "nonsense"},
        {"period": "99y"},
        {"actor": "nobody"},
        {"about": "x" * 5000},
        {"q": "%_\\'\";--" * 50},
        {"cursor": "nonsense"},
        {"cursor": "x" * 5000},
        {"q": "é" * 500},
    ],
)
@pytest.mark.postgres
def test_no_address_breaks_it(olivia: Client, query: dict[str, str]) -> None:
    assert olivia.get(LOG, query).status_code == 200


@pytest.mark.postgres
@pytest.mark.parametrize("name", ["q", "actor", "about", "topic", "period", "cursor"])
def test_a_nul_is_a_bad_request(olivia: Client, name: str) -> None:
    assert olivia.get(LOG, {name: "a\x00b"}).status_code == 400


def test_what_people_call_things_is_text(cast: Cast, olivia: Client) -> None:
    factories.token(cast.olivia.actor, name="<script>alert(1)</script>")
    text = olivia.get(LOG).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_the_log_is_only_read(cast: Cast, olivia: Client) -> None:
    assert olivia.post(LOG).status_code == 405
    before = list(Event.objects.values())
    olivia.get(LOG)
    olivia.head(LOG)
    assert list(Event.objects.values()) == before


def _actions(browser: Client, **query: str) -> list[str]:
    return [event.action for event in browser.get(LOG, query).context["page"]]
