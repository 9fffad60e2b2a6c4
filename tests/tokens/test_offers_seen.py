"""Tokens made for somebody else, as both sides see and end them: on pages, in the form, and through the API."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from accounts import memberships
from audit import clock
from audit.models import Event
from tests.api.rest import fields, program
from tests.cast import Cast, SignIn
from tests.tokens.offering import mailed_path, offer, reread, sent_long_ago
from tests.tokens.pages import FORM, HTMX, LIST, NEW, complaints, secrets_in
from tokens import offers
from tokens.models import Token


@pytest.fixture
def marc(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.marc.user)


# --- Both sides see it, and can end it -------------------------------------------------------------


def test_it_is_told_on_the_list_of_its_person_and_of_the_admin(cast: Cast, marc: Client, sign_in: SignIn) -> None:
    token = offer(cast)
    assert "A token is waiting for you" in marc.get(LIST).content.decode()
    assert "Claim…" in marc.get(LIST, {"subject": "me", "status": "pending"}).content.decode()
    adam = sign_in(cast.adam.user)
    page = adam.get(LIST).content.decode()
    assert "waiting for you" not in page
    assert "Withdraw…" in page
    assert "Waiting for Marc Test" in adam.get(f"{LIST}{token.pk}/").content.decode()


def test_an_admin_withdraws_it(cast: Cast, sign_in: SignIn) -> None:
    token = offer(cast)
    adam = sign_in(cast.adam.user)
    assert "Withdraw “For marc”?" in adam.get(f"{LIST}{token.pk}/withdraw/").content.decode()
    adam.post(f"{LIST}{token.pk}/withdraw/")
    assert reread(token).status == "withdrawn"
    assert not offers.withdraw(token, by=cast.adam.actor)
    assert Event.objects.filter(action="token.offer_withdrawn").count() == 1


def test_its_person_declines_it(cast: Cast, marc: Client, sign_in: SignIn) -> None:
    token = offer(cast)
    adam = sign_in(cast.adam.user)
    assert f"{LIST}{token.pk}/decline/" in marc.get(f"{LIST}{token.pk}/claim/").content.decode()
    assert "You can never claim it after that" in marc.get(f"{LIST}{token.pk}/decline/").content.decode()
    assert adam.get(f"{LIST}{token.pk}/decline/").status_code == 302
    assert reread(token).is_pending
    marc.post(f"{LIST}{token.pk}/decline/")
    assert "Marc Test declined it" in adam.get(f"{LIST}{token.pk}/").content.decode()


def test_a_new_link_replaces_the_old_one_and_starts_the_seven_days_anew(cast: Cast, sign_in: SignIn) -> None:
    with time_machine.travel(clock.now(), tick=False) as moved:
        token = offer(cast)
        old = mailed_path()
        moved.shift(timedelta(days=6))
        sign_in(cast.adam.user).post(f"{LIST}{token.pk}/renew/")
        marc = sign_in(cast.marc.user)
        assert (marc.get(old).status_code, marc.get(mailed_path()).status_code) == (410, 302)
        assert reread(token).claim_until == clock.now() + timedelta(days=7)
        moved.shift(timedelta(days=7))
        with pytest.raises(ValidationError):
            offers.renew(reread(token), by=cast.adam.actor)


# --- Through the API -------------------------------------------------------------------------------


def test_a_program_makes_one_without_ever_seeing_a_secret(cast: Cast) -> None:
    strong = program(cast.adam.actor, "tokens:write assets:read")
    body = {"name": "x", "scope": "assets:read", "lifetime": "7d", "member_id": str(cast.marc.membership.pk)}
    made = strong.post("/tokens", body, idempotency_key="k")
    told = made.json()
    assert (made.status_code, told["status"], told["secret"]) == (201, "pending", None)
    assert told["subject"]["name"] == "Marc Test"
    assert strong.post("/tokens", body, idempotency_key="k").status_code == 200
    assert [one["id"] for one in strong.get("/tokens?status=pending").json()["items"]] == [told["id"]]
    assert told["delivered"] is True
    sent_long_ago()
    again = strong.post(f"/tokens/{told['id']}/renew").json()
    assert (again["status"], again["delivered"], len(mail.outbox)) == ("pending", True, 2)
    sent_long_ago()
    assert strong.post(f"/tokens/{told['id']}/withdraw").json()["status"] == "withdrawn"
    assert strong.post(f"/tokens/{told['id']}/renew").status_code == 422


def test_a_program_makes_none_for_whom_the_page_would_not(cast: Cast) -> None:
    strong = program(cast.adam.actor, "tokens:write assets:read")
    body = {"name": "x", "scope": "assets:read", "lifetime": "7d"}
    unknown = strong.post("/tokens", {**body, "member_id": "01920000-0000-7000-8000-000000000000"})
    assert fields(unknown) == {"member_id"}
    foreign = strong.post("/tokens", {**body, "member_id": str(cast.stella.membership.pk)})
    assert foreign.json()["errors"] == unknown.json()["errors"]
    assert fields(strong.post("/tokens", {**body, "kind": "tenant", "member_id": str(cast.marc.membership.pk)}))
    assert not Token.objects.exclude(pk=strong.issued.token.pk).exists()


# --- In the form -----------------------------------------------------------------------------------


@pytest.fixture
def adam(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.adam.user)


def for_marc(cast: Cast) -> dict[str, str]:
    return {**FORM, "subject": f"member:{cast.marc.membership.pk}"}


def test_the_form_lists_people_for_an_admin_alone(cast: Cast, adam: Client, marc: Client) -> None:
    assert "Victor Test, victor@acme.test" in adam.get(NEW).content.decode()
    assert "Adam Test, adam" not in adam.get(NEW).content.decode()
    assert "Victor Test" not in marc.get(NEW).content.decode()


def test_the_form_makes_it_and_shows_no_secret(cast: Cast, adam: Client) -> None:
    made = adam.post(NEW, for_marc(cast), follow=True)
    token = reread(Token.objects.get())
    assert made.redirect_chain == [(f"{LIST}{token.pk}/", 302)]
    assert "Waiting for Marc Test" in made.content.decode()
    assert (token.membership, secrets_in(made)) == (cast.marc.membership, [])
    again = adam.post(NEW, for_marc(cast), headers=HTMX)
    assert (again["HX-Redirect"], Token.objects.count()) == (f"{LIST}{token.pk}/", 1)


def test_the_slip_says_who_will_see_the_secret(cast: Cast, adam: Client) -> None:
    text = adam.post(f"{NEW}summary/", for_marc(cast)).content.decode()
    assert "will act as <b>Marc Test</b>" in text
    assert "Marc Test gets a link by email" in text


def test_what_the_person_cannot_do_cannot_be_ticked_for_them(cast: Cast, adam: Client) -> None:
    body = {**FORM, "subject": f"member:{cast.victor.membership.pk}", "scope:assets": "write"}
    assert complaints(adam.post(NEW, body)) == ["scopes"]


@pytest.mark.parametrize("who", ["stella", "adam", "gone"])
def test_nobody_else_can_be_chosen(cast: Cast, adam: Client, who: str) -> None:
    if who == "gone":
        memberships.remove(cast.marc.membership, by=cast.olivia.actor)
    member = (cast.marc if who == "gone" else cast.people[who]).membership
    assert complaints(adam.post(NEW, {**FORM, "subject": f"member:{member.pk}"})) == ["subject"]
    assert not Token.objects.exists()


def test_a_developer_cannot_name_another_person(cast: Cast, marc: Client) -> None:
    body = {**FORM, "subject": f"member:{cast.victor.membership.pk}"}
    assert complaints(marc.post(NEW, body)) == ["subject"]
