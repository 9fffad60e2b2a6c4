"""Lists through the API: the page's filters under the page's names, page by page, at a price that does not grow."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from accounts.ledger import Period
from accounts.models import Role
from audit import clock
from audit.actions import Topic
from audit.models import Event
from tests import factories
from tests.api.rest import NEW, Program, fields, program, strong
from tests.cast import Cast
from tests.tokens.rows import row
from tokens import lifecycle, listing
from tokens.asking import Asked, Segment, Sort
from tokens.kinds import Kind
from tokens.models import Token

MOST_QUERIES = 4
LISTS = ["/tokens", "/members", "/roles", "/ledger"]


@pytest.fixture
def many(cast: Cast) -> Program:
    """Tokens of every kind, owner and state."""
    factories.token(cast.marc.actor, "assets:write", name="Alpha sync")
    lifecycle.revoke(factories.token(cast.marc.actor, name="beta sync").token, by=cast.marc.actor)
    factories.token(cast.victor.actor, "libraries:read", name="Gamma", lives=timedelta(days=3))
    factories.token(cast.adam.actor, "projects:read", kind=Kind.TENANT, name="Delta")
    factories.token(cast.olivia.actor, name="Gone", lives=timedelta(days=1), at=clock.now() - timedelta(days=2))
    return strong(cast)


ADDRESSES = [
    "",
    *[f"status={segment}" for segment in Segment],
    *[f"kind={kind}" for kind in Kind],
    *[f"sort={minus}{sort}" for sort in Sort for minus in ("", "-")],
    "q=sync",
    "q=olivia",
    "q=%20SYNC%20",
    "scope=assets",
    "subject=me",
    "subject=tenant",
    "status=active&kind=personal&scope=assets&q=a&sort=-name",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_filter_finds_what_the_page_finds_in_the_same_order(cast: Cast, many: Program, address: str) -> None:
    shown = listing.read(cast.olivia.actor, Asked.of(QueryDict(address)))
    found = many.get(f"/tokens?{address}")
    assert [one["id"] for one in found.json()["items"]] == [str(token.pk) for token in shown.page]


@pytest.mark.parametrize("which", ["membership", "user"])
def test_a_member_is_found_by_either_id(cast: Cast, many: Program, which: str) -> None:
    found = many.get(f"/tokens?subject={getattr(cast.marc, which).pk}").json()["items"]
    assert {one["name"] for one in found} == {"Alpha sync", "beta sync"}


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/tokens?stauts=active", "stauts"),
        ("/tokens?status=broken", "status"),
        ("/tokens?kind=robot", "kind"),
        ("/tokens?kind=", "kind"),
        ("/tokens?sort=secret_hash", "sort"),
        ("/tokens?subject=somebody", "subject"),
        ("/tokens?limit=0", "limit"),
        ("/tokens?limit=201", "limit"),
        ("/tokens?limit=99999999999999999999999", "limit"),
        ("/tokens?cursor=made-up", "cursor"),
        ("/tokens?status=active&status=revoked", "status"),
        ("/tokens?limit=5&limit=5", "limit"),
        ("/members?name=x", "name"),
        ("/roles?key=owner", "key"),
        ("/roles?cursor=x", "cursor"),
        ("/members?cursor=x", "cursor"),
        ("/ledger?topic=weather", "topic"),
        ("/ledger?period=2d", "period"),
        ("/ledger?cursor=x", "cursor"),
    ],
)
def test_a_filter_that_is_not_known_never_means_everything(cast: Cast, path: str, field: str) -> None:
    assert fields(strong(cast).get(path)) == {field}


def test_a_cursor_of_another_order_is_refused(cast: Cast, many: Program) -> None:
    cursor = many.get("/tokens?limit=2&sort=name").json()["next"]
    assert fields(many.get(f"/tokens?limit=2&sort=created&cursor={cursor}")) == {"cursor"}


@pytest.mark.parametrize("size", [1, 2, 200])
@pytest.mark.parametrize("path", ["/tokens?", "/tokens?sort=-used&", "/members?", "/ledger?"])
def test_every_page_leads_to_the_next_until_the_last(cast: Cast, many: Program, path: str, size: int) -> None:
    whole = [one["id"] for one in many.get(f"{path}limit=200").json()["items"]]
    seen = [page["items"] for page in _pages(many, path, size)]
    assert [one["id"] for items in seen for one in items] == whole
    assert all(len(items) == size for items in seen[:-1])


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_no_more_with_more_rows(cast: Cast, path: str) -> None:
    by = strong(cast)
    few = _queries(lambda: by.get(path))
    for number in range(10):
        added = factories.member(factories.person(email=f"p{number}@acme.test"), cast.acme, "viewer")
        made = [row(cast.acme, owner, expires_at=_soon(), created_by=added.user) for owner in (added, None)]
        Token.objects.bulk_create(made)
        Role.objects.create(tenant=cast.acme, key=f"r{number}", name="Own", grants_text="assets:read")
    assert len(by.get(path).json()["items"]) > 10
    assert _queries(lambda: by.get(path)) == few <= MOST_QUERIES


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *[("GET", "/me"), ("GET", "/catalogue"), ("GET", "/tenants/current"), ("POST", "/tokens"), ("GET", "{own}")],
        *[("PATCH", "{own}"), ("DELETE", "{own}"), ("POST", "{own}/revoke")],
    ],
)
def test_what_is_no_list_takes_no_parameters(cast: Cast, method: str, path: str) -> None:
    """Else a `?dry_run=true` that nobody knows would make a token."""
    by = strong(cast)
    body = {"/tokens": NEW, "{own}": {"name": "x"}}.get(path) if method in {"POST", "PATCH"} else None
    address = path.replace("{own}", by.path)
    before = list(Token.objects.values())
    assert fields(by.call(method, f"{address}?dry_run=true", body)) == {"dry_run"}
    assert list(Token.objects.values()) == before


def test_me_costs_one_query(cast: Cast) -> None:
    by = strong(cast)
    assert _queries(lambda: by.get("/me")) == 1


def test_the_members_are_all_of_the_tenant_and_nobody_else(cast: Cast) -> None:
    found = strong(cast).get("/members").json()["items"]
    assert {one["user"]["name"]: one["role"]["key"] for one in found} == {
        "Olivia Test": "owner",
        "Adam Test": "admin",
        "Marc Test": "developer",
        "Victor Test": "viewer",
    }
    assert {one["id"] for one in found} == {str(person.membership.pk) for name, person in cast.people.items()} - {
        str(cast.stella.membership.pk)
    }


def test_the_roles_say_what_they_allow(cast: Cast) -> None:
    found = strong(cast).get("/roles").json()
    assert [one["key"] for one in found["items"]] == ["owner", "admin", "developer", "viewer"]
    assert all(one["built_in"] and one["scope"] for one in found["items"])
    assert found["next"] is None


def test_a_tenants_own_roles_are_told_to_it_alone(cast: Cast) -> None:
    Role.objects.create(tenant=cast.acme, key="own", name="Our own", grants_text="assets:read")
    Role.objects.create(tenant=cast.globex, key="theirs", name="Theirs", grants_text="assets:read")
    found = {one["key"]: one["built_in"] for one in strong(cast).get("/roles").json()["items"]}
    assert found == {"owner": True, "admin": True, "developer": True, "viewer": True, "own": False}


@pytest.mark.parametrize("path", ["/tokens?subject={member}", "/tokens?q={token}", "/ledger?about={token}"])
def test_ids_of_another_tenant_find_nothing(cast: Cast, path: str) -> None:
    token = factories.token(cast.stella.actor).token
    address = path.format(member=cast.stella.membership.pk, token=token.pk)
    assert strong(cast).get(address).json() == {"items": [], "next": None}


def test_the_ledger_tells_everything_of_the_tenant_and_nothing_else(cast: Cast, many: Program) -> None:
    factories.token(cast.stella.actor)
    found = many.get("/ledger?limit=200").json()["items"]
    assert [one["id"] for one in found] == [str(one.pk) for one in Event.objects.of_tenant(cast.acme.pk)]
    assert {"id", "at", "action", "sentence", "actor", "target", "detail", "count"} < set(found[0])


def test_the_ledgers_filters_filter(cast: Cast, many: Program) -> None:
    token = Token.objects.get(name="beta sync")
    assert _actions(many, f"about={token.pk}") == ["token.revoked", "token.revealed", "token.issued"]
    assert set(_actions(many, f"actor={cast.adam.user.pk}")) == {"token.issued", "token.revealed"}
    assert all(action.startswith("member.") for action in _actions(many, f"topic={Topic.MEMBERS}"))
    assert len(_actions(many, f"period={Period.DAY}")) == len(_actions(many, "")) - 2
    assert len(_actions(many, "q=gamma")) == 2


def _actions(by: Program, address: str) -> list[str]:
    return [one["action"] for one in by.get(f"/ledger?limit=200&{address}").json()["items"]]


def _pages(by: Program, path: str, size: int) -> list[dict[str, Any]]:
    pages = [by.get(f"{path}limit={size}").json()]
    while cursor := pages[-1]["next"]:
        pages.append(by.get(f"{path}limit={size}&cursor={cursor}").json())
    return pages


def _queries(deed: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        deed()
    return len(captured)


def _soon() -> Any:
    return clock.now() + timedelta(days=9)


def test_a_list_of_one_token_alone_is_paged_like_any_other(cast: Cast) -> None:
    assert program(cast.marc.actor, "assets:read").get("/tokens?limit=1").json()["next"] is None
