"""From an Authorization header to a verdict, and from a refusal to an answer."""

from base64 import b64decode
from http import HTTPStatus
from urllib.parse import unquote_plus

from django.http import HttpResponse

from accounts.origin import Sent, client_address, client_of
from api import errors, limits
from tokens.verification import Reason, Refused, Verified, verify

HEADER_LIMIT_BYTES = 16 * 1024
GUESSES = frozenset({Reason.UNKNOWN, Reason.WRONG_SECRET})


def authenticate(request: Sent) -> Verified | HttpResponse:
    """The bearer of a request (RFC 6750 section 2.1), or the answer that refuses it.

    Cookies are not looked at. Every refusal of an unproven credential is the same 401, whatever was wrong with it.
    """
    header = request.META.get("HTTP_AUTHORIZATION", "")
    if not header:
        return _unauthorized("missing", "Send a token: Authorization: Bearer <token>.")
    if len(header) > HEADER_LIMIT_BYTES:
        return errors.problem(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "header_too_large", "The header is too long.")
    scheme, _, credential = header.partition(" ")
    if scheme.lower() != "bearer":
        return refuse(request, Refused(Reason.MALFORMED))
    client = client_of(request)
    verdict = verify(credential.strip(" "), address=client_address(request), client=client)
    return verdict if isinstance(verdict, Verified) else refuse(request, verdict)


def pair_in(encoded: str) -> tuple[str, str]:
    """Client id and secret of a Basic header, whose parts are form-encoded before they are joined. Raises ValueError.

    Source: RFC 6749 section 2.3.1; to ids and secrets of ours the encoding changes nothing.
    """
    client_id, _, client_secret = b64decode(encoded.strip(" "), validate=True).decode().partition(":")
    return unquote_plus(client_id), unquote_plus(client_secret)


def refuse(request: Sent, refused: Refused) -> HttpResponse:
    if refused.proven:
        return _dead(refused)
    wait = limits.count_failure(client_address(request)) if refused.reason in GUESSES else 0
    if not wait:
        return _unauthorized("invalid_token", "The token is not valid.", error="invalid_token")
    detail = "Too many wrong tokens from this address."
    response = errors.problem(HTTPStatus.TOO_MANY_REQUESTS, "too_many_failures", detail)
    response["Retry-After"] = str(wait)
    return response


def _dead(refused: Refused) -> HttpResponse:
    """The secret was right: its holder may know what became of the token."""
    code = f"token_{refused.reason}"
    words = refused.reason.replace("_", " ")
    since = {"since": refused.at.isoformat()} if refused.at else {}
    return _unauthorized(code, f"The token is refused: {words}.", error="invalid_token", **since)


def _unauthorized(code: str, detail: str, *, error: str = "", **more: str) -> HttpResponse:
    response = errors.problem(HTTPStatus.UNAUTHORIZED, code, detail, **more)
    response["WWW-Authenticate"] = errors.challenge(error)
    return response
