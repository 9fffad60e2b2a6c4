"""Search finds exactly what holds the words, on both databases, whoever wrote them and whatever they are made of."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts import memberships, provisioning, resource_list, resources, search, service_users
from accounts.access import PROVISION, Actor
from accounts.models import Membership, Resource, Searchable, ServiceUser, User
from accounts.resource_list import Asked as Places
from accounts.resources import Said
from accounts.service_users import Words
from audit import clock
from audit.record import Ref
from tests import factories
from tests.cast import Cast
from tests.examples import examples
from tests.tokens import rows
from tests.tokens.rows import stored
from tokens import findable, lifecycle, searching, service_user_listing
from tokens.models import Token
from tokens.service_user_listing import Asked as Workers

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

LETTERS = st.sampled_from(list("aAbßẞİéÉé%_*\"\\'^-:()🙂ナ 0Ω"))
END = clock.now() + timedelta(days=9)
WORDS = st.text(LETTERS, max_size=8)


def row(*owners: Any, name: str) -> Token:
    return rows.row(*owners, name=name, expires_at=END)


def found(cast: Cast, q: str, tenant: Any = None) -> set[str]:
    where = (tenant or cast.acme).pk
    return {token.name for token in Token.objects.filter(findable.sought(q, where).condition, tenant=where)}


def truth(cast: Cast, q: str) -> set[str]:
    """By the words of the module: folded text in folded text; what begins with it where it is short."""
    needle = search.fold(q)
    return {
        token.name
        for token in Token.objects.filter(tenant=cast.acme).select_related("membership__user")
        for names in [[token.name, *([token.membership.user.name] if token.membership else [])]]
        if any(_holds(search.fold(name), needle) for name in names) or _ends(token, q)
    }


def worker(cast: Cast, q: str) -> set[str]:
    return {one.service_user.name for one in service_user_listing.read(cast.olivia.actor, Workers(q=q)).rows}


def place(cast: Cast, q: str) -> set[str]:
    return {one.name for one in resource_list.read(Places(q=q), by=cast.olivia.actor, size=50)}


def _holds(text: str, needle: str) -> bool:
    return bool(needle) and (needle in text if len(needle) >= 3 else text.startswith(needle))


def _ends(token: Token, q: str) -> bool:
    digits = q.strip().lower().replace("-", "")
    return bool(digits) and token.pk.hex.endswith(digits)


@settings(max_examples=examples(60))
@given(names=st.lists(WORDS, min_size=1, max_size=6), q=WORDS, cut=st.tuples(st.integers(0, 7), st.integers(1, 8)))
def test_what_is_found_is_what_holds_the_words(cast: Cast, names: list[str], q: str, cut: tuple[int, int]) -> None:
    with transaction.atomic():
        stored(row(cast.acme, cast.marc.membership if at % 2 else None, name=name) for at, name in enumerate(names))
        stored([row(cast.globex, name=name) for name in names])
        for asked in (q, names[0][cut[0] : sum(cut)], names[-1].swapcase()):
            if asked.strip():
                assert found(cast, asked) == truth(cast, asked), asked
        transaction.set_rollback(True)


@pytest.mark.parametrize("q", ["alp", "al", "Olivia", "01", "%", "test"])
def test_many_hits_are_found_the_other_way_alike(cast: Cast, monkeypatch: pytest.MonkeyPatch, q: str) -> None:
    monkeypatch.setattr(search, "FEW", 1)
    monkeypatch.setattr(search, "FEW_OTHERS", 0)
    stored(row(cast.acme, cast.olivia.membership, name=f"{'Alpha' if at % 2 else 'Beta'} {at}") for at in range(9))
    stored(row(cast.globex, name=f"Alpha {at}") for at in range(9))
    assert found(cast, q) == truth(cast, q)


def test_no_tenant_finds_anothers(cast: Cast) -> None:
    theirs = stored([row(cast.globex, cast.stella.membership, name="Warehouse")])[0]
    assert found(cast, "warehouse", cast.globex) == {"Warehouse"}
    for q in ("warehouse", "wa", "stella", theirs.pk.hex, theirs.pk.hex[-6:]):
        assert found(cast, q) == set()
        assert not Token.objects.filter(findable.sought(q, cast.acme.pk).condition, tenant=cast.globex)


def test_members_are_found_by_name_and_address_and_by_nobody_elses(cast: Cast) -> None:
    assert {one.user.name for one in memberships.matching("MARC", by=cast.olivia.actor)} == {"Marc Test"}
    assert len(memberships.matching("@acme.test", by=cast.olivia.actor)) == 4
    assert not memberships.matching("stella", by=cast.olivia.actor)


def test_an_address_does_not_find_tokens(cast: Cast) -> None:
    """Whoever sees tokens need not see the members' addresses, nor what a service user is for."""
    sync = factories.worker(cast.marc.actor, name="Sync")
    service_users.edit(sync, Words("Sync", "Moves files", "data@acme.test"), by=cast.marc.actor)
    stored(
        [
            row(cast.acme, cast.marc.membership, name="Report"),
            rows.row(cast.acme, service_user=sync, name="Copy", expires_at=END),
        ]
    )
    assert found(cast, "marc@acme") == found(cast, "files") == found(cast, "data@") == set()
    assert found(cast, "marc test") == {"Report"}
    assert found(cast, "sync") == {"Copy"}


