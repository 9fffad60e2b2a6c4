"""What the policy switches off is said where tokens are made and listed, and nothing else is named there."""

import re
from typing import Any

import pytest

from accounts.models import ServiceUser
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.pages import FORM, HTMX, LIST, NEW, complaints, held_by_form, secrets_in
from tokens import policy
from tokens.kinds import Kind
from tokens.models import Token
from tokens.rules import KindRules, Rules

PERSONAL, SERVICE, TENANT = "Personal tokens are", "Tokens of service users are", "Tenant tokens are"
SINGLE = "Permissions on single targets are"


@pytest.fixture
def worker(cast: Cast) -> ServiceUser:
    return factories.worker(cast.marc.actor)


def off(page: Any) -> list[str]:
    return re.findall(r"<b>([^<]+) switched off\.</b>", page.content.decode())


def words(page: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


@pytest.mark.parametrize("address", [NEW, LIST])
@pytest.mark.parametrize(
    ("who", "changes", "said"),
    [
        ("marc", {}, []),
        ("marc", {"personal": False}, [PERSONAL]),
        ("marc", {"service": False}, [SERVICE]),
        ("marc", {"tenant": False}, []),
        ("adam", {"tenant": False}, [TENANT]),
        ("adam", {"personal": False, "service": False, "tenant": False}, [PERSONAL, SERVICE, TENANT]),
    ],
)
def test_what_is_off_is_said_to_whom_it_concerns(
    cast: Cast, sign_in: SignIn, address: str, who: str, changes: dict[str, bool], said: list[str]
) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, **changes)
    factories.token(cast.stella.actor)
    assert off(sign_in(cast.people[who].user).get(address)) == said


def test_permissions_on_single_targets_are_missed_by_those_who_could_give_them(cast: Cast, sign_in: SignIn) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, custom=False)
    assert [off(sign_in(cast.people[who].user).get(NEW)) for who in ("olivia", "marc")] == [[SINGLE], []]


def test_a_list_with_tokens_says_it_too(cast: Cast, sign_in: SignIn) -> None:
    factories.token(cast.marc.actor)
    policy.change(cast.acme, by=cast.olivia.actor, personal=False)
    page = sign_in(cast.marc.user).get(LIST)
    assert off(page) == [PERSONAL]
    assert "Refused by policy" in words(page)


def test_an_empty_list_explains_only_what_there_is(cast: Cast, sign_in: SignIn) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, personal=False)
    text = sign_in(cast.olivia.user).get(LIST).content.decode()
    assert re.findall(r"<dt>([^<]+)</dt>", text) == ["Service user", "Tenant", "OAuth 2.0"]
    policy.change(cast.acme, by=cast.olivia.actor, service=False, tenant=False)
    assert "Which kind do I need?" not in sign_in(cast.olivia.user).get(LIST).content.decode()


def test_without_personal_tokens_it_acts_as_a_service_user_alone(
    cast: Cast, sign_in: SignIn, worker: ServiceUser
) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, personal=False)
    marc = sign_in(cast.marc.user)
    page = marc.get(NEW)
    assert "Service user. Acts as a service user. Never has more access than it does." in words(page)
    assert "Acts as you" not in words(page)
    assert "This token will act as a service user and can do nothing yet." in words(page)
    refused = marc.post(NEW, FORM)
    assert (refused.status_code, complaints(refused)) == (422, ["subject"])
    assert "Choose which service user the token acts as." in words(refused)
    assert secrets_in(marc.post(NEW, {**FORM, "key": "k2", "subject": f"service:{worker.pk}"}))


def test_where_a_service_user_is_still_to_be_chosen_its_limits_hold(
    cast: Cast, sign_in: SignIn, worker: ServiceUser
) -> None:
    kinds = {Kind.PERSONAL: KindRules(allowed=False), Kind.SERVICE: KindRules(max_days=7), Kind.TENANT: KindRules()}
    policy.plan(cast.acme, Rules(kinds), on=None, by=cast.olivia.actor)
    page = sign_in(cast.marc.user).get(NEW)
    assert "Acme allows at most 7 days." in words(page)
    assert held_by_form(page)["expires"] == "7d"


def test_without_service_users_nothing_speaks_of_them(cast: Cast, sign_in: SignIn, worker: ServiceUser) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, service=False)
    marc, adam = (sign_in(cast.people[who].user).get(NEW) for who in ("marc", "adam"))
    assert "Personal. Acts as you (Marc Test)." in words(marc)
    assert "Acts as you or somebody else. Never has more access than they do." in words(adam)
    for page in (marc, adam):
        [section] = re.findall(r'id="kind".*?</section>', page.content.decode(), re.DOTALL)
        assert "ervice user" not in section.replace(SERVICE, "")


def test_where_the_tenant_alone_is_left_the_form_opens_with_it(cast: Cast, sign_in: SignIn) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, personal=False)
    olivia = sign_in(cast.olivia.user)
    page = olivia.get(NEW)
    assert page.context["kinds"] == [Kind.TENANT]
    assert "This token will act for Acme and can do nothing yet." in words(page)
    assert secrets_in(olivia.post(NEW, {**held_by_form(page), "name": "Sync", "scope:assets": "read"}))
    assert Token.objects.get().token_kind is Kind.TENANT


def test_whoever_has_nothing_left_is_told_what_would_help(cast: Cast, sign_in: SignIn) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, personal=False)
    page = words(sign_in(cast.marc.user).get(NEW))
    assert "The token policy allows nothing that you may create. A service user may have tokens: create one" in page
    policy.change(cast.acme, by=cast.olivia.actor, service=False)
    page = words(sign_in(cast.marc.user).get(NEW))
    assert "The token policy allows nothing that you may create." in page
    assert "create one" not in page


def test_an_end_is_needed_wherever_the_chosen_kind_needs_one(cast: Cast, sign_in: SignIn) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, never=True)
    olivia = sign_in(cast.olivia.user)
    assert "without an end" not in words(olivia.get(NEW))
    assert "Acme allows at most 1 year." in words(olivia.get(NEW))
    tenant = olivia.post(NEW, {**FORM, "kind": "tenant", "refresh": "scopes"}, headers={**HTMX, "HX-Target": "scopes"})
    assert "Acme allows any end date, or none." in words(tenant)
