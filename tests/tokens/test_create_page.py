"""The form that makes a token: what it offers to whom, presets, summary, and starting from another token."""

import pytest
from django.test import Client

from accounts import memberships, roles
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.pages import FORM, HTMX, NEW, held_by_form, secrets_in
from tokens import policy
from tokens.kinds import Kind
from tokens.models import Token


@pytest.fixture
def marc(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.marc.user)


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.olivia.user)


def test_a_new_form_has_sensible_answers_and_a_fresh_key(marc: Client) -> None:
    one, other = held_by_form(marc.get(NEW)), held_by_form(marc.get(NEW))
    assert (one["kind"], one["expires"], one["name"]) == ("personal", "90d", "")
    assert not [name for name, value in one.items() if name.startswith(("scope:", "extra:")) and value != "none"]
    assert one["key"] != other["key"]
    assert len(one["key"]) == 32


def test_a_shorter_policy_changes_the_suggestion(cast: Cast, marc: Client) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, max_days=30)
    assert held_by_form(marc.get(NEW))["expires"] == "30d"
    policy.change(cast.acme, by=cast.olivia.actor, max_days=5)
    assert held_by_form(marc.get(NEW))["expires"] == "custom"


@pytest.mark.parametrize(("name", "kinds"), [("olivia", 2), ("adam", 2), ("marc", 1), ("victor", 1)])
def test_only_who_may_make_tenant_tokens_is_offered_them(cast: Cast, sign_in: SignIn, name: str, kinds: int) -> None:
    page = sign_in(cast.people[name].user).get(NEW)
    assert len(page.context["kinds"]) == kinds
    assert ('value="tenant"' in page.content.decode()) is (kinds == 2)


def test_a_viewer_cannot_choose_to_write(cast: Cast, sign_in: SignIn) -> None:
    victor = sign_in(cast.victor.user)
    text = victor.get(NEW).content.decode()
    assert 'name="scope:assets" value="write" disabled' in " ".join(text.split())
    refused = victor.post(NEW, {**FORM, "scope:assets": "write"})
    assert refused.status_code == 422
    assert "You can only give what you have yourself" in refused.content.decode()
    assert not Token.objects.exists()


@pytest.mark.parametrize("name", ["marc", "victor"])
def test_who_may_not_make_a_tenant_token_is_refused(cast: Cast, sign_in: SignIn, name: str) -> None:
    assert sign_in(cast.people[name].user).post(NEW, {**FORM, "kind": "tenant"}).status_code == 403
    assert not Token.objects.exists()


def test_where_policy_forbids_every_kind_the_form_says_so(cast: Cast, marc: Client) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, personal=False)
    assert "No token can be created here" in marc.get(NEW).content.decode()
    assert marc.post(NEW, FORM).status_code == 422


# --- Presets and summary --------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, {**HTMX, "HX-Target": "scopes"}])
def test_a_preset_adds_to_what_is_chosen_and_makes_nothing(marc: Client, headers: dict[str, str]) -> None:
    page = marc.post(NEW, {**FORM, "scope:webhooks": "write", "preset": "basic:write"}, headers=headers)
    held = held_by_form(page)
    assert page.status_code == 200
    assert {held[f"scope:{name}"] for name in ("projects", "libraries", "assets", "metadata")} == {"write"}
    assert held["scope:webhooks"] == "write"
    assert not Token.objects.exists()
    assert not secrets_in(page)


def test_a_preset_keeps_what_was_typed(marc: Client) -> None:
    typed = {**FORM, "description": "Two\nlines", "until": "2027-02-19", "networks": "10.0.0.0/8"}
    held = held_by_form(marc.post(NEW, {**typed, "preset": "basic:read"}))
    assert {name: held[name] for name in typed} == typed


def test_clear_takes_every_scope_away(marc: Client) -> None:
    held = held_by_form(marc.post(NEW, {**FORM, "extra:updates:run": "on", "preset": "clear"}))
    assert held["scope:assets"] == "none"
    assert "extra:updates:run" not in held


def test_a_preset_gives_nobody_more_than_they_have(cast: Cast, sign_in: SignIn) -> None:
    held = held_by_form(sign_in(cast.victor.user).post(NEW, {**FORM, "preset": "basic:write"}))
    assert {held[f"scope:{name}"] for name in ("projects", "libraries", "assets", "metadata")} == {"read"}


def test_a_preset_that_does_not_exist_clears(marc: Client) -> None:
    assert held_by_form(marc.post(NEW, {**FORM, "preset": "nonsense"}))["scope:assets"] == "none"


def test_the_summary_says_what_would_be_granted_and_makes_nothing(marc: Client) -> None:
    page = marc.post(f"{NEW}summary/", {**FORM, "scope:assets": "write"}, headers=HTMX)
    text = page.content.decode()
    assert page.status_code == 200
    assert "<html" not in text
    for part in ("Nightly sync", "Marc Test", "Read and change", "assets, including deleting them"):
        assert part in text, part
    assert not Token.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"scope:<b>": "x"},
        {"scope:assets": "everything"},
        {"expires": "custom", "until": "never"},
        {"kind": "nonsense", "expires": "nonsense"},
        {f"scope:r{number}": "read" for number in range(600)},
    ],
)
def test_the_summary_bears_anything(marc: Client, typed: dict[str, str]) -> None:
    assert marc.post(f"{NEW}summary/", typed).status_code == 200


def test_the_summary_is_only_posted(marc: Client) -> None:
    assert marc.get(f"{NEW}summary/").status_code == 405


def test_a_second_token_of_the_same_name_is_warned_of(cast: Cast, marc: Client) -> None:
    factories.token(cast.marc.actor, name="nightly SYNC")
    factories.token(cast.olivia.actor, name="Elsewhere")
    assert "already has a token called" in marc.post(f"{NEW}summary/", FORM).content.decode()
    assert "already has" not in marc.post(f"{NEW}summary/", {**FORM, "name": "Elsewhere"}).content.decode()


# --- Like another ---------------------------------------------------------------------------------


def test_create_one_like_this_repeats_everything_but_the_key(cast: Cast, olivia: Client) -> None:
    like = factories.token(
        cast.olivia.actor, "assets:write updates:run", kind=Kind.TENANT, name="Sync", networks="10.0.0.0/8"
    ).token
    held = held_by_form(olivia.get(NEW, {"like": str(like.pk)}))
    assert (held["kind"], held["name"], held["networks"]) == ("tenant", "Sync", "10.0.0.0/8")
    assert (held["scope:assets"], held["extra:updates:run"]) == ("write", "on")
    assert held["key"]


def test_like_another_gives_only_what_one_still_has(cast: Cast, marc: Client) -> None:
    like = factories.token(cast.marc.actor, "assets:write devices:restart").token
    memberships.change_role(cast.marc.membership, to=roles.built_in("viewer"), by=cast.olivia.actor)
    held = held_by_form(marc.get(NEW, {"like": str(like.pk)}))
    assert held["scope:assets"] == "read"
    assert "extra:devices:restart" not in held


@pytest.mark.parametrize("whose", ["stella", "olivia"])
def test_like_a_token_that_one_may_not_see_is_not_found(cast: Cast, marc: Client, whose: str) -> None:
    foreign = factories.token(cast.people[whose].actor).token
    assert marc.get(NEW, {"like": str(foreign.pk)}).status_code == 404


def test_like_nonsense_is_an_empty_form(marc: Client) -> None:
    assert held_by_form(marc.get(NEW, {"like": "nonsense"}))["name"] == ""
