"""Inviting people in tests: through the verb or the page, with the mail that goes out after commit."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.core import mail
from django.test import TestCase

from accounts import invitations, roles
from accounts.access import Actor
from accounts.models import Invitation

MEMBERS = "/t/acme/settings/members/"
NORA = "nora@acme.test"
NEWCOMER = {"name": "Nora Test", "password": "a-quite-long-password"}


@contextmanager
def committed() -> Iterator[None]:
    """A test is one transaction that never ends: what waits for its commit is done here."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        yield


def invite(by: Actor, email: str = NORA, role: str = "developer") -> Invitation:
    with committed():
        return invitations.invite(email, role=roles.built_in(role), by=by)


def link() -> str:
    """The path in the newest mail."""
    [path] = re.findall(r"http://testserver(/invitations/\S+/)", str(mail.outbox[-1].body))
    return str(path)
