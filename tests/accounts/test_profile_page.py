"""One's own account: name, time zone, another e-mail address, and where one is signed in."""

import re
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts import email_change, memberships
from accounts.models import Session, User
from audit import clock
from audit.models import Event
from tests import factories
from tests.cast import ORIGIN, Cast, SignIn

PROFILE = "/account/profile/"
EMAIL = f"{PROFILE}email/"
LIST = "/t/acme/settings/developers/tokens/"
NEW = "marcel@elsewhere.test"


@pytest.fixture
def marc(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.marc.user)


def ask(browser: Client, email: str = NEW) -> str:
    """The path of the link that was sent."""
    assert browser.post(EMAIL, {"email": email}).status_code == 302
    [link] = re.findall(r"http://testserver(/account/email/\S+)", str(mail.outbox[-1].body))
    return str(link)


def renewed(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_a_new_name_is_everywhere_and_in_each_tenants_ledger(cast: Cast, marc: Client) -> None:
    factories.member(cast.marc.user, cast.globex, "viewer")
    assert marc.post(PROFILE, {"name": "  Marcel   Test ", "time_zone": "UTC"}).status_code == 302
    assert renewed(cast.marc.user).name == "Marcel Test"
    assert {one.tenant_id for one in Event.objects.filter(action="user.profile_changed")} == {
        cast.acme.pk,
        cast.globex.pk,
    }
    assert len(memberships.matching("marcel", by=cast.stella.actor)) == 1


@pytest.mark.parametrize("form", [{"name": "", "time_zone": "UTC"}, {"name": "x" * 101, "time_zone": "UTC"}])
def test_a_wrong_name_is_told_and_what_was_typed_is_kept(cast: Cast, marc: Client, form: dict[str, str]) -> None:
    answer = marc.post(PROFILE, form)
    assert answer.status_code == 422
    assert f'value="{form["name"]}"' in answer.content.decode()
    assert renewed(cast.marc.user).name == "Marc Test"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "posix/UTC"])
def test_a_zone_that_there_is_not_is_refused(cast: Cast, marc: Client, zone: str) -> None:
    assert marc.post(PROFILE, {"name": "Marc", "time_zone": zone}).status_code == 422
    assert renewed(cast.marc.user).time_zone == "UTC"


def test_dates_are_in_ones_own_zone_with_the_exact_moment_on_hover(cast: Cast, marc: Client, sign_in: SignIn) -> None:
    made = factories.token(cast.marc.actor, at=datetime.fromisoformat("2026-11-21T23:30:00Z"), lives=timedelta(days=9))
    marc.post(PROFILE, {"name": "Marc Test", "time_zone": "Asia/Tokyo"})
    page = marc.get(f"{LIST}{made.token.pk}/").content.decode()
    assert 'title="30 Nov 2026, 23:30:00 UTC">1 Dec 2026</time>' in page
    theirs = sign_in(cast.olivia.user).get(f"{LIST}{made.token.pk}/").content.decode()
    assert 'title="30 Nov 2026, 23:30:00 UTC">30 Nov 2026</time>' in theirs


def test_the_audit_log_says_in_which_zone_its_days_are(cast: Cast, sign_in: SignIn) -> None:
    olivia = sign_in(cast.olivia.user)
    olivia.post(PROFILE, {"name": "Olivia Test", "time_zone": "Asia/Tokyo"})
    assert "Times are Asia/Tokyo" in olivia.get("/t/acme/settings/audit-log/").content.decode()


def test_another_address_counts_once_its_link_is_pressed(cast: Cast, marc: Client) -> None:
    link = ask(marc)
    assert [one.to for one in mail.outbox] == [["marc@acme.test"], [NEW]]
    assert "marc@acme.test" not in mail.outbox[1].body
    assert NEW in marc.get(PROFILE).content.decode()
    elsewhere = Client()
    assert elsewhere.get(link).status_code == 200
    assert renewed(cast.marc.user).email == "marc@acme.test"
    assert elsewhere.post(link).status_code == 200
    assert renewed(cast.marc.user).email == NEW
    assert mail.outbox[-1].to == ["marc@acme.test"]
    assert elsewhere.get(link).status_code == elsewhere.post(link).status_code == 410
    assert len(memberships.matching(NEW, by=cast.olivia.actor)) == 1
    assert Event.objects.filter(action="user.email_changed").count() == 1


def test_a_link_dies_with_time_with_the_next_one_and_with_its_account(cast: Cast, marc: Client) -> None:
    first = ask(marc)
    second = ask(marc, "other@elsewhere.test")
    assert marc.post(first).status_code == 410
    with clock.at(clock.now() + email_change.LIFETIME):
        assert marc.post(second).status_code == 410
    User.objects.filter(pk=cast.marc.user.pk).update(is_active=False)
    assert Client().post(second).status_code == 410
    assert renewed(cast.marc.user).email == "marc@acme.test"


def test_an_address_that_somebody_took_meanwhile_is_told_to_who_reads_its_mail(cast: Cast, marc: Client) -> None:
    link = ask(marc, cast.stella.user.email.upper())
    answer = marc.post(link)
    assert answer.status_code == 409
    assert "Somebody else here has this address" in answer.content.decode()
    assert renewed(cast.marc.user).email == "marc@acme.test"


