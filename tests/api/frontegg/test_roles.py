"""Roles and permissions by Frontegg's addresses: the catalogue's are read, a tenant's own are made and changed."""

from typing import Any
from uuid import UUID

import pytest

from accounts import memberships, permissions, roles
from accounts.access import Actor
from accounts.grants import Grant
from accounts.installed import catalogue
from accounts.models import Role
from audit.ids import uuid7
from audit.models import Event
from tests import factories
from tests.api import oauth
from tests.api.frontegg.test_api_tokens import READ_ASSETS, WRITE_ASSETS, made, permissions_of
from tests.api.frontegg.vendor import RESOURCES, TENANT_TOKENS, Vendor, call, exchange, vendor
from tests.cast import Cast

ROLES = f"{RESOURCES}/roles/v1"
PERMISSIONS = f"{RESOURCES}/permissions/v1"
CI = {"key": "ci", "name": "CI", "level": 3, "description": "Builds"}
FIELDS = {
    "id", "vendorId", "tenantId", "key", "name", "description", "isDefault", "firstUserRole", "level", "createdAt",
    "updatedAt", "permissions",
}  # fmt: skip


@pytest.fixture
def backend(cast: Cast) -> Vendor:
    return vendor("provision", "tokens").of(cast.acme.pk)


def created(backend: Vendor, **more: Any) -> Any:
    answer = backend.call("POST", ROLES, [{**CI, **more}])
    assert answer.status_code == 201, answer.content
    [role] = answer.json()
    return role


def test_the_built_in_roles_are_there_without_a_tenant(backend: Vendor) -> None:
    listed = backend.of("").call("GET", ROLES).json()
    assert {role["key"] for role in listed} == {"owner", "admin", "developer", "viewer"}
    assert all(role.keys() == FIELDS and role["tenantId"] is None for role in listed)


def test_a_tenants_own_role_is_made_changed_and_deleted(cast: Cast, backend: Vendor) -> None:
    role = created(backend)
    assert role.keys() == FIELDS
    assert (role["key"], role["level"], role["tenantId"], role["permissions"]) == ("ci", 3, str(cast.acme.pk), [])
    path = f"{ROLES}/{role['id']}"
    permitted = backend.call("PUT", f"{path}/permissions", {"permissionIds": [WRITE_ASSETS]})
    assert (permitted.status_code, set(permitted.json()["permissions"])) == (200, {READ_ASSETS, WRITE_ASSETS})
    changed = backend.call("PATCH", f"{path}/", {"name": "Builds", "level": 0, "description": None}).json()
    assert (changed["name"], changed["level"], changed["description"]) == ("Builds", 0, None)
    assert changed["updatedAt"] > changed["createdAt"]
    assert len(backend.call("GET", ROLES).json()) == 5
    assert len(vendor("provision").of(cast.globex.pk).call("GET", ROLES).json()) == 4
    gone = backend.call("DELETE", path)
    assert (gone.status_code, gone.content) == (204, b"")
    assert backend.call("DELETE", path).status_code == 404
    told = Event.objects.of_tenant(cast.acme.pk).about(role["id"])
    assert {event.action for event in told} == {"role.created", "role.edited", "role.deleted"}
    assert {event.actor_kind for event in told} == {"management"}


def test_a_role_is_what_tokens_are_made_of(backend: Vendor) -> None:
    role = created(backend, permissionIds=[WRITE_ASSETS])
    pair = made(backend.call("POST", TENANT_TOKENS, {"roleIds": [role["id"]]}))
    backend.call("PUT", f"{ROLES}/{role['id']}/permissions", {"permissionIds": [READ_ASSETS]})
    assert permissions_of(pair) == ["assets:read"]
    assert backend.call("DELETE", f"{ROLES}/{role['id']}").status_code == 204
    assert permissions_of(pair) == []


@pytest.mark.parametrize("key", ["ci", "owner"])
def test_a_key_is_taken_once(backend: Vendor, key: str) -> None:
    created(backend)
    answer = backend.call("POST", ROLES, [{**CI, "key": "new"}, {**CI, "key": key}])
    assert (answer.status_code, answer.json()) == (400, {"errors": ["Roles already exists"]})
    assert not Role.objects.filter(key="new").exists()


@pytest.mark.parametrize(
    "wrong",
    [{"key": "a b"}, {"key": ""}, {"name": ""}, {"name": "x\ny"}, {"level": "3"}, {"level": -1}, {"isDefault": True}],
)
def test_what_is_wrong_is_said(backend: Vendor, wrong: dict[str, Any]) -> None:
    answer = backend.call("POST", ROLES, [{**CI, **wrong}])
    assert (answer.status_code, len(answer.json()["errors"])) == (400, 1)


@pytest.mark.parametrize("body", [{}, [1], "x", b"{"])
def test_roles_are_made_by_the_array(backend: Vendor, body: Any) -> None:
    assert backend.call("POST", ROLES, body).status_code == 400


def test_a_built_in_role_is_the_catalogues(backend: Vendor) -> None:
    viewer = roles.built_in("viewer")
    for answer in (
        backend.call("PATCH", f"{ROLES}/{viewer.pk}", {"name": "Mine"}),
        backend.call("DELETE", f"{ROLES}/{viewer.pk}"),
        backend.call("PUT", f"{ROLES}/{viewer.pk}/permissions", {"permissionIds": [WRITE_ASSETS]}),
    ):
        assert (answer.status_code, "catalogue" in answer.json()["errors"][0]) == (403, True)