@settings(max_examples=30)
@given(names=st.lists(WORDS, min_size=1, max_size=5), q=WORDS)
def test_resources_are_found_by_all_that_holds_the_words(cast: Cast, names: list[str], q: str) -> None:
    with transaction.atomic():
        named = [f"{name.strip()}." if name.isprintable() else "" for name in names]
        said = [Said("group", f"ID-{at}", name) for at, name in enumerate(named)]
        resources.put_many(said, by=cast.olivia.actor)
        resources.put_many(said, by=cast.stella.actor)
        for asked in (q, names[0][1:5], "id-", "D-1"):
            needle = search.fold(asked)
            if len(needle) >= search.PIECE_CHARACTERS:
                true = [one for one in said if needle in search.fold(one.called) or needle in one.external_id.lower()]
                assert place(cast, asked.strip()) == {one.called for one in true}, asked
        transaction.set_rollback(True)


@pytest.mark.parametrize("few", [0, search.FEW])
def test_no_tenant_finds_anothers_resources_or_service_users(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(search, "FEW", few)
    factories.worker(cast.stella.actor, name="Secret sync")
    resources.put(Said("group", "secret-plans", "Secret plans"), by=cast.stella.actor)
    resources.put(Said("group", "open-1", "No secret"), by=cast.olivia.actor)
    assert (worker(cast, "secret"), place(cast, "secret"), place(cast, "plans")) == (set(), {"No secret"}, set())


def test_the_entries_are_what_a_rebuild_would_write(cast: Cast) -> None:
    """After every verb that makes or renames something: nobody's name is forgotten, none is left behind."""
    vendor = Actor.management(
        Ref("credential", "x", "x"),
        cast.olivia.actor.grants,
        origin=cast.olivia.actor.origin,
        tenant=cast.acme,
        powers=frozenset({PROVISION}),
    )
    anna, _ = provisioning.put_user("ext-1", "anna@acme.test", "Anna", by=vendor)
    provisioning.put_member(anna, "developer", by=vendor)
    token = factories.token(cast.marc.actor, name="First").token
    lifecycle.edit(token, name="Second", description="", by=cast.marc.actor)
    provisioning.put_user("ext-1", "anne@acme.test", "Anne", by=vendor)
    memberships.remove(cast.victor.membership, by=cast.olivia.actor)
    sync = factories.worker(cast.marc.actor, name="Sync")
    service_users.edit(sync, Words("Copy", "Moves files", "data@acme.test"), by=cast.marc.actor)
    resources.put_many([Said("group", "eu-1", "Berlin"), Said("group", "eu-2", "Paris")], by=cast.olivia.actor)
    resources.put_many([Said("group", "eu-1", "Rome"), Said("group", "eu-3", "Oslo")], by=cast.olivia.actor)
    resources.rename(Resource.objects.get(external_id="eu-2"), "Bern", by=cast.olivia.actor)
    assert found(cast, "first") == set()
    assert found(cast, "second") == {"Second"}
    assert {one.user.name for one in memberships.matching("anne@", by=cast.olivia.actor)} == {"Anne"}
    assert [worker(cast, q) for q in ("sync", "copy", "files", "DATA@")] == [set(), {"Copy"}, {"Copy"}, {"Copy"}]
    assert [place(cast, q) for q in ("berl", "ome", "paris", "bern")] == [set(), {"Rome"}, set(), {"Bern"}]
    before = entries()
    searching.rebuild()
    assert entries() == before
    assert {one[1] for one in before} == {
        *Token.objects.values_list("pk", flat=True),
        *Membership.objects.values_list("pk", flat=True),
        *ServiceUser.objects.values_list("pk", flat=True),
        *Resource.objects.values_list("pk", flat=True),
    }
    assert found(cast, "second") == {"Second"}


def test_what_is_dropped_is_found_no_more(cast: Cast) -> None:
    token = stored([row(cast.acme, name="Report")])[0]
    search.drop(search.Kind.TOKEN, [token.pk])
    assert found(cast, "report") == set()


def test_a_search_is_one_query_before_the_list(cast: Cast) -> None:
    stored(row(cast.acme, name=f"Report {at}") for at in range(3))
    with CaptureQueriesContext(
        connection,
    ) as made:
        assert len(Token.objects.filter(findable.sought("report", cast.acme.pk).condition)) == 3
    assert len(made) == 2


def entries() -> set[tuple[Any, ...]]:
    return set(Searchable.objects.values_list("kind", "object_id", "tenant_id", "text", "more"))


def test_a_rename_is_found_in_every_tenant(cast: Cast) -> None:
    factories.member(cast.marc.user, cast.globex, "viewer")
    User.objects.filter(pk=cast.marc.user.pk).update(name="Marcel")
    cast.marc.user.refresh_from_db()
    memberships.list_anew(cast.marc.user)
    for who in (cast.olivia, cast.stella):
        assert {one.user.name for one in memberships.matching("marcel", by=who.actor)} == {"Marcel"}


def test_what_was_there_before_is_found_after_the_migration(cast: Cast) -> None:
    sync = factories.worker(cast.marc.actor, name="Sync")
    service_users.edit(sync, Words("Sync", "Moves files", "data@acme.test"), by=cast.marc.actor)
    resources.put_many([Said("group", f"eu-{at}", f"Berlin {at}") for at in range(3)], by=cast.olivia.actor)
    before = {one for one in entries() if one[0] in {search.Kind.SERVICE_USER, search.Kind.RESOURCE}}
    search.drop_everything()
    search.add(search.Entry(search.Kind.SERVICE_USER, sync.pk, sync.tenant_id, sync.name))
    import_module("tokens.migrations.0010_search_resources").write_entries(apps, None)
    assert entries() == before
    assert worker(cast, "files") == {"Sync"}
    assert len(place(cast, "berlin")) == 3
