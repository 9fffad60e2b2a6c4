"""Choosing whose deeds the audit log shows: people, and whatever else has acted in the tenant."""

from uuid import UUID

import pytest
from django.test import Client

from accounts import memberships
from accounts.access import Actor
from accounts.models import Role
from tests import factories
from tests.api.rest import NEW, program
from tests.cast import Cast, SignIn
from tokens import credentials, lifecycle
from tokens.rights import Right

LOG = "/t/acme/settings/audit-log/"
ACTORS = f"{LOG}actors/"
PEOPLE = ["Adam Test", "Marc Test", "Olivia Test", "Victor Test"]


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.olivia.user)


def test_everybody_is_offered_once_and_who_left_comes_last(cast: Cast, olivia: Client) -> None:
    memberships.remove(cast.adam.membership, by=cast.olivia.actor)
    memberships.remove(cast.marc.membership, by=cast.olivia.actor)
    factories.member(cast.marc.user, cast.acme, "viewer")
    assert offered(olivia)[1:5] == ["Marc Test", "Olivia Test", "Victor Test", "Adam Test"]
    assert "adam@acme.test, no longer a member" in olivia.get(ACTORS).content.decode()


@pytest.mark.postgres
def test_a_token_is_found_that_has_acted_by_its_name_or_its_subject(cast: Cast, olivia: Client) -> None:
    by = program(cast.olivia.actor, "tokens:write assets:read", name="Build server")
    factories.token(cast.olivia.actor, name="Build idle")
    factories.token(cast.stella.actor, name="Build Globex")
    assert offered(olivia, "build") == []
    by.post("/tokens", {**NEW, "name": "Made by a token"})
    assert offered(olivia, "build") == ["Build server"]
    assert offered(olivia, "olivia") == ["Olivia Test", "Build server"]
    shown = olivia.get(LOG, {"actor": str(by.issued.token.pk)})
    assert "Made by a token" in shown.content.decode()
    assert chosen(shown.content.decode()) == "Build server"


@pytest.mark.postgres
def test_a_credential_is_offered_where_it_acted(cast: Cast, olivia: Client) -> None:
    assert offered(olivia) == ["Anyone", *PEOPLE, "Operator"]
    for name in ("Idle backend", "Backend of the product"):
        credential = credentials.create(name, list(Right), by=Actor.operator()).credential
    token = factories.token(cast.marc.actor).token
    me = cast.olivia.actor
    by = Actor.management(credential.ref, me.grants, origin=me.origin, tenant=cast.acme, powers=frozenset({"tokens"}))
    lifecycle.revoke(token, by=by)
    assert offered(olivia) == ["Anyone", *PEOPLE, "Operator", "Backend of the product"]
    assert offered(olivia, "backend") == ["Backend of the product"]


def test_who_did_nothing_yet_is_named_all_the_same(cast: Cast, olivia: Client) -> None:
    theirs = factories.token(cast.stella.actor).token
    for actor, name in [
        ("", "Anyone"),
        (cast.victor.user.pk, "Victor Test"),
        (cast.olivia.user.pk, "Olivia Test"),
        (cast.stella.user.pk, "Somebody unknown"),
        (theirs.pk, "Somebody unknown"),
        ("nobody", "Somebody unknown"),
    ]:
        for topic in ("", "resources"):
            assert chosen(olivia.get(LOG, {"actor": str(actor), "topic": topic}).content.decode()) == name


def test_a_choice_keeps_the_other_filters(cast: Cast, olivia: Client) -> None:
    about = UUID(int=7)
    page = olivia.get(ACTORS, {"q": "x y", "topic": "tokens", "period": "7d", "about": str(about), "find": "marc"})
    kept = "q=x+y&amp;topic=tokens&amp;period=7d&amp;actor="
    assert f'href="{LOG}?{kept}{cast.marc.user.pk}&amp;about={about}"' in page.content.decode()


def test_addresses_are_for_who_may_see_the_members(cast: Cast, sign_in: SignIn, olivia: Client) -> None:
    auditor = Role.objects.create(tenant=cast.acme, key="auditor", name="Auditor", grants_text="ledger:read")
    memberships.change_role(cast.victor.membership, to=auditor, by=cast.olivia.actor)
    victor = sign_in(cast.victor.user)
    assert offered(olivia, "marc@") == offered(victor, "marc") == ["Marc Test"]
    assert offered(victor, "marc@") == []
    assert "marc@acme.test" not in victor.get(ACTORS).content.decode()


def test_who_may_not_read_the_log_is_refused(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.marc.user).get(ACTORS).status_code == 403


def offered(browser: Client, find: str = "") -> list[str]:
    groups = browser.get(ACTORS, {"find": find}).context["groups"]
    return [choice.label for _, choices in groups for choice, _ in choices]


def chosen(page: str) -> str:
    return page.partition('<span class="sr">Actor: </span>')[2].partition("</button>")[0]
