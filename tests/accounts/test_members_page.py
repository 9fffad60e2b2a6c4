"""Settings > Members: who sees it, what it offers whom, and what its buttons do."""

import re
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from zeal import zeal_context

from accounts import invitations, memberships, own_roles
from accounts.grants import Grants
from accounts.models import Invitation, Membership, User, listing_of
from accounts.own_roles import NewRole
from audit import clock
from tests import factories
from tests.accounts.invited import MEMBERS, NORA, committed, invite
from tests.cast import Cast, SignIn
from tests.unnamed import unnamed

INVITE = f"{MEMBERS}invite/"
LIST_QUERIES = 8  # session, user, memberships, rows, count, roles, invitations; and one more on the way


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def names(answer: Any) -> list[str]:
    return re.findall(r'<span class="two"><span>([^<]+?)(?: \(you\))?</span>', text(answer))


def emails(answer: Any) -> list[str]:
    return re.findall(r'<th scope="row">(\S+@\S+?)<', text(answer))


def role_page(person: Any) -> str:
    return f"{MEMBERS}{person.membership.pk}/role/"


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    browser = sign_in(cast.olivia.user)
    browser.get(MEMBERS)
    return browser


@pytest.fixture
def adam(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.adam.user)


def looker(cast: Cast, sign_in: SignIn) -> Client:
    """Somebody who may see members and nothing else."""
    [role] = own_roles.create([NewRole("hr", "HR", grants=Grants.parse("members:read"))], by=cast.olivia.actor)
    memberships.change_role(cast.victor.membership, to=role, by=cast.olivia.actor)
    return sign_in(cast.victor.user)


# --- The list -------------------------------------------------------------------------------------


def test_it_lists_who_belongs_here_by_name_and_nobody_else(cast: Cast, olivia: Client) -> None:
    memberships.remove(cast.victor.membership, by=cast.olivia.actor)
    assert names(olivia.get(MEMBERS)) == ["Adam Test", "Marc Test", "Olivia Test"]
    assert "3 members" in text(olivia.get(MEMBERS))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=ARC", ["Marc Test"]),
        ("q=victor@", ["Victor Test"]),
        ("q=zebra", []),
        ("q=%25", []),
        ("q=_", []),
        ("state=suspended", ["Adam Test"]),
        ("state=active&q=test", ["Marc Test", "Olivia Test", "Victor Test"]),
        ("role=nonsense&state=nonsense&cursor=nonsense", ["Adam Test", "Marc Test", "Olivia Test", "Victor Test"]),
    ],
)
def test_it_is_searched_and_filtered(cast: Cast, olivia: Client, asked: str, found: list[str]) -> None:
    memberships.suspend(cast.adam.membership, by=cast.olivia.actor)
    page = olivia.get(f"{MEMBERS}?{asked}")
    assert names(page) == found
    assert found or "No member matches" in text(page)


def test_it_is_filtered_by_role_and_answers_a_fragment(cast: Cast, olivia: Client) -> None:
    developer = cast.marc.membership.role_id
    part = olivia.get(f"{MEMBERS}?role={developer}", headers={"HX-Request": "true", "HX-Target": "member-rows"})
    assert names(part) == ["Marc Test"]
    assert "<html" not in text(part)
    assert "Invitations" not in text(part)


def test_a_name_in_another_case_and_a_changed_one_are_found(cast: Cast, olivia: Client) -> None:
    User.objects.filter(pk=cast.marc.user.pk).update(name="Tomás ÉCLAIR")
    cast.marc.user.refresh_from_db()
    memberships.list_anew(cast.marc.user)
    assert names(olivia.get(MEMBERS, {"q": "éclair"})) == ["Tomás ÉCLAIR"]


def test_pages_follow_each_other_and_cost_the_same_however_many_there_are(cast: Cast, olivia: Client) -> None:
    few = queries(olivia, MEMBERS)
    fill(cast, 110)
    many = queries(olivia, MEMBERS)
    assert len(many) == len(few) <= LIST_QUERIES, many
    seen, cursor = names(olivia.get(MEMBERS)), olivia.get(MEMBERS).context["listing"].page.next
    while cursor:
        page = olivia.get(MEMBERS, {"cursor": cursor})
        seen += names(page)
        cursor = page.context["listing"].page.next
    assert len(seen) == len(set(seen)) == 114
    assert seen == sorted(seen, key=str.casefold)
    assert len(queries(olivia, f"{MEMBERS}invitations/")) <= LIST_QUERIES


