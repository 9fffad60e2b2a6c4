"""The link of an invitation is good once, however many open it at the same moment; and one mail goes out, not fifty."""

from functools import partial
from itertools import pairwise

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from accounts import invitations, joining, memberships, roles
from accounts.joining import Closed
from accounts.models import Invitation, Membership, User
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.accounts.invited import NEWCOMER, NORA, invite, link
from tests.cast import ORIGIN, Cast
from tests.races.together import refusals, together

AT_ONCE, SOME = 50, 12

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def events(action: Action) -> int:
    return Event.objects.filter(action=action).count()


def test_fifty_newcomers_with_one_link_are_one_member(cast: Cast) -> None:
    invite(cast.olivia.actor)
    browsers = [Client() for _ in range(AT_ONCE)]
    answers = together([partial(browser.post, link(), NEWCOMER) for browser in browsers])
    came_in = [answer for answer in answers if answer.status_code == 302 and answer["Location"] == "/t/acme/"]
    assert len(came_in) == 1
    # Whoever looked just after the account was made is sent to sign in with it.
    assert {answer.status_code for answer in answers if answer not in came_in} <= {410, 302, 422}
    assert (User.objects.filter(email=NORA).count(), Membership.objects.filter(user__email=NORA).count()) == (1, 1)
    assert events(Action.INVITATION_ACCEPTED) == 1


def test_fifty_accepts_of_one_account_are_one_membership(cast: Cast) -> None:
    nora = User.objects.create_user(NORA, "Nora Test", factories.PASSWORD)
    invite(cast.olivia.actor)

    def accept() -> object:
        invitation = joining.look(link().split("/")[2])
        assert invitation
        try:
            return joining.accept(invitation, nora, ORIGIN)
        except Closed as closed:
            return closed.obstacle

    answers = together([accept] * AT_ONCE)
    assert sum(isinstance(answer, Membership) for answer in answers) == 1
    assert (Membership.objects.of(nora.pk).count(), events(Action.INVITATION_ACCEPTED)) == (1, 1)


def test_two_tenants_newcomer_at_once_has_one_account(cast: Cast) -> None:
    paths = []
    for by in (cast.olivia.actor, cast.stella.actor):
        invite(by)
        paths.append(link())
    answers = together([partial(Client().post, path, NEWCOMER) for path in paths])
    assert {answer.status_code for answer in answers} <= {302, 422}
    assert User.objects.filter(email=NORA).count() == 1
    assert Membership.objects.filter(user__email=NORA).count() == Invitation.objects.exclude(accepted_at=None).count()


def test_an_invitation_is_accepted_or_withdrawn_but_never_both(cast: Cast) -> None:
    nora = User.objects.create_user(NORA, "Nora Test", factories.PASSWORD)
    made = invite(cast.olivia.actor)
    by = cast.adam.actor

    def accept() -> object:
        try:
            return joining.accept(Invitation.objects.with_everything().get(pk=made.pk), nora, ORIGIN)
        except Closed as closed:
            return closed.obstacle

    together([accept, partial(invitations.withdraw, Invitation.objects.with_everything().get(pk=made.pk), by=by)])
    settled = Invitation.objects.get()
    assert (settled.accepted_at is None) != (settled.withdrawn_at is None)
    assert Membership.objects.of(nora.pk).exists() == (settled.accepted_at is not None)


def test_one_address_invited_many_times_at_once_gets_one_mail(cast: Cast) -> None:
    by, role = cast.olivia.actor, roles.built_in("viewer")
    results = together([partial(invitations.invite, NORA, role=role, by=by) for _ in range(SOME)])
    assert len(refusals(results)) == SOME - 1
    assert (Invitation.objects.count(), len(mail.outbox), events(Action.MEMBER_INVITED)) == (1, 1, 1)


def test_a_role_changed_twice_at_once_is_told_as_it_was(cast: Cast) -> None:
    """Whoever comes second has judged a role that is not there any more."""
    marc, by = cast.marc.membership.pk, cast.olivia.actor

    def change(key: str) -> None:
        member = Membership.objects.with_everything().get(pk=marc)
        memberships.change_role(member, to=roles.built_in(key), by=by)

    results = together([partial(change, key) for key in ("viewer", "admin")])
    told = list(Event.objects.filter(action=Action.ROLE_CHANGED).order_by("id").values_list("detail", flat=True))
    assert len(told) == len(results) - len(refusals(results))
    assert all(isinstance(one, ValidationError | None) for one in results)
    assert told[0]["before"] == "developer"
    assert all(one["after"] == next_["before"] for one, next_ in pairwise(told))
    assert Membership.objects.get(pk=marc).role.key == told[-1]["after"]
