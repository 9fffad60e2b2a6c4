"""Service users in the API: the same verbs, with scopes in the place of being a manager in person."""

from typing import Any

import pytest

from accounts import roles, service_users
from accounts.models import ServiceUser
from tests import factories
from tests.api.rest import NEW, Program, fields, program
from tests.cast import Cast
from tests.unnamed import unnamed
from tokens.models import Token

ALL = "/service-users"
RIGHTS = "service-users:write service-users:create tokens:write assets:write projects:read"
NOBODY = "01a200ba-0000-7000-8000-000000000000"


@pytest.fixture
def by(cast: Cast) -> Program:
    return program(cast.olivia.actor, RIGHTS)


@pytest.fixture
def worker(cast: Cast) -> ServiceUser:
    return factories.worker(cast.marc.actor)


def made(by: Program, cast: Cast, **more: Any) -> Any:
    return by.post(ALL, {"name": "Sync", "manager_ids": [str(cast.marc.membership.pk)], **more})


def test_one_is_made_with_what_it_may_do_and_who_manages_it(cast: Cast, by: Program) -> None:
    answer = made(
        by, cast, purpose="Copies", contact_email="data@acme.test", scope="assets:write projects:read@project=1"
    )
    assert answer.status_code == 201
    told = answer.json()
    assert (
        told["managers"]
        == [
            {"id": str(cast.marc.membership.pk), "user_id": str(cast.marc.user.pk), "name": "Marc Test"},
            {"id": str(cast.olivia.membership.pk), "user_id": str(cast.olivia.user.pk), "name": "Olivia Test"},
        ][:1]
    )
    assert (told["scope"], told["role"], told["status"]) == ("assets:write projects:read@project=1", None, "no_token")
    assert by.get(f"{ALL}/{told['id']}").json() == told


def test_its_tokens_are_made_and_found_by_it(cast: Cast, by: Program, worker: ServiceUser) -> None:
    issued = by.post("/tokens", {**NEW, "kind": "service", "service_user_id": str(worker.pk)})
    assert (issued.status_code, issued.json()["subject"]["id"]) == (201, str(worker.pk))
    [found] = by.get(f"/tokens?subject={worker.pk}").json()["items"]
    assert found["id"] == issued.json()["id"]
    assert by.get(f"{ALL}/{worker.pk}").json()["live_tokens"] == 1
    assert fields(by.post("/tokens", {**NEW, "kind": "service"})) == {"service_user_id"}
    assert fields(by.post("/tokens", {**NEW, "service_user_id": str(worker.pk)})) == {"service_user_id"}
    assert fields(
        by.post("/tokens", {**NEW, "kind": "service", "service_user_id": str(worker.pk), "scope": "projects:read"})
    ) == {"scope"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"contact_email": "x"}, "contact_email"),
        ({"purpose": "x" * 501}, "purpose"),
        ({"scope": "nonsense"}, "scope"),
        ({"scope": "moon:read"}, "scope"),
        ({"role_id": NOBODY}, "role_id"),
        ({"manager_ids": []}, "manager_ids"),
        ({"manager_ids": [NOBODY]}, "manager_ids"),
        ({"secret": "x"}, "secret"),
    ],
)
def test_what_is_wrong_is_told_by_field(cast: Cast, by: Program, change: dict[str, Any], field: str) -> None:
    tenants = program(cast.olivia.actor, RIGHTS, kind=by.issued.token.token_kind.__class__.TENANT)
    assert fields(made(tenants, cast, **change)) == {field}
    assert not ServiceUser.objects.exists()


def test_another_tenants_manager_and_role_are_unknown(cast: Cast, by: Program) -> None:
    assert fields(made(by, cast, manager_ids=[str(cast.stella.membership.pk)])) == {"manager_ids"}
    assert fields(made(by, cast, role_id=str(roles.built_in("admin").pk))) == {"role_id"}


def test_a_token_gives_no_more_than_it_has(cast: Cast, by: Program, worker: ServiceUser) -> None:
    assert made(by, cast, scope="members:read").status_code == 403
    assert by.patch(f"{ALL}/{worker.pk}", {"scope": "assets:write members:read"}).status_code == 403
    assert by.patch(f"{ALL}/{worker.pk}", {"scope": "assets:read"}).json()["scope"] == "assets:read"