@pytest.mark.parametrize("email", ["", "nonsense", "a" * 250 + "@x.test", "MARC@acme.test"])
def test_an_address_that_is_none_is_refused(marc: Client, email: str) -> None:
    assert marc.post(EMAIL, {"email": email}).status_code == 422
    assert not mail.outbox


def test_an_old_sign_in_must_prove_itself_first(cast: Cast, marc: Client) -> None:
    session = marc.session
    session["account_authentication_methods"] = []
    session.save()
    answer = marc.post(EMAIL, {"email": NEW})
    assert answer.status_code == 422
    assert "Enter your password" in answer.content.decode()
    assert NEW in answer.content.decode()
    assert marc.post(EMAIL, {"email": NEW, "password": factories.PASSWORD}).status_code == 302


def test_whom_the_vendor_hands_over_changes_the_zone_alone(cast: Cast, marc: Client) -> None:
    user = cast.marc.user
    user.external_id = "ext-1"
    user.save()
    session_kept = marc.session
    User.objects.filter(pk=user.pk).update(password="!unusable")
    user.refresh_from_db()
    session_kept["_auth_user_hash"] = user.get_session_auth_hash()
    session_kept.save()
    page = marc.get(PROFILE).content.decode()
    assert "You come from another product." in page
    assert 'name="name"' not in page
    marc.post(PROFILE, {"name": "Other", "time_zone": "Asia/Tokyo"})
    assert (renewed(user).name, renewed(user).time_zone) == ("Marc Test", "Asia/Tokyo")
    assert marc.post(EMAIL, {"email": NEW}).status_code == 200
    assert not mail.outbox


def test_ones_sessions_are_listed_and_ended(cast: Cast, marc: Client, sign_in: SignIn) -> None:
    phone = sign_in(cast.marc.user)
    phone.get(LIST, headers={"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1"})
    page = marc.get(PROFILE).content.decode()
    assert "Safari on iPhone" in page
    assert page.count("This session") == 1
    key = phone.session.session_key
    assert key
    [other] = re.findall(r"/account/profile/sessions/([0-9a-f-]{36})/end/", page)
    assert marc.post(f"{PROFILE}sessions/{other}/end/").status_code == 302
    assert phone.get(LIST).status_code == 302
    assert marc.get(LIST).status_code == 200
    assert marc.post(f"{PROFILE}sessions/{other}/end/").status_code == 404
    assert key not in page


def test_all_others_are_ended_at_once_and_a_strangers_never(cast: Cast, marc: Client, sign_in: SignIn) -> None:
    phone, stella = sign_in(cast.marc.user), sign_in(cast.stella.user)
    phone.get(LIST)
    stella.get(PROFILE)
    marc.get(PROFILE)
    hers = Session.objects.get(user=cast.stella.user).public_id
    assert marc.post(f"{PROFILE}sessions/{hers}/end/").status_code == 404
    assert marc.post(f"{PROFILE}sessions/end-others/").status_code == 302
    assert phone.get(LIST).status_code == 302
    assert marc.get(LIST).status_code == stella.get(PROFILE).status_code == 200
    assert Event.objects.filter(action="session.ended").count() == 1


def test_looking_around_does_not_write_the_session_each_time(cast: Cast, marc: Client) -> None:
    marc.get(LIST)
    before = Session.objects.values().get(user=cast.marc.user)
    marc.get(PROFILE)
    assert Session.objects.values().get(user=cast.marc.user) == before


def test_a_new_password_ends_every_other_session(cast: Cast, marc: Client, sign_in: SignIn) -> None:
    sign_in(cast.marc.user).get(LIST)
    marc.get(LIST)
    new = "an-even-longer-password"
    form = {"oldpassword": factories.PASSWORD, "password1": new, "password2": new}
    assert marc.post("/account/password/", form).status_code == 302
    assert marc.get(LIST).status_code == 200
    assert Session.objects.of(cast.marc.user.pk).count() == 1


def test_ones_tokens_of_every_tenant_are_in_one_list(cast: Cast, marc: Client) -> None:
    there = factories.member(cast.marc.user, cast.globex, "viewer")
    factories.token(cast.marc.actor, name="Here")
    factories.token(type(cast.marc)(cast.marc.user, there).actor, name="There")
    factories.token(cast.olivia.actor, name="Not mine")
    page = marc.get("/account/tokens/").content.decode()
    assert "/t/globex/" in page and "There" in page and "Here" in page
    assert "Not mine" not in page
    memberships.remove(there, by=cast.stella.actor)
    assert "There" not in marc.get("/account/tokens/").content.decode()


def test_a_confirmation_has_one_winner(cast: Cast) -> None:
    email_change.ask(NEW, by=cast.marc.actor)
    [code] = re.findall(r"/account/email/(\S+)/", str(mail.outbox[-1].body))
    assert [email_change.confirm(code, ORIGIN) is not None for _ in range(2)] == [True, False]
