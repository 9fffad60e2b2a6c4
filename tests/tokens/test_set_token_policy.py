"""The operator's door to a tenant's token policy."""

import io

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from tests.cast import Cast
from tokens.policy import rules_of
from tokens.rules import Rules


def test_it_changes_what_is_named_and_nothing_else(cast: Cast) -> None:
    _run("acme", "--max-days", "90", "--never", "--no-tenant", "--forbidden", "assets:write")
    _run("acme", "--tenant")
    cast.acme.refresh_from_db()
    assert rules_of(cast.acme) == Rules().changed(max_days=90, never=True, tenant=True, forbidden="assets:write")
    assert Event.objects.filter(action="policy.changed", actor_label="Operator").count() == 2


def test_it_says_what_holds_now(cast: Cast) -> None:
    assert "'personal_max_days': 90" in _run("acme", "--max-days", "90")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere", "--never"], "There is no tenant 'nowhere'"),
        (["acme", "--max-days", "0"], "Choose 1 to 366 days"),
        (["acme", "--forbidden", "nonsense"], "is not a scope"),
    ],
)
def test_what_is_wrong_is_one_sentence(cast: Cast, arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        _run(*arguments)


def _run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("set_token_policy", *arguments, stdout=out)
    return out.getvalue()
