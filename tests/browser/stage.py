"""What is behind the pages: people, and tokens in every state there is, made through the verbs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from accounts import memberships
from accounts.models import User
from audit import clock
from tests import factories
from tests.browser.conftest import Enter, Visit
from tests.browser.visitor import LIST, Visitor
from tests.cast import Cast
from tokens import lifecycle, policy, usage
from tokens.kinds import Kind
from tokens.models import Token

MONTH = timedelta(days=30)
LONG_NAME = "Nightly synchronisation of every picture and film to the warehouse in Rotterdam, second try"


@dataclass
class Stage:
    """Who plays, and how they come in."""

    cast: Cast
    petra: User
    visit: Visit
    enter: Enter
    monkeypatch: pytest.MonkeyPatch

    def olivia(self) -> Visitor:
        return self.enter(self.cast.olivia.user)

    def marc(self) -> Visitor:
        return self.enter(self.cast.marc.user)

    def visitor(self, *refused: int) -> Visitor:
        """Somebody signed out, whom some answers refuse."""
        visitor = self.visit()
        visitor.watch.expects(*refused)
        return visitor

    def all_tokens(self) -> None:
        """The policy's victims would take other tokens with them."""
        for name, make in TOKENS.items():
            if name != "refused by policy":
                make(self)


type Way = Callable[[Stage], Page]
"""The way to a page in one of its states."""


def page_of(token: Token, step: str = "") -> str:
    return f"{LIST}{token.pk}/{step}"


def active(stage: Stage) -> Token:
    scope = "assets:write projects:read shared/conversations:read devices:restart"
    data = {"team": "data", "runs on": ["x" * 200]}
    draft = factories.draft(scope, name=LONG_NAME, networks="203.0.113.0/24", metadata=data)
    token = lifecycle.issue(draft, by=stage.cast.olivia.actor).token
    lifecycle.edit(token, name=LONG_NAME, description="Runs at 02:00 UTC.\nPager 17.", by=stage.cast.olivia.actor)
    usage.note(token.pk, address="2001:db8:85a3:8d3:1319:8a2e:370:7348", client="nightly-sync/4.1 (linux; x86_64)")
    usage.flush()
    return token


def never_used(stage: Stage) -> Token:
    return factories.token(stage.cast.marc.actor, name="Report").token


def expiring(stage: Stage) -> Token:
    return factories.token(stage.cast.olivia.actor, name="Feed", lives=timedelta(days=6)).token


def endless(stage: Stage) -> Token:
    policy.change(stage.cast.acme, by=stage.cast.olivia.actor, never=True)
    return factories.token(stage.cast.olivia.actor, kind=Kind.TENANT, name="Intranet embed", lives=None).token


def expired(stage: Stage) -> Token:
    return factories.token(stage.cast.olivia.actor, name="First steps", at=clock.now() - 2 * MONTH).token


def revoked(stage: Stage) -> Token:
    token = factories.token(stage.cast.olivia.actor, name="CI runner", at=clock.now() - MONTH / 2).token
    lifecycle.revoke(token, by=stage.cast.adam.actor, reason="The secret was printed in a build log")
    return token


def owner_gone(stage: Stage) -> Token:
    sam = factories.person(name="Sam Test", email="sam@acme.test")
    membership = factories.member(sam, stage.cast.acme, "developer")
    token = factories.token(type(stage.cast.marc)(sam, membership).actor, name="Import").token
    memberships.remove(membership, by=stage.cast.olivia.actor)
    return token


def owner_inactive(stage: Stage) -> Token:
    token = factories.token(stage.cast.victor.actor, name="Access review").token
    memberships.suspend(stage.cast.victor.membership, by=stage.cast.olivia.actor)
    return token


def refused_by_policy(stage: Stage) -> Token:
    token = factories.token(stage.cast.olivia.actor, kind=Kind.TENANT, name="Warehouse").token
    policy.change(stage.cast.acme, by=stage.cast.olivia.actor, tenant=False)
    return token


TOKENS: dict[str, Callable[[Stage], Token]] = {
    "active": active,
    "never used": never_used,
    "expiring": expiring,
    "without an end": endless,
    "expired": expired,
    "revoked": revoked,
    "owner gone": owner_gone,
    "owner inactive": owner_inactive,
    "refused by policy": refused_by_policy,
}
