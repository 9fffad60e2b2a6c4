"""Whoever needs a signing key at the same moment as somebody else ends with the same one."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from accounts.access import Actor
from audit import clock
from audit.actions import Action
from audit.models import Event
from tests.durability.installation import installed
from tests.durability.stores import rows
from tests.races.together import refusals, together
from tokens import keys
from tokens.models import SigningKey
from tokens.signatures import Algorithm

AT_ONCE = 8
ES256, RS256 = Algorithm

NEED = """
import sys, time
from pathlib import Path
from audit import clock
from tokens import keys
from tokens.signatures import Algorithm
here = Path({folder!r})
(here / "ready-{number}").touch()
end = time.monotonic() + 60
while len(list(here.glob("ready-*"))) < 2 and time.monotonic() < end:
    time.sleep(0.001)
print(*(keys.signer(algorithm, clock.now()).kid for algorithm in Algorithm))
"""

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_threads_that_need_the_first_key_at_once_make_one() -> None:
    signers = together([partial(keys.signer, ES256, clock.now()) for _ in range(AT_ONCE)])
    assert len({signer.kid for signer in signers}) == 1
    assert SigningKey.objects.count() == 1
    assert Event.objects.filter(action=Action.SIGNING_KEY_MADE).count() == 1


@pytest.mark.parametrize("there", [True, False])
def test_rotations_at_once_are_one(there: bool) -> None:
    if there:
        keys.signer(ES256, clock.now())
    results = together([partial(keys.rotate, ES256, by=Actor.operator()) for _ in range(AT_ONCE)])
    assert len(refusals(results)) == AT_ONCE - 1
    assert all(isinstance(one, ValidationError | SigningKey) for one in results)
    assert SigningKey.objects.newest().count() == 1
    assert SigningKey.objects.count() == 1 + there


def test_two_processes_that_start_at_once_sign_with_the_same_keys(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        scripts = [NEED.format(folder=str(tmp_path), number=number) for number in range(2)]
        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(lambda script: installation.manage("shell", "-v0", "-c", script), scripts))
        assert said[0] == said[1]
        assert len(said[0].split()) == 2
        assert sorted(rows(installation.database, "SELECT algorithm FROM tokens_signingkey")) == [
            ("ES256",),
            ("RS256",),
        ]
