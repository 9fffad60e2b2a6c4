"""The product registers its resources, by a token or by a management credential that names the tenant."""

import pytest

from accounts import resources
from accounts.models import Resource
from accounts.resources import Said
from audit.models import Event
from tests.api.managing import API, backend
from tests.api.rest import Program, fields, program
from tests.cast import Cast
from tests.tokens.jwts import exchanged
from tests.unnamed import unnamed
from tokens.kinds import Kind
from tokens.rights import Right

ONE = "/resources/group/eu-1"
BODY = {"name": "Berlin lab"}


@pytest.fixture
def product(cast: Cast) -> Program:
    return program(cast.olivia.actor, "resources:write", Kind.TENANT)


def put(by: Program, path: str = ONE, body: object = BODY) -> int:
    return by.call("PUT", path, body).status_code


def test_the_product_registers_reads_renames_and_archives(product: Program) -> None:
    assert put(product) == 201
    assert put(product) == 200
    assert product.call("PUT", ONE, {"name": "Berlin"}).json()["name"] == "Berlin"
    read = product.get(ONE).json()
    assert (read["type"], read["external_id"], read["name"], read["archived_at"]) == ("group", "eu-1", "Berlin", None)
    assert product.delete(ONE).status_code == 204
    assert product.delete(ONE).status_code == 204
    assert product.get(ONE).json()["archived_at"]
    assert product.get("/resources").json()["items"] == []
    assert [one["name"] for one in product.get("/resources?state=archived").json()["items"]] == ["Berlin"]
    assert put(product, body={}) == 200
    assert product.get(ONE).json()["archived_at"] is None


def test_many_at_once(product: Program) -> None:
    rows = [{"type": "device", "external_id": str(number), "name": f"Device {number}"} for number in range(5)]
    assert product.post("/resources/bulk", {"resources": rows}).json() == {"new": 5, "changed": 0, "same": 0}
    wrong = [*rows, {"type": "device", "external_id": "a b"}, {"type": "planet", "external_id": "1"}, rows[0]]
    answer = product.post("/resources/bulk", {"resources": wrong})
    assert fields(answer) == {"resources.5.external_id", "resources.6.type", "resources.7.external_id"}
    assert Resource.objects.count() == 5


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (ONE, {"name": "x" * 201}, "name"),
        (ONE, {"nome": "x"}, "nome"),
        ("/resources/planet/1", BODY, "type"),
        ("/resources/group/a%20b", BODY, "external_id"),
        (f"/resources/group/{'x' * 129}", BODY, "external_id"),
    ],
)
def test_what_is_wrong_is_said(product: Program, path: str, body: object, field: str) -> None:
    assert fields(product.call("PUT", path, body)) == {field}
    assert not Resource.objects.exists()


def test_no_name_is_a_secret(product: Program) -> None:
    for text in (product.issued.secret.value, exchanged(product.issued).jwt.value):
        assert fields(product.call("PUT", ONE, {"name": text})) == {"name"}
    assert not Resource.objects.exists()


def test_the_list_is_searched_filtered_and_paged(cast: Cast, product: Program) -> None:
    said = [Said("group", f"eu-{number}", f"Lab {number}") for number in range(5)]
    resources.put_many([*said, Said("project", "p1", "Lab of all")], by=cast.olivia.actor)
    first = product.get("/resources?q=lab&type=group&limit=3").json()
    rest = product.get(f"/resources?q=lab&type=group&limit=3&cursor={first['next']}").json()
    assert [one["external_id"] for one in [*first["items"], *rest["items"]]] == [f"eu-{number}" for number in range(5)]
    assert rest["next"] is None
    assert [one["type"] for one in product.get("/resources?q=p1").json()["items"]] == ["project"]
    assert product.get("/resources?state=gone").status_code == 422


def test_reading_needs_reading_and_writing_needs_writing(cast: Cast) -> None:
    reader, other = program(cast.olivia.actor, "resources:read"), program(cast.olivia.actor, "assets:write")
    assert reader.get("/resources").status_code == 200
    for by, scope in ((reader, "resources:write"), (other, "resources:write")):
        for answer in (by.call("PUT", ONE, BODY), by.post("/resources/bulk", {"resources": []}), by.delete(ONE)):
            assert (answer.status_code, answer.json()["required_scopes"]) == (403, [scope])
    assert other.get("/resources").status_code == other.get(ONE).status_code == 403


def test_another_tenants_is_what_nobody_has(cast: Cast, product: Program) -> None:
    resources.put(Said("group", "eu-1", "Secret plans"), by=cast.stella.actor)
    for method in ("GET", "DELETE"):
        theirs, nobodys = (product.call(method, path) for path in (ONE, "/resources/group/eu-9"))
        assert theirs.status_code == 404
        assert unnamed(theirs) == unnamed(nobodys)
    for query in ("", "?q=Secret", "?q=eu-1", "?type=group", "?state=all"):
        assert product.get(f"/resources{query}").json() == {"items": [], "next": None}
    assert put(product) == 201
    assert set(Resource.objects.values_list("name", flat=True)) == {"Secret plans", "Berlin lab"}


def test_a_management_credential_works_in_the_tenant_that_it_names(cast: Cast) -> None:
    vendor = backend(Right.TOKENS)
    assert vendor.call("PUT", f"{API}{ONE}", BODY, X_Tenant_Id=str(cast.globex.pk)).status_code == 201
    assert Resource.objects.get().tenant == cast.globex
    event = Event.objects.get(action="resource.registered")
    assert (event.tenant_id, event.actor_id) == (cast.globex.pk, str(vendor.issued.credential.pk))
    assert vendor.call("PUT", f"{API}{ONE}", BODY).status_code == 400
