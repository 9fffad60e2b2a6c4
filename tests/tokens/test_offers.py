"""Tokens made for somebody else: no secret until that very person claims it, which they can do once, in time."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from accounts import memberships, roles
from accounts.access import PermissionDenied
from accounts.grants import Grants
from audit import clock
from audit.models import Event
from portal.logs import redact
from tests.api.rest import program
from tests.cast import Cast, SignIn
from tests.factories import PASSWORD
from tests.tokens.offering import LIFE, mailed_path, offer, reread
from tests.tokens.pages import LIST, secrets_in
from tokens import lifecycle, offers, policy
from tokens.drafts import Draft
from tokens.expiry import DAY
from tokens.kinds import Kind
from tokens.models import Offer, Token
from tokens.once import AlreadyIssued
from tokens.secret import assemble, mint
from tokens.verification import Verified, verify


@pytest.fixture
def marc(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.marc.user)


# --- Offering --------------------------------------------------------------------------------------


def test_there_is_no_secret_before_the_claim(cast: Cast, slow: list[str]) -> None:
    token = reread(offer(cast))
    assert (token.status, token.secret_hash, token.secret_tag, token.tag_key_id) == ("pending", "", "", "")
    forged = assemble(settings.TOKEN_BRAND, Kind.PERSONAL, token.pk, mint())
    assert not isinstance(verify(forged.value, address="192.0.2.1"), Verified)
    assert slow == []


def test_its_person_gets_a_mail_with_a_link_of_which_a_hash_is_kept(cast: Cast) -> None:
    token = offer(cast)
    [sent] = mail.outbox
    code = mailed_path().removeprefix("/claim/")
    assert sent.to == ["marc@acme.test"]
    assert "For marc" in str(sent.body)
    assert code not in str(Offer.objects.values().get())
    assert code not in redact(f"GET /claim/{code} next=%2Fclaim%2F{code}")
    assert offers.look(code) == token.offer


def test_the_ledger_tells_who_made_it_for_whom(cast: Cast) -> None:
    event = Event.objects.get(action="token.offered", target_id=str(offer(cast).pk))
    assert (event.actor_label, event.detail["to"]) == ("Adam Test", "Marc Test")


@pytest.mark.parametrize("who", ["marc", "victor", "stella"])
def test_only_who_manages_tokens_makes_them_for_others(cast: Cast, who: str) -> None:
    draft = Draft(kind=Kind.PERSONAL, name="x", grants=Grants.parse("assets:read"), member=cast.adam.membership)
    with pytest.raises((PermissionDenied, ValidationError)):
        offers.make(draft, by=cast.people[who].actor)
    assert not Token.objects.exists()


@pytest.mark.parametrize("who", ["stella", "adam", "gone", "suspended"])
def test_nobody_else_can_be_given_one(cast: Cast, who: str) -> None:
    change = {"gone": memberships.remove, "suspended": memberships.suspend}.get(who)
    if change:
        change(cast.marc.membership, by=cast.olivia.actor)
    with pytest.raises(ValidationError) as refused:
        offer(cast, to=(cast.marc if change else cast.people[who]).membership)
    assert "member" in refused.value.message_dict


def test_what_its_person_cannot_do_is_not_offered_to_them(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="Victor Test has no access"):
        offer(cast, to=cast.victor.membership, scope="assets:write")


def test_nor_what_the_maker_cannot_do(cast: Cast) -> None:
    weak = program(cast.adam.actor, "tokens:write assets:read")
    body = {"name": "x", "scope": "assets:write", "lifetime": "7d", "member_id": str(cast.marc.membership.pk)}
    assert "only give what you have" in weak.post("/tokens", body).json()["errors"][0]["message"]


def test_issue_makes_none_for_others(cast: Cast) -> None:
    draft = Draft(kind=Kind.PERSONAL, name="x", grants=Grants.parse("assets:read"), member=cast.marc.membership)
    with pytest.raises(ValidationError):
        lifecycle.issue(draft, by=cast.adam.actor)


def test_the_same_request_again_makes_no_second_and_sends_no_second_mail(cast: Cast) -> None:
    first = offer(cast, key="k")
    with pytest.raises(AlreadyIssued) as again:
        offer(cast, key="k")
    assert (again.value.token, len(mail.outbox)) == (first, 1)
    with pytest.raises(ValidationError, match="has made a token already"):
        offer(cast, key="k", to=cast.victor.membership)


# --- Claiming --------------------------------------------------------------------------------------


def test_the_mails_link_leads_its_person_to_the_page_and_consumes_nothing(cast: Cast, marc: Client) -> None:
    token = offer(cast)
    path = mailed_path()
    for _ in range(3):
        answer = marc.get(path, follow=True)
        assert answer.redirect_chain == [(f"{LIST}{token.pk}/claim/", 302)]
        assert "Claim and show the secret" in answer.content.decode()
        assert secrets_in(answer) == []
    assert marc.get(path)["Referrer-Policy"] == "no-referrer"
    assert reread(token).status == "pending"


def test_a_scanner_without_a_session_learns_nothing(cast: Cast, client: Client) -> None:
    offer(cast)
    known, unknown = client.get(mailed_path()), client.get("/claim/" + "x" * 43)
    assert known.status_code == unknown.status_code == 302
    assert known["Location"].startswith("/account/sign-in/?next=/claim/")


def test_the_link_is_nothing_to_anybody_else(cast: Cast, sign_in: SignIn) -> None:
    offer(cast)
    for person in (cast.adam, cast.stella):
        browser = sign_in(person.user)
        browser.get("/t/acme/settings/developers/tokens/")
        known, unknown = browser.get(mailed_path()), browser.get("/claim/" + "x" * 43)
        strip = re.compile(rb'content="\w+"|value="\w+"')
        assert known.status_code == unknown.status_code == 410
        assert strip.sub(b"", known.content) == strip.sub(b"", unknown.content)


def test_its_person_claims_it_once_and_it_works_for_the_chosen_time_from_then(cast: Cast, marc: Client) -> None:
    with time_machine.travel(clock.now(), tick=False) as moved:
        token = offer(cast)
        moved.shift(timedelta(days=6))
        marc.post("/account/sign-in/", {"login": "marc@acme.test", "password": PASSWORD})
        page = marc.post(f"{LIST}{token.pk}/claim/", {"password": PASSWORD})
        [secret] = secrets_in(page)
        assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
        assert isinstance(verify(secret, address="192.0.2.1"), Verified)
        claimed = reread(token)
        assert (claimed.status, claimed.created_at) == ("active", clock.now())
        assert claimed.expires_at == LIFE.end(clock.now())
        again = marc.post(f"{LIST}{token.pk}/claim/")
        assert "cannot be shown again" in again.content.decode()
        assert secrets_in(again) == []
    names = ["token.offered", "token.claimed", "token.revealed"]
    assert [event.action for event in Event.objects.about(token.pk).order_by("id")] == names


def test_a_fixed_end_stays_where_it_is(cast: Cast) -> None:
    end = clock.now() + 3 * DAY
    token = offer(cast, expiry="custom", expires_at=end)
    assert (token.claim_until, token.expires_at) == (end, end)
    offers.claim(token, by=cast.marc.actor)
    assert reread(token).expires_at == end


def test_a_stale_sign_in_asks_for_the_password_first(cast: Cast, sign_in: SignIn) -> None:
    with time_machine.travel(clock.now(), tick=False) as moved:
        token = offer(cast)
        marc = sign_in(cast.marc.user)
        moved.shift(timedelta(minutes=11))
        refused = marc.post(f"{LIST}{token.pk}/claim/")
        assert (refused.status_code, reread(token).status) == (422, "pending")
        assert "Enter your password" in refused.content.decode()
        assert secrets_in(marc.post(f"{LIST}{token.pk}/claim/", {"password": PASSWORD}))


def test_nobody_else_claims_or_declines_it(cast: Cast, sign_in: SignIn) -> None:
    token = offer(cast)
    adam = sign_in(cast.adam.user)
    assert adam.post(f"{LIST}{token.pk}/claim/").status_code == 403
    assert adam.post(f"{LIST}{token.pk}/decline/").status_code == 403
    assert adam.get(f"{LIST}{token.pk}/claim/")["Location"] == f"{LIST}{token.pk}/"
    assert sign_in(cast.victor.user).post(f"{LIST}{token.pk}/claim/").status_code == 404
    by_a_token = program(cast.marc.actor, "assets:read").issued.token
    assert reread(token).status == "pending"
    assert by_a_token.status == "active"


@pytest.mark.parametrize("end", ["withdrawn", "lapsed", "revoked", "declined"])
def test_what_is_over_is_not_claimed(cast: Cast, marc: Client, end: str) -> None:
    with time_machine.travel(clock.now(), tick=False) as moved:
        token = offer(cast)
        deeds: dict[str, Any] = {
            "withdrawn": lambda: offers.withdraw(token, by=cast.adam.actor),
            "revoked": lambda: lifecycle.revoke(token, by=cast.adam.actor),
            "declined": lambda: offers.decline(token, by=cast.marc.actor),
            "lapsed": lambda: moved.shift(timedelta(days=7)),
        }
        deeds[end]()
        marc.post("/account/sign-in/", {"login": "marc@acme.test", "password": PASSWORD})
        answer = marc.post(f"{LIST}{token.pk}/claim/", {"password": PASSWORD})
        assert (answer.status_code, secrets_in(answer)) == (422, []), end
        assert reread(token).status == {"declined": "withdrawn"}.get(end, end)
        assert "never had a secret" in marc.get(f"{LIST}{token.pk}/").content.decode() or end == "revoked"


def test_who_can_no_longer_do_what_it_carries_does_not_get_it(cast: Cast) -> None:
    token = offer(cast, scope="assets:write")
    memberships.change_role(cast.marc.membership, to=roles.built_in("viewer"), by=cast.olivia.actor)
    with pytest.raises(ValidationError, match="cannot do all of this"):
        offers.claim(token, by=cast.marc.actor)
    assert reread(token).status == "pending"


def test_a_policy_that_became_stricter_binds_at_the_claim(cast: Cast) -> None:
    token, other = offer(cast), offer(cast)
    policy.change(cast.acme, by=cast.olivia.actor, max_days=30)
    claimed = offers.claim(reread(token), by=cast.marc.actor).token
    assert claimed.expires_at == claimed.created_at + timedelta(days=30)
    policy.change(cast.acme, by=cast.olivia.actor, personal=False)
    with pytest.raises(ValidationError, match="does not allow personal tokens"):
        offers.claim(reread(other), by=cast.marc.actor)
