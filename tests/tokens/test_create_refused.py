"""Every way to fill the form wrongly: 422, a sentence beside the field, and nothing typed is lost."""

from datetime import timedelta

import pytest
from django.test import Client

from audit import clock
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.jwts import exchanged
from tests.tokens.pages import FORM, HTMX, NEW, complaints, held_by_form, secrets_in
from tokens import policy
from tokens.models import Token

TYPED = {
    **FORM,
    "description": "Runs at 02:00\nAsk the data team & others",
    "scope:projects": "write",
    "scope:shared/inboxes": "read",
    "extra:updates:run": "on",
    "until": "2027-02-19",
    "networks": "10.0.0.0/8",
}
WRONG = {
    "no name": ({"name": ""}, ["name"]),
    "only spaces": ({"name": "   "}, ["name"]),
    "long name": ({"name": "N" * 101}, ["name"]),
    "unprintable name": ({"name": "a\x07b"}, ["name"]),
    "long description": ({"description": "d" * 501}, ["description"]),
    "no end": ({"expires": ""}, ["expires"]),
    "unknown end": ({"expires": "9y"}, ["expires"]),
    "custom without date": ({"expires": "custom", "until": ""}, ["expires"]),
    "custom nonsense": ({"expires": "custom", "until": "19.2.2027"}, ["expires"]),
    "custom impossible": ({"expires": "custom", "until": "2027-02-30"}, ["expires"]),
    "custom past": ({"expires": "custom", "until": "2001-01-01"}, ["expires"]),
    "custom too late": ({"expires": "custom", "until": "2199-01-01"}, ["expires"]),
    "never": ({"expires": "never"}, ["expires"]),
    "networks": ({"networks": "10.0.0.1/8"}, ["networks"]),
    "unknown kind": ({"kind": "robot"}, ["kind"]),
    "several": ({"name": "", "expires": "", "networks": "x"}, ["name", "expires", "networks"]),
}


@pytest.fixture
def marc(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.marc.user)


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_what_is_wrong_is_said_beside_its_field_and_everything_stays(
    marc: Client, case: str, headers: dict[str, str]
) -> None:
    wrong, fields = WRONG[case]
    typed = {**TYPED, **wrong}
    page = marc.post(NEW, typed, headers=headers)
    assert page.status_code == 422
    assert sorted(complaints(page)) == sorted(fields)
    held = held_by_form(page)
    kept = {name: text for name, text in typed.items() if name not in {"kind", "expires"}}
    assert {name: held[name] for name in kept} == kept
    assert not Token.objects.exists()
    assert not secrets_in(page)


def test_a_chosen_end_stays_chosen_when_something_else_is_wrong(marc: Client) -> None:
    for choice in ("7d", "1y", "custom"):
        held = held_by_form(marc.post(NEW, {**TYPED, "name": "", "expires": choice}))
        assert held["expires"] == choice


@pytest.mark.parametrize(
    "scopes",
    [
        {},
        {"scope:assets": "none"},
        {"scope:assets": "everything"},
        {"scope:nothing": "read"},
        {"scope:": "read"},
        {"extra:": "on"},
        {"extra:assets:write@project=1 policy:write": "on"},
        {"scope:inboxes": "read"},
    ],
)
def test_scopes_that_are_none_are_refused(marc: Client, scopes: dict[str, str]) -> None:
    typed = {name: text for name, text in FORM.items() if not name.startswith("scope:")}
    page = marc.post(NEW, {**typed, **scopes})
    assert page.status_code == 422
    assert complaints(page) == ["scopes"]


def test_an_htmx_refusal_is_the_form_alone(marc: Client) -> None:
    page = marc.post(NEW, {**FORM, "name": ""}, headers=HTMX)
    text = page.content.decode()
    assert "<html" not in text
    assert 'id="token-form"' in text
    assert "HX-Retarget" not in page


def test_the_summary_on_top_leads_to_each_field(marc: Client) -> None:
    text = marc.post(NEW, {**FORM, "name": "", "networks": "x"}).content.decode()
    assert 'role="alert"' in text
    assert 'href="#name"' in text
    assert 'href="#networks"' in text
    assert "Fix 2 things" in text


def test_what_was_typed_is_text_and_never_markup(marc: Client) -> None:
    evil = '"><script>alert(1)</script>'
    text = marc.post(NEW, {**FORM, "name": "", "description": evil, "networks": evil, "key": evil}).content.decode()
    assert "<script>alert" not in text


def test_a_policys_limit_is_said_with_its_date(cast: Cast, marc: Client) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, max_days=30)
    with clock.at(clock.now()):
        page = marc.post(NEW, {**FORM, "expires": "90d"})
        latest = clock.now() + timedelta(days=30)
    assert page.status_code == 422
    assert f"on or before {latest:%-d %b %Y}" in page.content.decode()


def test_a_token_pasted_into_a_field_is_refused_and_noted_as_leaked(cast: Cast, marc: Client) -> None:
    issued = factories.token(cast.marc.actor)
    page = marc.post(NEW, {**FORM, "description": f"old one: {issued.secret.value}"})
    assert page.status_code == 422
    assert complaints(page) == ["description"]
    assert Token.objects.count() == 1
    assert Event.objects.filter(action=Action.TOKEN_LEAKED).about(issued.token.pk).count() == 1


def test_so_is_a_jwt_that_was_made_of_one(cast: Cast, marc: Client) -> None:
    issued = factories.token(cast.marc.actor)
    page = marc.post(NEW, {**FORM, "description": f"old one: {exchanged(issued).jwt.value}"})
    assert complaints(page) == ["description"]
    assert Token.objects.count() == 1
    assert Event.objects.filter(action=Action.TOKEN_LEAKED).about(issued.token.pk).count() == 1


def test_the_same_key_with_something_else_is_refused_in_place(marc: Client) -> None:
    assert marc.post(NEW, FORM).status_code == 200
    page = marc.post(NEW, {**FORM, "name": "Other"})
    assert page.status_code == 422
    assert "has made a token already" in page.content.decode()
    assert Token.objects.count() == 1
