"""The vendor's backend, as tests of the management API see it."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.test import Client

from accounts.access import Actor
from audit.actions import Action
from audit.models import Event, EventQuerySet
from tests.api.oauth import pair
from tokens import credentials
from tokens.credentials import IssuedCredential
from tokens.rights import Right

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

API = "/api/v1"
TENANT, USER = f"{API}/management/tenants/t-17", f"{API}/management/users/u-4"
MEMBER = f"{TENANT}/members/u-4"
MAX = {"email": "max@umbrella.test", "name": "Max Test"}


@dataclass(frozen=True)
class Backend:
    """Calls with one management credential and keeps no cookies."""

    issued: IssuedCredential

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.issued.secret.value}"}

    @property
    def basic(self) -> dict[str, str]:
        return pair(str(self.issued.credential.pk), self.issued.secret.value)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> "Answer":
        """`headers` are written like names of Python."""
        given = {name.replace("_", "-"): text for name, text in headers.items()}
        sent = b"" if body is None else json.dumps(body).encode()
        return Client().generic(method, path, sent, content_type="application/json", headers={**self.headers, **given})

    def get(self, path: str, **headers: str) -> "Answer":
        return self.call("GET", path, **headers)

    def put(self, path: str, body: Any) -> "Answer":
        return self.call("PUT", path, body)

    def post(self, path: str, body: Any = None, **headers: str) -> "Answer":
        return self.call("POST", path, body, **headers)

    def delete(self, path: str) -> "Answer":
        return self.call("DELETE", path)

    def bring_max(self, role: str = "developer") -> None:
        """A tenant of the vendor's with one person in it."""
        for path, body in ((TENANT, {"name": "Umbrella"}), (USER, MAX), (MEMBER, {"role": role})):
            assert self.put(path, body).status_code == 201, path

    def hand_over(self, **more: str) -> "Answer":
        return self.post(f"{API}/portal-sessions", {"tenant": "t-17", "user": "u-4", **more})

    def link(self, **more: str) -> str:
        """The path of a new link for Max."""
        answer = self.hand_over(**more)
        assert answer.status_code == 201, answer.content
        return str(answer.json()["url"]).removeprefix("http://testserver")


def backend(*rights: Right) -> Backend:
    return Backend(credentials.create("Backend", rights or list(Right), by=Actor.operator()))


def deeds_in(tenant_id: UUID) -> EventQuerySet:
    """What happened there, without the lines that say that a credential was used at all."""
    return Event.objects.of_tenant(tenant_id).exclude(action=Action.CREDENTIAL_USED).order_by("id")
