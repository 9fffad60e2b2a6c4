"""Service users: who may make and change them, what they may be given, and that somebody manages them."""

import pytest
from django.core.exceptions import ValidationError

from accounts import managing, memberships, own_roles, roles, service_users
from accounts.access import Actor, PermissionDenied
from accounts.grants import Grants
from accounts.models import ServiceUser
from accounts.own_roles import NewRole
from accounts.service_users import Rights, Words
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.cast import Cast

READS = Grants.parse("assets:read")


@pytest.mark.parametrize("name", ["olivia", "adam", "marc"])
def test_who_makes_one_manages_it(cast: Cast, name: str) -> None:
    by = cast.people[name].actor
    made = service_users.create(Words("Sync"), Rights(grants=READS), managers=[], by=by)
    assert service_users.manages(made, by)
    assert [one.membership_id for one in managing.people(made)] == [cast.people[name].membership.pk]
    assert made.created_by == cast.people[name].user


def test_a_viewer_makes_none(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        factories.worker(cast.victor.actor, grants="assets:read")
    assert not ServiceUser.objects.exists()


def test_a_developer_stays_a_manager_of_what_they_make(cast: Cast) -> None:
    chosen = [cast.victor.membership]
    made = service_users.create(Words("Sync"), Rights(), managers=chosen, by=cast.marc.actor)
    assert {one.membership for one in managing.people(made)} == {cast.victor.membership, cast.marc.membership}
    made = service_users.create(Words("Sync"), Rights(), managers=chosen, by=cast.olivia.actor)
    assert {one.membership for one in managing.people(made)} == {cast.victor.membership}


@pytest.mark.parametrize("rights", [Rights(grants=Grants.parse("tokens:write")), "admin"])
def test_nobody_gives_a_service_user_what_they_do_not_have(cast: Cast, rights: Rights | str) -> None:
    wanted = rights if isinstance(rights, Rights) else Rights(roles.built_in(rights))
    with pytest.raises(PermissionDenied):
        service_users.create(Words("Sync"), wanted, managers=[], by=cast.marc.actor)
    worker = factories.worker(cast.marc.actor)
    with pytest.raises(PermissionDenied):
        service_users.change_rights(worker, to=wanted, by=cast.marc.actor)
    assert str(worker.rights) == "assets:write"


def test_what_an_administrator_gave_stays_when_a_manager_changes_the_rest(cast: Cast) -> None:
    worker = factories.worker(cast.olivia.actor, role="viewer", grants="ledger:read assets:write")
    managing.add(worker, cast.marc.membership, by=cast.olivia.actor)
    viewer = roles.built_in("viewer")
    service_users.change_rights(
        worker, to=Rights(viewer, Grants.parse("ledger:read projects:write")), by=cast.marc.actor
    )
    assert str(worker.grants) == "ledger:read projects:write"
    with pytest.raises(PermissionDenied):
        service_users.change_rights(worker, to=Rights(viewer, Grants.parse("policy:read")), by=cast.marc.actor)


def test_everything_wrong_is_told_at_once(cast: Cast) -> None:
    words = Words(" ", "x" * 501, "nobody")
    with pytest.raises(ValidationError) as caught:
        service_users.create(
            words, Rights(grants=Grants.parse("moon:read")), managers=[cast.stella.membership], by=cast.olivia.actor
        )
    assert set(caught.value.message_dict) == {"name", "purpose", "contact_email", "grants", "managers"}


def test_somebody_must_manage_it(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="at least one person"):
        service_users.create(Words("Sync"), Rights(), managers=[], by=Actor.operator(cast.acme))


def test_managers_see_just_theirs_and_administrators_all(cast: Cast) -> None:
    mine, other = factories.worker(cast.marc.actor), factories.worker(cast.olivia.actor)
    theirs = factories.worker(cast.stella.actor)
    assert set(service_users.known_to(cast.marc.actor)) == {mine}
    assert set(service_users.known_to(cast.victor.actor)) == set()
    assert set(service_users.known_to(cast.adam.actor)) == {mine, other}
    assert set(service_users.known_to(cast.stella.actor)) == {theirs}


@pytest.mark.parametrize("verb", [service_users.disable, service_users.enable, service_users.delete])
def test_only_managers_and_administrators_change_one(cast: Cast, verb: object) -> None:
    worker = factories.worker(cast.marc.actor)
    for name in ("victor", "stella"):
        with pytest.raises(PermissionDenied):
            verb(worker, by=cast.people[name].actor)  # type: ignore[operator]
        with pytest.raises(PermissionDenied):
            managing.add(worker, cast.people[name].membership, by=cast.people[name].actor)
        with pytest.raises(PermissionDenied):
            service_users.edit(worker, Words("Mine"), by=cast.people[name].actor)
    worker.refresh_from_db()
    assert (worker.name, worker.disabled_at, worker.deleted_at) == ("Warehouse sync", None, None)


def test_a_stranger_never_becomes_a_manager(cast: Cast) -> None:
    worker = factories.worker(cast.marc.actor)
    gone = cast.victor.membership
    memberships.remove(gone, by=cast.olivia.actor)
    gone.refresh_from_db()
    for manager in (cast.stella.membership, gone):
        with pytest.raises(ValidationError, match="belongs here now"):
            managing.add(worker, manager, by=cast.olivia.actor)


def test_the_last_manager_goes_only_by_an_administrator(cast: Cast) -> None:
    worker = factories.worker(cast.marc.actor)
    with pytest.raises(ValidationError, match="last manager"):
        managing.remove(worker, cast.marc.membership, by=cast.marc.actor)
    assert managing.add(worker, cast.victor.membership, by=cast.marc.actor)
    assert not managing.add(worker, cast.victor.membership, by=cast.marc.actor)
    memberships.suspend(cast.victor.membership, by=cast.olivia.actor)
    with pytest.raises(ValidationError, match="last manager"):  # who is suspended counts for nothing
        managing.remove(worker, cast.marc.membership, by=cast.marc.actor)
    assert managing.remove(worker, cast.marc.membership, by=cast.adam.actor)
    assert not managing.remove(worker, cast.marc.membership, by=cast.adam.actor)
    assert set(ServiceUser.objects.without_manager()) == {worker}


def test_a_deleted_one_never_comes_back(cast: Cast) -> None:
    worker = factories.worker(cast.marc.actor)
    assert service_users.delete(worker, by=cast.marc.actor)
    assert not service_users.delete(worker, by=cast.marc.actor)
    assert not service_users.enable(worker, by=cast.marc.actor)
    assert not service_users.known_to(cast.olivia.actor).exists()
    with pytest.raises(ValidationError, match="deleted"):
        managing.add(worker, cast.victor.membership, by=cast.olivia.actor)


def test_a_role_that_a_service_user_has_is_not_deleted(cast: Cast) -> None:
    [role] = own_roles.create([NewRole("sync", "Sync", grants=READS)], by=cast.olivia.actor)
    worker = service_users.create(Words("Sync"), Rights(role), managers=[], by=cast.olivia.actor)
    with pytest.raises(ValidationError):
        own_roles.delete(role, by=cast.olivia.actor)
    service_users.delete(worker, by=cast.olivia.actor)
    own_roles.delete(role, by=cast.olivia.actor)


def test_each_change_is_in_the_ledger_once(cast: Cast) -> None:
    worker = factories.worker(cast.marc.actor)
    for _ in range(2):
        service_users.edit(worker, Words("Stock sync"), by=cast.marc.actor)
        service_users.change_rights(worker, to=Rights(grants=READS), by=cast.marc.actor)
        service_users.disable(worker, by=cast.marc.actor)
        managing.add(worker, cast.victor.membership, by=cast.marc.actor)
    service_users.enable(worker, by=cast.marc.actor)
    assert [event.action for event in Event.objects.about(worker.pk).order_by("id")] == [
        Action.SERVICE_USER_CREATED,
        Action.SERVICE_USER_EDITED,
        Action.SERVICE_USER_RIGHTS_CHANGED,
        Action.SERVICE_USER_DISABLED,
        Action.SERVICE_USER_MANAGER_ADDED,
        Action.SERVICE_USER_ENABLED,
    ]
