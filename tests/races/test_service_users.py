"""Nothing is left of a deleted service user, and somebody of a managed one, whoever is fastest."""

from functools import partial

import pytest

from accounts import managing
from accounts.access import Actor
from accounts.models import ServiceUser, ServiceUserManager
from tests import factories
from tests.cast import ORIGIN, Cast
from tests.races.together import refusals, together
from tokens import lifecycle, service_users
from tokens.models import Token

AT_ONCE = 8

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_no_token_is_made_while_its_service_user_is_deleted(cast: Cast) -> None:
    worker = factories.worker(cast.marc.actor)
    asked = factories.draft("assets:read", service_user=worker)
    deeds = [partial(lifecycle.issue, asked, by=cast.marc.actor) for _ in range(AT_ONCE)]
    delete = partial(service_users.delete, ServiceUser.objects.get(), by=cast.olivia.actor, confirm=worker.name)
    results = together([*deeds[::2], delete, *deeds[1::2]])
    assert results[len(deeds[::2])] is True
    assert len(refusals(results)) == AT_ONCE - Token.objects.count()
    assert not Token.objects.filter(revoked_at=None).exists()


def test_of_all_managers_who_leave_at_once_one_stays(cast: Cast) -> None:
    worker = factories.worker(cast.marc.actor)
    noor = factories.member(factories.person(), cast.acme, "developer")
    people = [cast.marc.membership, cast.victor.membership, noor]
    for one in people[1:]:
        managing.add(worker, one, by=cast.olivia.actor)
    leave = [partial(managing.remove, worker, one, by=Actor.member(one, ORIGIN)) for one in people]
    assert len(refusals(together(leave))) == 1
    assert ServiceUserManager.objects.of(worker.pk).live().exists()