def test_one_is_changed_switched_off_and_on_and_deleted(cast: Cast, by: Program, worker: ServiceUser) -> None:
    path = f"{ALL}/{worker.pk}"
    told = by.patch(path, {"name": "Stock sync", "purpose": "Stock"}).json()
    assert (told["name"], told["purpose"], told["scope"]) == ("Stock sync", "Stock", "assets:write")
    assert by.post(f"{path}/disable").json()["status"] == "disabled"
    assert by.post(f"{path}/enable").json()["status"] == "no_token"
    token = factories.token(cast.marc.actor, service_user=ServiceUser.objects.get(pk=worker.pk)).token
    assert fields(by.delete(path)) == {"confirm"}
    assert fields(by.post(f"{path}/delete", {"confirm": "Warehouse sync"})) == {"confirm"}
    assert by.post(f"{path}/delete", {"confirm": "Stock sync"}).status_code == 204
    assert Token.objects.get(pk=token.pk).revoked_at
    assert by.get(path).status_code == 404
    assert by.delete(f"{ALL}/{made(by, cast).json()['id']}").status_code == 204


def test_managers_are_put_and_taken_away(cast: Cast, by: Program, worker: ServiceUser) -> None:
    path = f"{ALL}/{worker.pk}/managers"
    for _ in range(2):
        told = by.call("PUT", f"{path}/{cast.victor.membership.pk}").json()
        assert [one["name"] for one in told["managers"]] == ["Marc Test", "Victor Test"]
    assert by.delete(f"{path}/{cast.marc.membership.pk}").status_code == 200
    assert by.delete(f"{path}/{cast.victor.membership.pk}").json()["status"] == "no_manager"
    assert by.delete(f"{path}/{cast.victor.membership.pk}").status_code == 404
    assert fields(by.call("PUT", f"{path}/{cast.stella.membership.pk}")) == {"manager_ids"}


@pytest.mark.parametrize(
    ("method", "step"),
    [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/disable"),
        ("POST", "/enable"),
        ("POST", "/delete"),
        ("PUT", "/managers/{}"),
        ("DELETE", "/managers/{}"),
    ],
)
def test_what_another_tenant_has_is_what_nobody_has(cast: Cast, by: Program, method: str, step: str) -> None:
    theirs = factories.worker(cast.stella.actor)
    body = {"name": "Mine"} if method == "PATCH" else {"confirm": theirs.name} if step == "/delete" else None
    path = step.format(cast.stella.membership.pk)
    answers = [by.call(method, f"{ALL}/{pk}{path}", body) for pk in (theirs.pk, NOBODY, "no-id-at-all")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({unnamed(answer) for answer in answers}) == 1
    weak = program(cast.olivia.actor, "assets:read")
    assert weak.call(method, f"{ALL}/{theirs.pk}{path}", body).status_code == 403
    assert ServiceUser.objects.get().name == "Warehouse sync"


def test_the_list_is_filtered_and_paged(cast: Cast, by: Program) -> None:
    for name in ("A", "B", "C"):
        factories.worker(cast.marc.actor, name=name)
    factories.worker(cast.stella.actor, name="Theirs")
    service_users.disable(ServiceUser.objects.get(name="B"), by=cast.marc.actor)
    first = by.get(f"{ALL}?limit=2").json()
    rest = by.get(f"{ALL}?limit=2&cursor={first['next']}").json()
    assert [one["name"] for one in first["items"] + rest["items"]] == ["A", "B", "C"]
    assert [one["name"] for one in by.get(f"{ALL}?status=disabled").json()["items"]] == ["B"]
    assert [one["name"] for one in by.get(f"{ALL}?q=c").json()["items"]] == ["C"]
    assert by.get(f"{ALL}?color=red").status_code == 422


def test_a_manager_is_one_in_person_only(cast: Cast, worker: ServiceUser) -> None:
    his = program(cast.marc.actor, "service-users:create assets:write")
    assert his.get(f"{ALL}/{worker.pk}").status_code == 403
    assert his.post("/tokens", {**NEW, "kind": "service", "service_user_id": str(worker.pk)}).status_code == 403