def test_a_role_that_somebody_has_stays(cast: Cast, backend: Vendor) -> None:
    role = Role.objects.get(pk=created(backend)["id"])
    memberships.change_role(cast.marc.membership, to=role, by=Actor.operator(cast.acme))
    answer = backend.call("DELETE", f"{ROLES}/{role.pk}")
    assert (answer.status_code, "Somebody has this role" in answer.json()["errors"][0]) == (400, True)
    memberships.remove(cast.marc.membership, by=cast.olivia.actor)
    assert backend.call("DELETE", f"{ROLES}/{role.pk}").status_code == 204


def test_another_tenants_role_is_an_unknown_role(cast: Cast, backend: Vendor) -> None:
    theirs = created(vendor("provision").of(cast.globex.pk))["id"]
    for method in ("PATCH", "DELETE"):
        assert [backend.call(method, f"{ROLES}/{pk}", {}).status_code for pk in (theirs, uuid7())] == [404, 404]


def test_only_who_may_provision_changes_roles(cast: Cast) -> None:
    backend = vendor("tokens").of(cast.acme.pk)
    assert backend.call("GET", ROLES).status_code == 200
    assert backend.call("POST", ROLES, [CI]).status_code == 403
    assert vendor("introspect").of(cast.acme.pk).call("GET", ROLES).status_code == 403
    assert call("GET", ROLES).status_code == 401


def test_nobody_makes_a_role_that_allows_more_than_their_own(cast: Cast) -> None:
    issued = factories.token(cast.olivia.actor, "roles:write assets:read")
    text = exchange(str(issued.token.pk), issued.secret.value).json()["accessToken"]
    headers = oauth.bearer(text)
    assert call("POST", ROLES, [{**CI, "permissionIds": [WRITE_ASSETS]}], **headers).status_code == 403
    answer = call("POST", ROLES, [{**CI, "permissionIds": [READ_ASSETS]}], **headers)
    assert answer.status_code == 201
    path = f"{ROLES}/{answer.json()[0]['id']}/permissions"
    assert call("PUT", path, {"permissionIds": [WRITE_ASSETS]}, **headers).status_code == 403


def test_roles_in_pages(backend: Vendor) -> None:
    created(backend)

    def keys(query: str) -> list[str]:
        return [role["key"] for role in backend.call("GET", f"{RESOURCES}/roles/v2?{query}").json()["items"]]

    assert keys("_sortBy=key") == ["admin", "ci", "developer", "owner", "viewer"]
    assert keys("_sortBy=key&_order=DESC&_limit=2") == ["viewer", "owner"]
    assert keys("_sortBy=key&_limit=2&_offset=1") == ["developer", "owner"]
    assert keys("_filter=BUILDS") == keys("_levels=3,4") == keys(f"_tenantIds={backend.tenant}") == ["ci"]
    found = backend.call("GET", f"{RESOURCES}/roles/v2?_limit=2").json()
    assert found["_metadata"] == {"totalItems": 5, "totalPages": 3}
    assert found["_links"]["next"] == "/identity/resources/roles/v2?_limit=2&_offset=1"
    assert backend.call("GET", f"{RESOURCES}/roles/v2?_limit=0").status_code == 400


def test_permissions_are_the_catalogues(backend: Vendor) -> None:
    listed = backend.call("GET", PERMISSIONS).json()
    by_key = {one["key"]: one for one in listed}
    assert "assets:read" in by_key
    assert {Grant.parse(key).resource for key in by_key} == {resource.key for resource in catalogue().resources}
    assert by_key["assets:write"]["id"] == WRITE_ASSETS == str(permissions.id_of(Grant.parse("assets:write")))
    categories = {one["id"]: one["name"] for one in backend.call("GET", f"{PERMISSIONS}/categories").json()}
    assert by_key["assets:read"]["categoryId"] in categories
    owner = str(roles.built_in("owner").pk)
    assert all(owner in one["roleIds"] for one in listed)


def test_permissions_are_changed_in_the_file_alone(backend: Vendor) -> None:
    taken = backend.call("POST", PERMISSIONS, [{"key": "assets:read", "name": "x"}])
    assert (taken.status_code, taken.json()) == (400, {"errors": ["Permissions already exist"]})
    answers = [
        backend.call("POST", PERMISSIONS, [{"key": "flights:book", "name": "x"}]),
        backend.call("PATCH", f"{PERMISSIONS}/{READ_ASSETS}", {"name": "x"}),
        backend.call("DELETE", f"{PERMISSIONS}/{READ_ASSETS}"),
        backend.call("PUT", f"{PERMISSIONS}/{READ_ASSETS}/roles", {"roleIds": []}),
    ]
    assert {(one.status_code, "catalogue file" in one.json()["errors"][0]) for one in answers} == {(403, True)}
    assert backend.call("DELETE", f"{PERMISSIONS}/{UUID(int=7)}").status_code == 404


def test_the_ids_of_permissions_never_change() -> None:
    """They are written down in other people's configurations."""
    assert READ_ASSETS == "85ee5bbe-946f-5fac-a330-fa02c78a2566"
