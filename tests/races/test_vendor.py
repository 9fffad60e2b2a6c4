"""What the vendor's backend sends many times at once is done once, and a hand-over link opens for one browser."""

from functools import partial
from typing import Any

import pytest
from django.test import Client

from accounts.models import HandOver, Membership, Tenant, User
from audit.actions import Action
from audit.models import Event
from tests.api.managing import MAX, MEMBER, TENANT, USER, backend
from tests.cast import Cast
from tests.races.together import together

OPENINGS, AT_ONCE = 50, 20

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_one_link_opened_fifty_times_at_once_lets_one_browser_in(cast: Cast) -> None:
    by = backend()
    by.bring_max()
    path = by.link()
    browsers = [Client() for _ in range(OPENINGS)]
    answers = together([partial(browser.post, path) for browser in browsers])
    assert sorted(answer.status_code for answer in answers) == [302] + [410] * (OPENINGS - 1)
    assert sum("_auth_user_id" in browser.session for browser in browsers) == 1
    assert HandOver.objects.get().used_at is not None
    for action in (Action.SESSION_HANDED_OVER, Action.SIGNED_IN):
        assert Event.objects.filter(action=action).count() == 1


@pytest.mark.parametrize("same", [True, False], ids=["the same", "of different names"])
def test_upserts_at_once_make_one_row(cast: Cast, same: bool) -> None:
    by = backend()

    def send(path: str, body: dict[str, str], number: int) -> Any:
        return by.put(path, body if same or "name" not in body else {**body, "name": f"Number {number}"})

    for path, body, model in (
        (TENANT, {"name": "Acme"}, Tenant),
        (USER, MAX, User),
        (MEMBER, {"role": "viewer"}, None),
    ):
        answers = together([partial(send, path, body, number) for number in range(AT_ONCE)])
        assert sorted(answer.status_code for answer in answers) == [200] * (AT_ONCE - 1) + [201], path
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert model is None or model.objects.filter(external_id__isnull=False).count() == 1
    assert Membership.objects.filter(tenant__external_id="t-17").count() == 1
    for action in (Action.USER_CREATED, Action.TENANT_CREATED, Action.MEMBER_ADDED):
        told = Event.objects.filter(action=action, actor_kind="management")
        assert told.count() == 1


def test_namesakes_at_once_get_addresses_of_their_own(cast: Cast) -> None:
    by = backend()
    paths = [f"/api/v1/management/tenants/n-{number}" for number in range(AT_ONCE)]
    answers = together([partial(by.put, path, {"name": "Namesake"}) for path in paths])
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["slug"] for answer in answers}) == AT_ONCE
