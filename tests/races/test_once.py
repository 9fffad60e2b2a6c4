"""What may happen once happens once, however many ask for it at the same moment."""

from functools import partial

import pytest
from django.test import Client

from accounts import memberships, roles, signing_in
from accounts.models import Membership, User
from audit import clock
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.cast import ORIGIN, Cast, Person, SignIn
from tests.races.together import refusals, together
from tokens import lifecycle
from tokens.models import IdempotencyKey, Token
from tokens.secret import LOOKS_LIKE_A_TOKEN

AT_ONCE = 50
MANY, SOME = 20, 4
TOKENS = "/t/acme/settings/developers/tokens/"
FORM = {"kind": "personal", "name": "Nightly sync", "expires": "30d", "scope:assets": "read", "key": "the-same"}

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def events(action: Action) -> int:
    return Event.objects.filter(action=action).count()


def same_session(browser: Client) -> Client:
    """Another tab: the same cookies, a connection of its own."""
    tab = Client()
    tab.cookies.update(browser.cookies)
    return tab


def send(tab: Client) -> str:
    answer = tab.post(f"{TOKENS}new/", FORM)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_one_form_sent_fifty_times_at_once_makes_one_token_and_shows_one_secret(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.marc.user)
    browser.get(TOKENS)
    tabs = [same_session(browser) for _ in range(AT_ONCE)]
    pages = [str(page) for page in together([partial(send, tab) for tab in tabs])]
    revealed = [page for page in pages if LOOKS_LIKE_A_TOKEN.search(page)]
    assert len(revealed) == 1
    assert sum("cannot be shown again" in page for page in pages) == AT_ONCE - 1
    assert (Token.objects.count(), IdempotencyKey.objects.count()) == (1, 1)
    assert (events(Action.TOKEN_ISSUED), events(Action.TOKEN_REVEALED)) == (1, 1)


def test_fifty_revokes_at_once_are_one(cast: Cast) -> None:
    token = factories.token(cast.marc.actor).token
    by = cast.olivia.actor
    answers = together([partial(lifecycle.revoke, Token.objects.get(), by=by, reason=f"{n}") for n in range(AT_ONCE)])
    assert answers.count(True) == 1
    assert answers.count(False) == AT_ONCE - 1
    [written] = Event.objects.about(token.pk).filter(action=Action.TOKEN_REVOKED)
    assert written.detail["reason"] == Token.objects.get().revoked_reason


def test_revokes_of_many_and_of_each_at_once_end_every_token_once(cast: Cast) -> None:
    tokens = [factories.token(cast.marc.actor).token for _ in range(MANY)]
    by, everything = cast.olivia.actor, Token.objects.all()
    each = [partial(lifecycle.revoke, Token.objects.get(pk=token.pk), by=by) for token in tokens]
    together([*each, *[partial(lifecycle.revoke_all, everything, by=by)] * SOME])
    written = Event.objects.filter(action=Action.TOKEN_REVOKED).values_list("target_id", flat=True)
    assert sorted(written) == sorted(str(token.pk) for token in tokens)
    assert not Token.objects.filter(revoked_at=None).exists()


def test_failed_sign_ins_at_once_are_one_row_that_counts_them_all(cast: Cast) -> None:
    minute = clock.now()

    def fail() -> None:
        with clock.at(minute):
            signing_in.note_failure(Action.SIGN_IN_FAILED, cast.marc.user.email, ORIGIN)

    together([fail] * AT_ONCE)
    assert list(Event.objects.filter(action=Action.SIGN_IN_FAILED).values_list("count", flat=True)) == [AT_ONCE]


def test_fifty_removals_of_one_member_at_once_are_one(cast: Cast) -> None:
    marc, olivia = cast.marc.membership, cast.olivia.actor
    together([partial(memberships.remove, Membership.objects.get(pk=marc.pk), by=olivia) for _ in range(AT_ONCE)])
    assert events(Action.MEMBER_REMOVED) == 1


@pytest.fixture
def two_owners(cast: Cast) -> tuple[Person, Person]:
    user = User.objects.create_user("otto@acme.test", "Otto Test")
    return cast.olivia, Person(user, factories.member(user, cast.acme, "owner"))


LEAVING = {
    "removed": memberships.remove,
    "suspended": memberships.suspend,
    "demoted": lambda membership, *, by: memberships.change_role(membership, to=roles.built_in("viewer"), by=by),
}


@pytest.mark.parametrize("second", LEAVING)
@pytest.mark.parametrize("first", LEAVING)
def test_of_two_owners_who_end_each_other_at_once_one_is_left(
    cast: Cast, two_owners: tuple[Person, Person], first: str, second: str
) -> None:
    olivia, otto = two_owners
    deeds = [
        partial(LEAVING[first], factories.membership_of(otto.user, cast.acme), by=olivia.actor),
        partial(LEAVING[second], factories.membership_of(olivia.user, cast.acme), by=otto.actor),
    ]
    [refused] = refusals(together(deeds))
    assert "last owner" in refused.messages[0]
    assert Membership.objects.in_tenant(cast.acme).live().owning().count() == 1


@pytest.mark.parametrize("leaving", LEAVING)
def test_of_two_owners_who_leave_at_once_one_is_left(
    cast: Cast, two_owners: tuple[Person, Person], leaving: str
) -> None:
    leave = LEAVING[leaving]
    deeds = [partial(leave, factories.membership_of(one.user, cast.acme), by=one.actor) for one in two_owners]
    assert len(refusals(together(deeds))) == 1
    assert Membership.objects.in_tenant(cast.acme).live().owning().count() == 1


def test_one_person_added_twice_at_once_is_one_member(cast: Cast) -> None:
    newcomer = User.objects.create_user("nora@acme.test", "Nora Test")
    add = partial(memberships.add, newcomer, to=cast.acme, role=roles.built_in("viewer"), by=cast.olivia.actor)
    results = together([add] * 2)
    assert len(refusals(results)) == 1
    assert Membership.objects.of(newcomer.pk).current().count() == 1
