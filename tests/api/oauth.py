"""The OAuth endpoints as a client calls them."""

from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from tokens.lifecycle import Issued

FORM = "application/x-www-form-urlencoded"

type Answer = Any  # Django's test response; its stub hides `json`


def basic(issued: Issued) -> dict[str, str]:
    """The headers of a client."""
    return pair(str(issued.token.pk), issued.secret.value)


def pair(client_id: str, client_secret: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{client_id}:{client_secret}'.encode()).decode()}"}


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def in_form(issued: Issued) -> dict[str, str]:
    return {"client_id": str(issued.token.pk), "client_secret": issued.secret.value}


def call(path: str, headers: dict[str, str] | None = None, body: str | None = None, /, **form: str) -> Answer:
    """POST a form; with `body` exactly that."""
    text = urlencode(form) if body is None else body
    return Client().post(path, text, content_type=FORM, headers=headers or {}, REMOTE_ADDR="192.0.2.1")


def token(headers: dict[str, str] | None = None, /, **form: str) -> Answer:
    return call("/oauth/token", headers, None, **{"grant_type": "client_credentials", **form})


def jwt_of(issued: Issued, scope: str = "") -> str:
    answer = token(basic(issued), scope=scope)
    assert answer.status_code == 200, answer.content
    text: str = answer.json()["access_token"]
    return text


def introspect(headers: dict[str, str], text: str, /, **form: str) -> Answer:
    return call("/oauth/introspect", headers, None, **{"token": text, **form})


def revoke(headers: dict[str, str], text: str, /, **form: str) -> Answer:
    return call("/oauth/revoke", headers, None, **{"token": text, **form})
