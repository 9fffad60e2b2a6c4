"""Invitations: who may send them to whom, what they are kept as, and how often they are mailed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction

from accounts import invitations, memberships, own_roles, roles
from accounts.access import PermissionDenied
from accounts.grants import Grants
from accounts.invitations import LIFETIME, MAILS_PER_WINDOW, SentTooOften
from accounts.models import Invitation, InvitationStatus, Membership, Role, User
from accounts.own_roles import NewRole
from audit import clock
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.accounts.invited import NORA, committed, invite, link
from tests.cast import Cast

MINUTES = timedelta(minutes=2)


def sent_long_ago() -> None:
    Invitation.objects.update(sent_at=clock.now() - MINUTES)


# --- Sent -----------------------------------------------------------------------------------------


def test_a_link_goes_out_by_mail_and_a_hash_alone_is_kept(cast: Cast) -> None:
    made = invite(cast.olivia.actor, " Nora@ACME.test ")
    [message] = mail.outbox
    assert (message.to, message.subject) == ([NORA], "[Token Portal] Olivia Test invites you to Acme")
    code = link().split("/")[2]
    assert re.fullmatch(r"[\w-]{43}", code)
    rows = [row for model in apps.get_models() for row in model._default_manager.values()]
    assert code not in f"{rows} {made!r}"
    assert (made.email, made.status, made.expires_at - made.created_at) == (NORA, InvitationStatus.OPEN, LIFETIME)
    event = Event.objects.get(action=Action.MEMBER_INVITED)
    assert (event.tenant_id, event.actor_label, event.target_label) == (cast.acme.pk, "Olivia Test", NORA)
    assert event.detail == {"role": "developer"}


def test_nothing_is_mailed_for_what_was_rolled_back(cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError), committed(), transaction.atomic():
        invitations.invite(NORA, role=roles.built_in("viewer"), by=cast.olivia.actor)
        1 / 0  # noqa: B018
    assert not mail.outbox
    assert not Invitation.objects.exists()


def test_a_mail_that_does_not_leave_is_written_on_the_invitation(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", fail)
        made = invite(cast.olivia.actor)
    assert made.undelivered
    assert Invitation.objects.get().undelivered
    with committed():
        invitations.resend(made, by=cast.olivia.actor)  # at once: nothing has reached anybody
    assert (len(mail.outbox), Invitation.objects.get().undelivered) == (1, False)


def test_names_make_no_line_of_their_own_in_a_mail(cast: Cast) -> None:
    User.objects.filter(pk=cast.olivia.user.pk).update(name="Olivia\nBcc: everybody@acme.test\n\nPay here")
    invite(cast.olivia.actor)
    assert mail.outbox[0].subject.endswith("Olivia Bcc: everybody@acme.test Pay here invites you to Acme")


# --- Who, whom, as what ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "role", "allowed"),
    [
        ("olivia", "owner", True),
        ("olivia", "viewer", True),
        ("adam", "admin", True),
        ("adam", "owner", False),
        ("marc", "viewer", False),
        ("victor", "viewer", False),
    ],
)
def test_who_may_invite_as_what(cast: Cast, who: str, role: str, allowed: bool) -> None:
    if not allowed:
        with pytest.raises(PermissionDenied):
            invite(cast.people[who].actor, role=role)
    else:
        invite(cast.people[who].actor, role=role)
    assert (len(mail.outbox), Invitation.objects.count()) == (allowed, allowed)


def test_nobody_invites_with_another_tenants_role(cast: Cast) -> None:
    [theirs] = own_roles.create([NewRole("reviewer", "Reviewer")], by=cast.stella.actor)
    with pytest.raises(ValidationError, match="another tenant"):
        invitations.invite(NORA, role=theirs, by=cast.olivia.actor)


@pytest.mark.parametrize("email", ["", "nora", "nora@", "a b@acme.test", "nora@acme.test\nBcc: x@acme.test", "é" * 300])
def test_what_is_no_address_is_refused(cast: Cast, email: str) -> None:
    with pytest.raises(ValidationError) as refused:
        invite(cast.olivia.actor, email)
    assert "email" in refused.value.message_dict


@pytest.mark.parametrize("suspended", [False, True])
def test_a_member_is_not_invited(cast: Cast, suspended: bool) -> None:
    if suspended:
        memberships.suspend(cast.marc.membership, by=cast.olivia.actor)
    with pytest.raises(ValidationError, match="Resume them" if suspended else "is a member of Acme already"):
        invite(cast.olivia.actor, "MARC@acme.test")


def test_somebody_elsewhere_and_somebody_removed_can_be_invited(cast: Cast) -> None:
    memberships.remove(cast.marc.membership, by=cast.olivia.actor)
    for email in (cast.marc.user.email, cast.stella.user.email):
        assert invite(cast.olivia.actor, email).is_open


def test_one_address_has_one_open_invitation_in_a_tenant(cast: Cast) -> None:
    invite(cast.olivia.actor)
    sent_long_ago()
    with pytest.raises(ValidationError, match="invited already"):
        invite(cast.adam.actor, NORA.upper())
    assert invite(cast.stella.actor).is_open  # Globex knows nothing of it
    other = {"email": NORA.upper(), "code_hash": "x", "expires_at": clock.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(tenant=cast.acme, role=roles.built_in("viewer"), **other)


def test_an_expired_one_gives_way_to_a_new_one(cast: Cast) -> None:
    with committed(), clock.at(clock.now() - LIFETIME):
        old = invitations.invite(NORA, role=roles.built_in("viewer"), by=cast.olivia.actor)
    assert old.status is InvitationStatus.EXPIRED
    assert not mail.outbox  # a link that is over is not worth a mail
    new = invite(cast.olivia.actor)
    assert list(Invitation.objects.pending()) == [new]


def test_whoever_is_added_or_removed_has_no_invitation_left(cast: Cast) -> None:
    invite(cast.olivia.actor)
    nora = User.objects.create_user(NORA, "Nora Test")
    member = factories.member(nora, cast.acme, "viewer")
    assert Invitation.objects.get().status is InvitationStatus.WITHDRAWN
    User.objects.filter(pk=nora.pk).update(email="other@acme.test")
    sent_long_ago()
    invite(cast.olivia.actor)
    User.objects.filter(pk=nora.pk).update(email=NORA)
    memberships.remove(Membership.objects.get(pk=member.pk), by=cast.olivia.actor)
    assert not Invitation.objects.pending().exists()


# --- Again, and taken back ------------------------------------------------------------------------


def test_sending_again_makes_another_link_and_ends_the_old_one(cast: Cast) -> None:
    made = invite(cast.olivia.actor)
    old_hash = made.code_hash
    with clock.at(clock.now() + LIFETIME + MINUTES), committed():
        invitations.resend(made, by=cast.adam.actor)
        assert (made.is_open, made.code_hash == old_hash) == (True, False)
    assert len(mail.outbox) == 2
    assert Event.objects.filter(action=Action.INVITATION_RESENT, actor_label="Adam Test").count() == 1


def test_mails_to_one_address_and_of_one_tenant_have_a_pace(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made = invite(cast.olivia.actor)
    invitations.withdraw(made, by=cast.olivia.actor)
    with pytest.raises(SentTooOften) as refused:
        invite(cast.olivia.actor)
    assert 50 < refused.value.seconds <= 60
    monkeypatch.setattr(invitations, "MAILS_PER_WINDOW", 3)
    for number in range(2):
        invite(cast.olivia.actor, f"person{number}@acme.test")
    with pytest.raises(SentTooOften, match="within an hour") as refused:
        invite(cast.adam.actor, "one-more@acme.test")
    assert 3500 < refused.value.seconds <= 3600
    assert invite(cast.stella.actor).is_open
    assert MAILS_PER_WINDOW == 200


def test_a_withdrawn_one_is_over_and_withdrawing_again_changes_nothing(cast: Cast) -> None:
    made = invite(cast.olivia.actor)
    for _ in range(2):
        invitations.withdraw(made, by=cast.adam.actor)
    sent_long_ago()
    with pytest.raises(ValidationError, match="accepted or withdrawn"):
        invitations.resend(made, by=cast.adam.actor)
    assert Event.objects.filter(action=Action.INVITATION_WITHDRAWN).count() == 1


@pytest.mark.parametrize("verb", [invitations.resend, invitations.withdraw])
@pytest.mark.parametrize("who", ["adam", "marc", "stella"])
def test_only_owners_touch_the_invitation_of_an_owner(cast: Cast, verb: Any, who: str) -> None:
    made = invite(cast.olivia.actor, role="owner")
    sent_long_ago()
    with pytest.raises(PermissionDenied):
        verb(made, by=cast.people[who].actor)
    verb(made, by=cast.olivia.actor)


def test_a_role_that_an_open_invitation_gives_is_kept(cast: Cast) -> None:
    [role] = own_roles.create([NewRole("reviewer", "Reviewer", grants=Grants())], by=cast.olivia.actor)
    made = invitations.invite(NORA, role=role, by=cast.olivia.actor)
    with pytest.raises(ValidationError, match="open invitation"):
        own_roles.delete(role, by=cast.olivia.actor)
    invitations.withdraw(made, by=cast.olivia.actor)
    own_roles.delete(role, by=cast.olivia.actor)
    assert not Role.objects.filter(key="reviewer").exists()
