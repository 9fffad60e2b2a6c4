"""How an invitation looks in the list of members."""

from datetime import timedelta

import pytest
import time_machine

from audit import clock
from tests.accounts.invited import MEMBERS, invite
from tests.cast import Cast, SignIn


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (timedelta(minutes=1), "7 days left"),
        (timedelta(days=5, hours=1), "2 days left"),
        (timedelta(days=6), "1 day left"),
        (timedelta(days=6, minutes=1), "Less than a day left"),
    ],
)
def test_days_that_have_begun_are_counted(cast: Cast, sign_in: SignIn, later: timedelta, said: str) -> None:
    sent = clock.now()
    with time_machine.travel(sent, tick=False):
        invite(cast.olivia.actor)
    with time_machine.travel(sent + later, tick=False):
        assert said in sign_in(cast.olivia.user).get(MEMBERS).content.decode()
