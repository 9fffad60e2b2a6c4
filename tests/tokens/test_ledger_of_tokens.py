"""Every deed on a token is one row, in the transaction that did it: both happen or neither."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from accounts.grants import Grants
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.cast import Cast
from tokens import lifecycle
from tokens.models import Token

DEEDS: dict[str, Callable[[Token, Cast], object]] = {
    "token.edited": lambda token, cast: lifecycle.edit(token, name="New", description="d", by=cast.olivia.actor),
    "token.narrowed": lambda token, cast: lifecycle.narrow(token, to=Grants.parse("assets:read"), by=cast.olivia.actor),
    "token.revoked": lambda token, cast: lifecycle.revoke(token, by=cast.olivia.actor, reason="done"),
}


def test_issuing_writes_that_it_was_made_and_that_its_secret_was_shown(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor, "assets:read projects:read")
    made, shown = Event.objects.about(issued.token.pk).order_by("id")
    assert (made.action, shown.action) == (Action.TOKEN_ISSUED, Action.TOKEN_REVEALED)
    assert issued.token.expires_at
    assert made.detail == {
        "scope": "assets:read projects:read",
        "expires_at": issued.token.expires_at.isoformat(timespec="seconds"),
    }
    assert (made.actor_id, made.actor_label) == (str(cast.marc.user.pk), "Marc Test")
    assert (made.address, made.client, made.request_id) == ("192.0.2.1", "tests", "req_test")
    assert (made.tenant_id, made.target_label) == (cast.acme.pk, "A token")


@pytest.mark.parametrize("action", DEEDS)
def test_a_deed_is_one_row_by_whoever_did_it(cast: Cast, action: str) -> None:
    token = factories.token(cast.marc.actor, "assets:write").token
    before = Event.objects.count()
    DEEDS[action](token, cast)
    assert Event.objects.count() == before + 1
    event = Event.objects.get(action=action)
    assert (event.target_id, event.tenant_id) == (str(token.pk), cast.acme.pk)
    assert event.actor_id == str(cast.olivia.user.pk)


def test_details_say_what_was_before_and_after(cast: Cast) -> None:
    token = factories.token(cast.marc.actor, "assets:write").token
    for deed in DEEDS.values():
        deed(token, cast)
    details = {event.action: event.detail for event in Event.objects.about(token.pk)}
    assert details["token.edited"] == {
        "before": {"name": "A token", "description": ""},
        "after": {"name": "New", "description": "d"},
    }
    assert details["token.narrowed"] == {"before": "assets:write", "after": "assets:read"}
    assert details["token.revoked"] == {"reason": "done"}


@pytest.mark.parametrize("action", DEEDS)
def test_a_deed_that_changes_nothing_writes_nothing(cast: Cast, action: str) -> None:
    token = factories.token(cast.marc.actor, "assets:write").token
    DEEDS[action](token, cast)
    before = Event.objects.count()
    DEEDS[action](token, cast)
    assert Event.objects.count() == before


@pytest.mark.parametrize("action", DEEDS)
def test_a_deed_whose_row_cannot_be_written_did_not_happen(
    cast: Cast, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = factories.token(cast.marc.actor, "assets:write").token
    before = Token.objects.filter(pk=token.pk).values().get()
    monkeypatch.setattr(lifecycle, "record", _full_disk)
    with pytest.raises(OSError, match="full"):
        DEEDS[action](token, cast)
    assert Token.objects.filter(pk=token.pk).values().get() == before


def test_a_token_whose_row_cannot_be_written_was_not_made(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "record", _full_disk)
    with pytest.raises(OSError, match="full"):
        factories.token(cast.marc.actor)
    assert not Token.objects.exists()


def test_a_token_that_cannot_be_made_left_no_row(cast: Cast) -> None:
    before = Event.objects.count()
    with pytest.raises(ValidationError):
        factories.token(cast.marc.actor, "policy:write")
    assert Event.objects.count() == before


def test_no_row_holds_a_secret(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor, "assets:write")
    for deed in DEEDS.values():
        deed(issued.token, cast)
    kept = [str(values) for values in [*Event.objects.values(), *Token.objects.values()]]
    assert kept
    assert not [text for text in kept if issued.secret.value[26:-6] in text]


def test_a_renamed_token_keeps_its_old_name_in_what_was_written_before(cast: Cast) -> None:
    token = factories.token(cast.marc.actor, "assets:write").token
    DEEDS["token.edited"](token, cast)
    assert {event.target_label for event in Event.objects.about(token.pk)} == {"A token", "New"}


def _full_disk(*args: object, **kwargs: object) -> None:
    raise OSError("the disk is full")
