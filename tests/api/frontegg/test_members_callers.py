"""A caller whose JWT names tenant and user: no headers are needed, and none can name another."""

from typing import Any

import pytest

from accounts import permissions, roles
from tests import factories
from tests.api import oauth
from tests.api.frontegg.test_api_tokens import READ_ASSETS, WRITE_ASSETS, made, permissions_of
from tests.api.frontegg.vendor import TENANT_TOKENS, USER_TOKENS, call, exchange, vendor
from tests.cast import Cast
from tokens import lifecycle
from tokens.kinds import Kind
from tokens.models import Token


@pytest.fixture
def marc(cast: Cast) -> dict[str, str]:
    return jwt_of(cast.marc.actor)


def jwt_of(actor: Any, scope: str = "tokens:write assets:read roles:read") -> dict[str, str]:
    own = set(scope.split()) & {str(one) for one in permissions.spelled_out(actor.grants)}
    issued = factories.token(actor, " ".join(own))
    answer = exchange(str(issued.token.pk), issued.secret.value)
    return {"Authorization": f"Bearer {answer.json()['accessToken']}"}


def test_headers_name_nobody_else(cast: Cast) -> None:
    others = {"frontegg-tenant-id": str(cast.globex.pk), "frontegg-user-id": str(cast.stella.user.pk)}
    answer = call("POST", TENANT_TOKENS, {"permissionIds": [READ_ASSETS]}, **jwt_of(cast.olivia.actor), **others)
    pair = made(answer)
    assert (pair["tenantId"], pair["createdByUserId"]) == (str(cast.acme.pk), str(cast.olivia.user.pk))
    pair = made(call("POST", USER_TOKENS, {}, **jwt_of(cast.olivia.actor), **others))
    assert Token.objects.get(pk=pair["clientId"]).membership == cast.olivia.membership


def test_nobody_gives_what_their_token_does_not_have(cast: Cast) -> None:
    olivia = jwt_of(cast.olivia.actor)
    owner = roles.built_in("owner")
    assert call("POST", TENANT_TOKENS, {"roleIds": [str(owner.pk)]}, **olivia).status_code == 403
    pair = made(call("POST", USER_TOKENS, {}, **olivia))
    assert set(permissions_of(pair)) <= {"tokens:write", "tokens:read", "assets:read", "roles:read"}


def test_nobody_touches_what_can_do_more(cast: Cast) -> None:
    backend = vendor("tokens").of(cast.acme.pk)
    strong = made(backend.call("POST", TENANT_TOKENS, {"permissionIds": [WRITE_ASSETS]}))
    answer = call(
        "PATCH", f"{TENANT_TOKENS}/{strong['clientId']}", {"description": "Mine"}, **jwt_of(cast.olivia.actor)
    )
    assert answer.status_code == 403
    assert Token.objects.get(pk=strong["clientId"]).description == ""


def test_a_developer_makes_no_tenants_token(marc: dict[str, str]) -> None:
    assert call("POST", TENANT_TOKENS, {}, **marc).status_code == 403


def test_a_tenants_jwt_is_no_user(cast: Cast) -> None:
    issued = factories.token(cast.olivia.actor, "tokens:write", kind=Kind.TENANT)
    text = exchange(str(issued.token.pk), issued.secret.value).json()["accessToken"]
    assert call("POST", USER_TOKENS, {}, **oauth.bearer(text)).status_code == 403
    assert call("GET", TENANT_TOKENS, **oauth.bearer(text)).status_code == 200


def test_a_dead_token_is_unauthorized(cast: Cast) -> None:
    issued = factories.token(cast.olivia.actor, "tokens:write")
    text = exchange(str(issued.token.pk), issued.secret.value).json()["accessToken"]
    lifecycle.revoke(issued.token, by=cast.olivia.actor)
    assert call("GET", TENANT_TOKENS, **oauth.bearer(text)).json() == {"errors": ["Unauthorized"]}
