"""The one place that mail leaves from: over one connection, and what fails is told without a word of what was said."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend

from accounts import letters

LINK = "https://portal.test/claim/BCNBAJQ7dELnFGnZd-HQzb8tg4bbLlIkDnigU4HiaO0"


class Fussy(EmailBackend):
    """Refuses one address, as a mail server does, with the text of the mail in its error."""

    opened = 0

    def open(self) -> bool:
        type(self).opened += 1
        return True

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        if any("nobody@acme.test" in one.to for one in messages):
            raise ConnectionRefusedError(messages[0].body)
        return int(super().send_messages(messages))


@pytest.fixture
def fussy(settings: Any) -> type[Fussy]:
    settings.MAILERS = {"default": {"BACKEND": "tests.accounts.test_letters.Fussy"}}
    Fussy.opened = 0
    return Fussy


def a_mail(to: str) -> EmailMessage:
    return letters.write(to, "Confirm", "confirm_email", link=LINK)


def test_a_mail_knows_the_brand_and_is_one_line_in_its_subject() -> None:
    assert letters.send("una@acme.test", "Olivia\nBcc: x@acme.test\n\nasks", "confirm_email", link=LINK)
    [sent] = mail.outbox
    assert (sent.subject, sent.to) == ("[Token Portal] Olivia Bcc: x@acme.test asks", ["una@acme.test"])
    assert LINK in sent.body


def test_what_was_not_sent_is_told_by_the_errors_class_alone(
    fussy: type[Fussy], caplog: pytest.LogCaptureFixture
) -> None:
    assert not letters.send("nobody@acme.test", "Confirm", "confirm_email", link=LINK)
    assert [one.getMessage() for one in caplog.records] == ["A mail was not sent: ConnectionRefusedError"]


def test_one_that_is_refused_keeps_no_other_back_and_all_go_over_one_connection(fussy: type[Fussy]) -> None:
    letters.send_many([a_mail(f"{name}@acme.test") for name in ("una", "nobody", "nora")])
    assert ([one.to[0] for one in mail.outbox], fussy.opened) == (["una@acme.test", "nora@acme.test"], 1)


def test_a_server_that_is_away_is_no_error_of_ours(
    fussy: type[Fussy], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(_: Fussy) -> bool:
        raise TimeoutError(LINK)

    monkeypatch.setattr(fussy, "open", away)
    assert not letters.send("una@acme.test", "Confirm", "confirm_email", link=LINK)
    assert [one.getMessage() for one in caplog.records] == ["Mail was not sent: TimeoutError"]


@pytest.mark.parametrize(
    "send",
    [
        lambda: letters.send_many([a_mail("una@acme.test")] * (letters.SENT_AT_ONCE + 1)),
        lambda: letters.send_behind("una@acme.test", "Confirm", "confirm_email", link=LINK),
    ],
    ids=["many", "one behind the answer"],
)
def test_nobody_waits(monkeypatch: pytest.MonkeyPatch, send: Callable[[], None]) -> None:
    may_go, gone = Event(), Event()

    def slow(mails: Sequence[EmailMessage]) -> int:
        assert may_go.wait(10)
        gone.set()
        return len(mails)

    monkeypatch.setattr(letters, "_send", slow)
    with ThreadPoolExecutor(1) as behind:
        monkeypatch.setattr(letters, "_behind", behind)
        send()
        may_go.set()  # only now, after we have been let go
        assert gone.wait(10)
