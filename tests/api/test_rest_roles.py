"""A tenant's own roles through the API."""

import pytest

from accounts import memberships, own_roles, roles
from accounts.grants import Grants
from accounts.models import Membership, Role
from accounts.own_roles import NewRole
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.api.rest import program, strong
from tests.cast import Cast
from tests.unnamed import unnamed

SAID = {"key": "reader", "name": "Reader", "scope": "assets:read"}


@pytest.fixture
def role(cast: Cast) -> Role:
    """Marc has it."""
    grants = Grants.parse("assets:write")
    made = own_roles.create([NewRole("releases", "Releases", grants=grants)], by=cast.olivia.actor)[0]
    memberships.change_role(cast.marc.membership, to=made, by=cast.olivia.actor)
    return made


def test_a_role_is_made_read_changed_and_deleted(cast: Cast) -> None:
    by = strong(cast)
    made = by.post("/roles", SAID)
    assert made.status_code == 201
    path = f"/roles/{made.json()['id']}"
    assert by.get(path).json() == made.json()
    assert by.patch(path, {"scope": "assets:write", "description": "Now more"}).json()["scope"] == "assets:write"
    assert by.patch(path, {"scope": ""}).json()["scope"] == ""
    assert by.delete(path).status_code == 204
    assert by.get(path).status_code == 404


def test_the_preview_names_what_is_lost_and_changes_nothing(cast: Cast, role: Role) -> None:
    token = factories.token(cast.marc.actor, "assets:write").token
    by = strong(cast)
    said = by.post(f"/roles/{role.pk}/preview", {"scope": "assets:read"}).json()
    assert [(one["id"], one["loses"]) for one in said["items"]] == [(str(token.pk), "assets:write")]
    assert by.post(f"/roles/{role.pk}/preview", {"replaced_by": "developer"}).json()["count"] == 0
    assert by.post(f"/roles/{role.pk}/preview", {}).json()["count"] == 1
    role.refresh_from_db()
    assert role.grants_text == "assets:write"


def test_a_role_in_use_is_replaced_for_whoever_has_it(cast: Cast, role: Role) -> None:
    worker = factories.worker(cast.olivia.actor)
    type(worker).objects.filter(pk=worker.pk).update(role=role)
    by = program(cast.olivia.actor, "roles:write members:write assets:write")
    assert by.delete(f"/roles/{role.pk}").status_code == 422
    assert by.post(f"/roles/{role.pk}/replace", {"role": "viewer"}).status_code == 403  # needs what viewers have
    everything = " ".join(map(str, roles.built_in("viewer").grants))
    able = program(cast.olivia.actor, f"{everything} roles:write members:write service-users:write assets:write")
    assert able.post(f"/roles/{role.pk}/replace", {"role": "nobody"}).status_code == 422
    assert able.post(f"/roles/{role.pk}/replace", {"role": "viewer"}).status_code == 204
    assert Membership.objects.get(pk=cast.marc.membership.pk).role.key == "viewer"
    worker.refresh_from_db()
    assert worker.role == roles.built_in("viewer")
    moved = Event.objects.filter(
        action__in=[Action.ROLE_CHANGED, Action.SERVICE_USER_RIGHTS_CHANGED], detail__after="viewer"
    )
    assert {one.target_id for one in moved} == {str(cast.marc.user.pk), str(worker.pk)}


def test_nobody_gives_a_role_what_they_do_not_have(cast: Cast, role: Role) -> None:
    by = program(cast.olivia.actor, "roles:write assets:read")
    assert by.post("/roles", {**SAID, "scope": "assets:write"}).status_code == 403
    assert by.patch(f"/roles/{role.pk}", {"name": "Mine"}).status_code == 403
    assert by.delete(f"/roles/{role.pk}").status_code == 403


def test_a_role_cannot_go_into_one_that_allows_more_than_the_asker(cast: Cast, role: Role) -> None:
    by = program(cast.olivia.actor, "roles:write members:write assets:write")
    assert by.post(f"/roles/{role.pk}/replace", {"role": "admin"}).status_code == 403
    assert Role.objects.filter(pk=role.pk).exists()


def test_built_in_roles_stay(cast: Cast) -> None:
    viewer = roles.built_in("viewer")
    by = strong(cast)
    assert by.patch(f"/roles/{viewer.pk}", {"name": "x"}).status_code == 403
    assert by.delete(f"/roles/{viewer.pk}").status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/preview", {"scope": ""}),
        ("POST", "/replace", {"role": "viewer"}),
    ],
)
def test_another_tenants_role_is_as_unknown_as_any(
    cast: Cast, role: Role, method: str, path: str, body: object
) -> None:
    by = program(cast.stella.actor, "roles:write members:write")
    answers = [by.call(method, f"/roles/{pk}{path}", body) for pk in (role.pk, cast.acme.pk, "no-id")]
    assert {one.status_code for one in answers} == {404}
    assert len({unnamed(one) for one in answers}) == 1


def test_writing_takes_its_scope(cast: Cast, role: Role) -> None:
    by = program(cast.olivia.actor, "roles:read assets:write")
    answers = [by.post("/roles", SAID), by.patch(f"/roles/{role.pk}", {"name": "x"}), by.delete(f"/roles/{role.pk}")]
    assert {one.status_code for one in [*answers, by.post(f"/roles/{role.pk}/preview", {})]} == {403}
