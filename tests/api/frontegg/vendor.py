"""The vendor's backend, as tests of Frontegg's addresses see it."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from accounts.access import Actor
from tokens import credentials
from tokens.credentials import IssuedCredential

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
RESOURCES = "/identity/resources"
USER_TOKENS = f"{RESOURCES}/users/api-tokens/v1"
TENANT_TOKENS = f"{RESOURCES}/tenants/api-tokens/v1"
EVERY_RIGHT = ("introspect", "provision", "tokens", "sessions")

type Answer = Any  # Django's test response; its stub hides `json`


def call(method: str, path: str, body: Any = None, /, **headers: str) -> Answer:
    """Bytes are sent as they are, everything else as JSON; `headers` are written like names of Python."""
    sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    given = {name.replace("_", "-"): text for name, text in headers.items()}
    kind = given.pop("content-type", JSON)
    return Client().generic(method, path, sent, content_type=kind, headers=given, REMOTE_ADDR="192.0.2.1")


def form(path: str, /, **fields: str) -> Answer:
    return call("POST", path, urlencode(fields).encode(), content_type=FORM)


def credential(*rights: str) -> IssuedCredential:
    return credentials.create("Backend", rights or EVERY_RIGHT, by=Actor.operator())


def pair(issued: IssuedCredential) -> dict[str, str]:
    return {"clientId": str(issued.credential.pk), "secret": issued.secret.value}


@dataclass(frozen=True)
class Vendor:
    """Calls with a vendor's JWT, in a tenant and for a user if they are named."""

    jwt: str
    tenant: str = ""
    user: str = ""

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        named = {"frontegg-tenant-id": self.tenant, "frontegg-user-id": self.user}
        sent = {name: text for name, text in named.items() if text}
        return call(method, path, body, **{"Authorization": f"Bearer {self.jwt}", **sent, **headers})

    def of(self, tenant: object, user: object = "") -> "Vendor":
        return Vendor(self.jwt, str(tenant), str(user))


def vendor(*rights: str) -> Vendor:
    answer = call("POST", "/auth/vendor", pair(credential(*rights)))
    assert answer.status_code == 200, answer.content
    return Vendor(answer.json()["token"])


def exchange(client_id: str, secret: str, version: str = "v1") -> Answer:
    return call("POST", f"{RESOURCES}/auth/{version}/api-token", {"clientId": client_id, "secret": secret})


def refresh(token: str, version: str = "v1") -> Answer:
    return call("POST", f"{RESOURCES}/auth/{version}/api-token/token/refresh", {"refreshToken": token})
