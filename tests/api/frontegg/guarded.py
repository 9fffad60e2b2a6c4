"""An API behind Frontegg's own Python guards: a process of its own, as the client reads its addresses when imported.

Reads what to do as JSON from standard input, writes what came of it as JSON to standard output.
"""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from flask import Flask, g
from frontegg.common.clients import HttpClient
from frontegg.fastapi import frontegg as asynchronous
from frontegg.fastapi.secure_access import FronteggSecurity, User
from frontegg.flask import frontegg as synchronous
from frontegg.flask.secure_access import with_authentication

type Asked = list[tuple[str, dict[str, str]]]
type Told = list[tuple[int, str | None]]


def by_flask(client_id: str, secret: str, asked: Asked) -> Told:
    """The status of each request, and the tenant that its guard saw."""
    synchronous.init_app(client_id, secret)
    app = Flask("guarded")
    app.add_url_rule("/any", "any", with_authentication()(_flask_tenant))
    app.add_url_rule("/read", "read", with_authentication(permission_keys=["assets:read"])(_flask_tenant))
    app.add_url_rule("/admin", "admin", with_authentication(permission_keys=["assets:admin"])(_flask_tenant))
    app.add_url_rule("/developer", "developer", with_authentication(role_keys=["developer"])(_flask_tenant))
    answers = [app.test_client().get(path, headers=headers) for path, headers in asked]
    return [(one.status_code, one.text if one.status_code == 200 else None) for one in answers]


def _flask_tenant() -> str:
    return str(g.user["tenantId"])


def by_fastapi(client_id: str, secret: str, asked: Asked) -> Told:
    """The same."""

    @asynccontextmanager
    async def start(app: FastAPI) -> AsyncIterator[None]:
        await asynchronous.init_app(client_id, secret)
        yield

    app = FastAPI(lifespan=start)
    for path, guard in [
        ("/any", FronteggSecurity()),
        ("/read", FronteggSecurity(permissions=["assets:read"])),
        ("/admin", FronteggSecurity(permissions=["assets:admin"])),
        ("/developer", FronteggSecurity(roles=["developer"])),
    ]:
        app.get(path)(_fastapi_tenant(guard))
    with TestClient(app) as client:
        answers = [client.get(path, headers=headers) for path, headers in asked]
    return [(one.status_code, one.json() if one.status_code == 200 else None) for one in answers]


def _fastapi_tenant(guard: Any) -> Any:
    def tenant(user: Any = Depends(guard)) -> str:  # noqa: B008 - how FastAPI is told
        assert isinstance(user, User)
        return str(user.tenant_id)

    return tenant


def by_http(client_id: str, secret: str, asked: list[list[Any]]) -> list[tuple[int, Any]]:
    """The client's own door to everything else: method, path, body, tenant, more headers."""
    http = HttpClient(client_id, secret, asked.pop(0)[0])
    told = []
    for method, path, body, tenant, headers in asked:
        said = {"data": body} if body is not None else {}
        answer = getattr(http, method)(url=path, tenant_id=tenant, headers=headers, **said)
        told.append((answer.status_code, answer.json() if answer.content else None))
    return told


if __name__ == "__main__":
    work = json.load(sys.stdin)
    does: Any = {"flask": by_flask, "fastapi": by_fastapi, "http": by_http}[work["by"]]
    json.dump(does(work["client_id"], work["secret"], work["asked"]), sys.stdout)
