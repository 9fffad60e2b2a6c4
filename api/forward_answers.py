"""The shapes of forward authentication's answers: a status, headers and a body, apart from any framework.

Visitors of other sites may see them, as Caddy hands on a refusal whole, so they carry none of the headers that the
portal's own pages have: its HSTS or content policy would bind somebody else's site.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from accounts.grants import Grant, Grants
from api import errors
from tokens.verification import Refused, Verified

PREFIX = "/authz/"
VERIFY = f"{PREFIX}verify"
WITH_SCOPE = f"{VERIFY}/scope/"
RETRY_AFTER_SECONDS = 5
NO_STORE = ("Cache-Control", "no-store")
NOSNIFF = ("X-Content-Type-Options", "nosniff")


@dataclass(frozen=True, slots=True)
class Answer:
    """The request's id is added by whoever sends it, to the headers and to a problem."""

    status: HTTPStatus
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""


def welcome(bearer: Verified, needed: Grants) -> Answer:
    """Every identity header, always: of an absent one some proxies would leave a visitor's forgery in place.

    All are ASCII by construction: UUIDs, and grants, whose parts match patterns. Names are left out for that reason.
    More scopes than a scope may be long could be more than a proxy takes: then they are those that were asked for.
    """
    token_id = str(bearer.token_id)
    identity = (
        ("X-Auth-Subject", f"{bearer.subject.kind}:{bearer.subject.id}"),
        ("X-Auth-Tenant", str(bearer.tenant_id)),
        ("X-Auth-Client-Id", token_id),
        ("X-Auth-Scopes", str(bearer.grants if bearer.grants.travels else needed)),
        ("X-Auth-Token-Id", str(bearer.jti or token_id)),
    )
    return Answer(HTTPStatus.OK, (*identity, NO_STORE, ("Content-Length", "0")))


def insufficient(needed: Iterable[Grant], missing: Iterable[Grant]) -> Answer:
    scopes, lacking = [str(grant) for grant in needed], [str(grant) for grant in missing]
    return _refusal(
        HTTPStatus.FORBIDDEN,
        "insufficient_scope",
        f"The token lacks {' '.join(lacking)}.",
        errors.challenge("insufficient_scope", scope=" ".join(scopes)),
        required_scopes=scopes,
        missing_scopes=lacking,
    )


def dead(refused: Refused) -> Answer:
    """The secret was right: its holder may know what became of the token."""
    words = refused.reason.replace("_", " ")
    since = {"since": refused.at.isoformat()} if refused.at else {}
    code, challenge = f"token_{refused.reason}", errors.challenge("invalid_token")
    return _refusal(HTTPStatus.UNAUTHORIZED, code, f"The token is refused: {words}.", challenge, **since)


def _refusal(status: HTTPStatus, code: str, detail: str, challenge: str = "", **more: Any) -> Answer:
    """A problem document; with a `WWW-Authenticate`, which nginx hands on to the visitor, or a time to wait."""
    body = json.dumps(errors.document(status, code, detail, **more)).encode()
    told = ("WWW-Authenticate", challenge) if challenge else ("Retry-After", str(RETRY_AFTER_SECONDS))
    kind, length = ("Content-Type", errors.CONTENT_TYPE), ("Content-Length", str(len(body)))
    return Answer(status, (told, NO_STORE, NOSNIFF, kind, length), body)


# What never changes is made once: a refusal of garbage costs less than a good token.
MISSING = _refusal(
    HTTPStatus.UNAUTHORIZED,
    "missing",
    "Send a token: Authorization: Bearer <token>, or X-API-Key: <token>.",
    errors.challenge(),
)
INVALID = _refusal(
    HTTPStatus.UNAUTHORIZED, "invalid_token", "The token is not valid.", errors.challenge("invalid_token")
)
TWO = _refusal(
    HTTPStatus.UNAUTHORIZED,
    "two_credentials",
    "Send one credential: Authorization or X-API-Key.",
    errors.challenge("invalid_request"),
)
IN_ADDRESS = _refusal(
    HTTPStatus.UNAUTHORIZED,
    "token_in_address",
    "There is a token in the address, where histories and logs keep it: send it in a header, and revoke this one.",
    errors.challenge("invalid_request"),
)
NO_SUCH_CHECK = _refusal(
    HTTPStatus.FORBIDDEN,
    "unknown_scope",
    f"The proxy is configured to ask for what there is not. Use {VERIFY} or {WITH_SCOPE}<scope>.",
    errors.challenge("insufficient_scope", error_description="The proxy asks for a scope that does not exist"),
)
UNKNOWN = _refusal(
    HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "The answer cannot be known right now. Try again shortly."
)