def test_counting_stops(cast: Cast, olivia: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.member_list.COUNTED", 3)
    assert "3+ members" in text(olivia.get(MEMBERS))


# --- Who is offered what --------------------------------------------------------------------------


def test_whoever_may_only_look_is_offered_nothing(cast: Cast, sign_in: SignIn) -> None:
    made = invite(cast.olivia.actor)
    browser = looker(cast, sign_in)
    page = text(browser.get(MEMBERS))
    assert NORA in page
    assert not re.search(r"Invite people|Resend|Withdraw|Change role|Actions for", page)
    before = list(Membership.objects.values()), list(Invitation.objects.values())
    for path in (INVITE, role_page(cast.marc), f"{MEMBERS}invitations/{made.pk}/withdraw/"):
        assert [browser.get(path).status_code, browser.post(path).status_code] == [403, 403], path
    for path in (f"{MEMBERS}{cast.marc.membership.pk}/resume/", f"{MEMBERS}invitations/{made.pk}/resend/"):
        assert browser.post(path).status_code == 403, path
    assert (list(Membership.objects.values()), list(Invitation.objects.values())) == before


@pytest.mark.parametrize("path", ["", "invite/", "invitations/"])
def test_whoever_may_not_even_look_is_refused(cast: Cast, sign_in: SignIn, path: str) -> None:
    browser = sign_in(cast.marc.user)
    assert browser.get(f"{MEMBERS}{path}").status_code == 403
    assert MEMBERS not in text(browser.get("/t/acme/settings/developers/tokens/"))


def test_an_admin_is_told_that_owners_are_not_theirs(cast: Cast, adam: Client) -> None:
    made = invite(cast.olivia.actor, role="owner")
    page = text(adam.get(MEMBERS))
    assert page.count("Only an owner can change an owner.") == 1
    assert role_page(cast.olivia) not in page
    assert f"{made.pk}/withdraw/" not in page
    for answer in (adam.get(role_page(cast.olivia)), adam.post(role_page(cast.olivia))):
        assert answer.status_code == 403
        assert "Only an owner can change an owner." in text(answer)
    assert 'value="owner"' not in text(adam.get(INVITE))


@pytest.mark.parametrize("step", ["role/", "resume/"])
def test_a_stranger_is_an_unknown_member(cast: Cast, olivia: Client, step: str) -> None:
    removed = factories.member(factories.UserFactory.create(), cast.acme, "viewer")
    memberships.remove(removed, by=cast.olivia.actor)
    answers = [olivia.post(f"{MEMBERS}{pk}/{step}") for pk in (cast.stella.membership.pk, removed.pk, cast.acme.pk)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({unnamed(answer) for answer in answers}) == 1


@pytest.mark.parametrize("step", ["resend/", "withdraw/"])
def test_a_strangers_invitation_is_an_unknown_one(cast: Cast, olivia: Client, step: str) -> None:
    theirs = invite(cast.stella.actor)
    answers = [olivia.post(f"{MEMBERS}invitations/{pk}/{step}") for pk in (theirs.pk, cast.acme.pk)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({unnamed(answer) for answer in answers}) == 1
    assert NORA not in text(olivia.get(f"{MEMBERS}invitations/"))


# --- What buttons do ------------------------------------------------------------------------------


def test_somebody_is_invited_and_the_list_tells(cast: Cast, olivia: Client) -> None:
    role = cast.marc.membership.role_id
    with committed():
        answer = olivia.post(INVITE, {"email": NORA, "role": role})
    assert answer["Location"] == MEMBERS
    page = olivia.get(MEMBERS)
    assert f"Invitation sent to {NORA}" in text(page)
    assert emails(page) == [NORA]
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("email", "role", "said"),
    [
        ("nora", True, ["email"]),
        ("", False, ["email", "role"]),
        ("nora@acme.test", False, ["role"]),
        ("marc@acme.test", True, ["email"]),
    ],
)
def test_what_is_wrong_is_told_in_place(cast: Cast, olivia: Client, email: str, role: bool, said: list[str]) -> None:
    form = {"email": email, "role": str(cast.marc.membership.role_id) if role else "nonsense"}
    answer = olivia.post(INVITE, form)
    assert answer.status_code == 422
    assert re.findall(r'<p class="error" id="(\w+)-problem"', text(answer)) == said
    assert f'value="{email}"' in text(answer)
    assert not role or f'value="{form["role"]}" checked' in text(answer)
    assert not Invitation.objects.exists()


def test_a_mail_that_did_not_leave_is_not_told_as_sent(
    cast: Cast, olivia: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = invite(cast.olivia.actor)
    made.undelivered = True
    made.save()
    assert "Mail not sent" in text(olivia.get(MEMBERS))

    def does_not_leave(invitation: Invitation, *, by: object) -> None:
        invitation.undelivered = True

    monkeypatch.setattr(invitations, "resend", does_not_leave)
    assert "could not be sent" in text(olivia.post(f"{MEMBERS}invitations/{made.pk}/resend/", follow=True))


def test_one_is_sent_again_and_withdrawn(cast: Cast, olivia: Client) -> None:
    made = invite(cast.olivia.actor)
    here = f"{MEMBERS}invitations/{made.pk}/"
    assert "within the last minute" in text(olivia.post(f"{here}resend/", follow=True))
    Invitation.objects.update(sent_at=made.created_at.replace(year=2020))
    with committed():
        assert f"Invitation sent to {NORA}" in text(olivia.post(f"{here}resend/", follow=True))
    assert len(mail.outbox) == 2
    assert "stops working at once" in text(olivia.get(f"{here}withdraw/"))
    assert Invitation.objects.get().is_open
    page = olivia.post(f"{here}withdraw/", follow=True)
    assert "is withdrawn" in text(page)
    assert emails(page) == []
    Invitation.objects.update(withdrawn_at=None, accepted_at=clock.now())
    assert "has accepted meanwhile" in text(olivia.post(f"{here}withdraw/", follow=True))


def test_a_role_is_changed_and_says_before_what_changes(cast: Cast, olivia: Client) -> None:
    page = text(olivia.get(role_page(cast.marc)))
    assert re.search(r"Nothing → <b>read and change</b>: [^<]*members", page)
    viewer = cast.victor.membership.role_id
    dialog = {"HX-Request": "true", "HX-Target": "dialog"}
    answer = olivia.post(role_page(cast.marc), {"role": viewer}, headers=dialog)
    assert answer["HX-Redirect"] == MEMBERS
    assert "Marc Test is Viewer now" in text(olivia.get(MEMBERS))
    assert Membership.objects.get(pk=cast.marc.membership.pk).role_id == viewer


def test_the_last_owner_is_told_to_make_another_first(cast: Cast, olivia: Client) -> None:
    answer = olivia.post(role_page(cast.olivia), {"role": cast.victor.membership.role_id})
    assert answer.status_code == 422
    assert "This is the last owner. Make somebody else an owner first." in text(answer)


def test_somebody_suspended_is_resumed(cast: Cast, olivia: Client) -> None:
    memberships.suspend(cast.marc.membership, by=cast.olivia.actor)
    assert text(olivia.get(MEMBERS)).count("resume/") == 1
    page = olivia.post(f"{MEMBERS}{cast.marc.membership.pk}/resume/", follow=True)
    assert "Marc Test is active again" in text(page)
    assert "resume/" not in text(page)
    assert olivia.get(f"{MEMBERS}{cast.marc.membership.pk}/resume/").status_code == 405


def test_more_invitations_than_fit_are_a_page_of_their_own(cast: Cast, olivia: Client) -> None:
    for number in range(12):
        invite(cast.olivia.actor, f"n{number}@acme.test")
    page = olivia.get(MEMBERS)
    assert len(emails(page)) == 10
    assert f"{MEMBERS}invitations/" in text(page)
    assert len(emails(olivia.get(f"{MEMBERS}invitations/"))) == 12
    assert emails(olivia.get(f"{MEMBERS}invitations/", {"q": "N11@"})) == ["n11@acme.test"]
    assert "No invitation matches" in text(olivia.get(f"{MEMBERS}invitations/", {"q": "zebra"}))


def fill(cast: Cast, count: int) -> None:
    users = [User(name=f"Extra {n % 7} {n}", email=f"extra{n}@acme.test") for n in range(count)]
    role = cast.victor.membership.role
    User.objects.bulk_create(users)
    Membership.objects.bulk_create(
        Membership(user=user, tenant=cast.acme, role=role, listed_as=listing_of(user)) for user in users
    )


def queries(browser: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured, zeal_context():
        assert browser.get(address).status_code == 200
    return [query["sql"] for query in captured]
