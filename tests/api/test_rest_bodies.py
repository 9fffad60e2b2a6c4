"""What is sent to the API and cannot be taken: each told in one shape, with a code that stays."""

import json
from typing import Any

import pytest

from api import errors
from tests.api.rest import NEW, fields, strong
from tests.cast import Cast
from tokens.models import Token

NOBODY = "01a200ba-0000-7000-8000-000000000000"

FULL = json.dumps({**NEW, "description": "x" * 70_000}).encode()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b"\xff\xfe\xfd", 400, "malformed_json"),
        (b"[" * 60_000, 400, "malformed_json"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 400, "malformed_json"),
        (b'{"name": ' + b"9" * 5_000 + b"}", 400, "malformed_json"),
        (b'{"name": NaN}', 400, "malformed_json"),
        (b'{"name": "a", "name": "b"}', 400, "malformed_json"),
        (FULL, 413, "body_too_large"),
        (b"", 422, "validation_error"),
        (b"null", 422, "validation_error"),
        (b"[]", 422, "validation_error"),
        (b'"text"', 422, "validation_error"),
        (b'{"name": 1e999}', 422, "validation_error"),
    ],
    ids=[
        *["cut", "bytes", "deep-list", "deep-object", "number", "nan", "twice"],
        *["long", "none", "null", "list", "text", "inf"],
    ],
)
def test_a_body_that_is_no_request_is_refused(cast: Cast, body: bytes, status: int, code: str) -> None:
    answer = strong(cast).post("/tokens", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == errors.CONTENT_TYPE
    assert {"type", "title", "status", "detail"} < set(answer.json())
    assert Token.objects.count() == 1


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "text/json"])
def test_only_json_is_read(cast: Cast, kind: str) -> None:
    answer = strong(cast).post("/tokens", NEW, content_type=kind)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_a_charset_does_no_harm(cast: Cast) -> None:
    assert strong(cast).post("/tokens", NEW, content_type="application/json; charset=utf-8").status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"name": "\x00"}, "name"),
        ({"name": "tpp_" + "0" * 71}, "name"),
        ({"name": 1}, "name"),
        ({"name": None}, "name"),
        ({"description": "x" * 501}, "description"),
        ({"scope": ""}, "scope"),
        ({"scope": "nonsense"}, "scope"),
        ({"scope": "nobody:read"}, "scope"),
        ({"scope": "*"}, "scope"),
        ({"scope": ["assets:read"]}, "scope"),
        ({"scope": "assets:read " * 200}, "scope"),
        ({"kind": "robot"}, "kind"),
        ({"kind": "service"}, "service_user_id"),
        ({"service_user_id": NOBODY}, "service_user_id"),
        ({"kind": "service", "service_user_id": NOBODY}, "service_user_id"),
        ({"kind": "service", "service_user_id": "warehouse"}, "service_user_id"),
        ({"lifetime": "2d"}, "lifetime"),
        ({"lifetime": None}, "expires_at"),
        ({"expires_at": "2027-01-01T00:00:00Z"}, "expires_at"),
        ({"lifetime": None, "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"lifetime": None, "expires_at": None}, "expires_at"),
        ({"networks": "10.0.0.0/8"}, "networks"),
        ({"networks": ["10.0.0.1/8"]}, "networks"),
        ({"networks": [f"10.0.{number}.0/24" for number in range(21)]}, "networks"),
        ({"metadata": []}, "metadata"),
        ({"metadata": None}, "metadata"),
        ({"metadata": {"x": "y" * 4096}}, "metadata"),
        ({"metadata": {"x": "tpp_" + "0" * 71}}, "metadata"),
        ({"secret": "chosen"}, "secret"),
        ({"tenant": "globex"}, "tenant"),
        ({"status": "active"}, "status"),
    ],
)
def test_what_is_wrong_is_told_by_field(cast: Cast, change: dict[str, Any], field: str) -> None:
    assert fields(strong(cast).post("/tokens", {**NEW, **change})) == {field}
    assert Token.objects.count() == 1


@pytest.mark.parametrize(
    "moment",
    [
        1_800_000_000,
        1.8e9,
        True,
        "1800000000",
        "2027-02-19",
        "2027-02-19 11:05:00Z",
        "2027-02-19T11:05:00",
        "2027-02-19T11:05Z",
        "2027-02-30T11:05:00Z",
        "2027-02-19T11:05:60Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "P30D",
        "",
    ],
)
def test_a_moment_is_rfc_3339_text_and_nothing_else(cast: Cast, moment: Any) -> None:
    sent = {"name": "x", "scope": "assets:read", "expires_at": moment}
    assert fields(strong(cast).post("/tokens", sent)) == {"expires_at"}


def test_everything_that_is_wrong_is_told_at_once(cast: Cast) -> None:
    wrong = {"name": "", "scope": "nonsense", "description": "x" * 501, "networks": ["x"], "lifetime": "1y"}
    assert fields(strong(cast).post("/tokens", wrong)) == {"name", "scope", "description", "networks", "expires_at"}


@pytest.mark.parametrize("key", ["x" * 65, "a b", "ü"])
def test_an_idempotency_key_is_short_and_plain(cast: Cast, key: str) -> None:
    assert fields(strong(cast).post("/tokens", NEW, idempotency_key=key)) == {"Idempotency-Key"}


def test_nothing_is_no_change(cast: Cast) -> None:
    by = strong(cast)
    assert fields(by.patch(by.path, {})) == {""}


@pytest.mark.parametrize("path", ["/", "/nowhere", "/tokens/", "/tokens//revoke", "/me/x", "/robots", "/docs/"])
def test_an_address_that_is_none_is_a_problem_too(cast: Cast, path: str) -> None:
    answer = strong(cast).get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/tokens", "GET, HEAD, POST"),
        ("OPTIONS", "/tokens", "GET, HEAD, POST"),
        ("POST", "/me", "GET, HEAD"),
        ("TRACE", "/ledger", "GET, HEAD"),
        ("PUT", "/tokens/01a200ba-0000-7000-8000-000000000000", "DELETE, GET, HEAD, PATCH"),
        ("GET", "/tokens/01a200ba-0000-7000-8000-000000000000/revoke", "POST"),
        ("POST", "/openapi.json", "GET, HEAD"),
    ],
)
def test_another_method_is_told_which_would_do(cast: Cast, method: str, path: str, allowed: str) -> None:
    answer = strong(cast).call(method, path)
    assert (answer.status_code, answer["Allow"]) == (405, allowed)
    assert answer["Content-Type"] == errors.CONTENT_TYPE
    assert answer.json()["code"] == "method_not_allowed"


def test_head_is_answered_like_get(cast: Cast) -> None:
    by = strong(cast)
    for path in ("/me", "/tokens", by.path):
        assert by.call("HEAD", path).status_code == 200
