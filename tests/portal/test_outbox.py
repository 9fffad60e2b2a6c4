"""The demo's mail is read on a page of its own, and nowhere but in the demo."""

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, send_mail
from django.test import Client, override_settings

from portal import mail, outbox
from portal.env import Env
from tests.unnamed import unnamed

LINK = "http://127.0.0.1:8000/account/email/abc_DEF-123/"


@pytest.fixture
def demo(tmp_path: Path) -> Any:
    described = {**mail.mailer(Env({}), "demo"), "OPTIONS": {"folder": str(tmp_path)}}
    with override_settings(MAILERS={"default": described}):
        yield tmp_path


@pytest.mark.urls("tests.portal.demo_urls")
@pytest.mark.django_db
def test_a_link_can_be_followed_and_nothing_else_in_a_mail_is_live(
    demo: Path, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "No mail yet" in client.get("/demo/outbox/").content.decode()
    send_mail("First", f"Open this:\n\n    {LINK}\n", None, ["una@umbrella.test"])
    send_mail("<b>Second</b>", "<script>alert(1)</script>", None, ["una@umbrella.test"])
    answer = client.get("/demo/outbox/")
    page = answer.content.decode()
    here = LINK.replace("127.0.0.1:8000", "testserver")  # the demo may listen at another port than the day before
    assert f'<a href="{here}" rel="nofollow">' in page
    assert page.index("Second") < page.index("First")
    assert "<script>alert" not in page and "<b>Second" not in page
    assert answer["Cache-Control"] == "no-store"
    assert LINK in capsys.readouterr().out


@pytest.mark.django_db
def test_outside_the_demo_there_is_no_such_page(client: Client) -> None:
    answer = client.get("/demo/outbox/")
    assert answer.status_code == 404
    assert unnamed(answer) == unnamed(client.get("/demo/inbox/"))


@pytest.mark.parametrize("mode", ["production", "test"])
def test_outside_the_demo_no_mail_is_kept(mode: str) -> None:
    assert "outbox" not in mail.mailer(Env({}), mode)["BACKEND"]


def test_only_the_newest_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "KEPT", 3)
    backend = outbox.EmailBackend(folder=str(tmp_path))
    backend.send_messages([EmailMessage(str(number), "text", "from@x.test", ["to@x.test"]) for number in range(5)])
    assert [one.subject for one in outbox.letters(tmp_path)] == ["4", "3", "2"]
    assert len(list(tmp_path.iterdir())) == 3
