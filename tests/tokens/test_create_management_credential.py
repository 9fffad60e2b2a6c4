"""The command that a deployment script calls: the secret on a line of its own, once, and nowhere else."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from audit.models import Event
from tests.cast import Cast
from tokens import credentials
from tokens.models import ManagementCredential


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("create_management_credential", *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_a_credential_that_works(cast: Cast) -> None:
    printed = run("--name", "Backend", "--rights", "provision", "sessions")
    secret = printed.removesuffix("\n")
    assert credentials.parse(secret)
    answer = Client().get("/api/v1/management/tenants", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    assert ManagementCredential.objects.get().rights_text == "provision sessions"
    assert secret not in str(list(ManagementCredential.objects.values())) + str(list(Event.objects.values()))


@pytest.mark.parametrize("arguments", [["--name", ""], ["--name", "x" * 101]])
def test_a_wrong_name_is_told(db: None, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        run(*arguments, "--rights", "provision")
    assert not ManagementCredential.objects.exists()


def test_an_unknown_right_is_told(db: None) -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        run("--name", "x", "--rights", "everything")
