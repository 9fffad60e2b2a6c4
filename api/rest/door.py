"""How a call comes in: one token, checked by the one verification function, made into the Actor that verbs know."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from accounts.access import Actor
from accounts.grants import Grant
from accounts.origin import origin_of
from api import errors, managers
from api.auth import authenticate
from api.managers import AtWork
from tokens import acting
from tokens.models import Token
from tokens.verification import Verified


class Call(HttpRequest):
    """A request as our operations know it, once `Token` has let it in."""

    auth: Verified | AtWork
    accepted_scopes: str


class Answered(Exception):
    """The call is answered before any operation begins."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response
        super().__init__(response.status_code)


class BearerToken:
    """Lets in whoever holds a good token, or a management credential that names a tenant. What it may do, verbs decide.

    `accepted` is the scope with which an operation does all it can: it is told in X-Accepted-Scopes and in the OpenAPI
    document, and tests hold every operation to it.
    """

    openapi_security_schema = {"type": "http", "scheme": "bearer"}  # else ninja would call the operation public

    def __init__(self, accepted: Grant | None = None) -> None:
        self.accepted, self.accepted_scopes = accepted, str(accepted or "")

    def __call__(self, request: Call) -> Verified | AtWork:
        request.accepted_scopes = self.accepted_scopes
        verdict = two_credentials(request) or managers.at_work(request, self.accepted) or authenticate(request)
        if isinstance(verdict, Verified):
            verdict = managers.elsewhere(request, verdict) or verdict
        if not isinstance(verdict, Verified | AtWork):
            raise Answered(verdict)
        return verdict


def actor_of(call: Call) -> Actor:
    """Whoever holds the token, with its effective grants, its end and its networks. One query."""
    if isinstance(call.auth, AtWork):
        return call.auth.actor
    token = Token.objects.with_subject().get(pk=call.auth.token_id)
    return acting.actor_of(token, call.auth, origin_of(call))


def two_credentials(request: HttpRequest) -> HttpResponse | None:
    """RFC 6750 section 3.1: whoever sends a token by more than one way does not know which one speaks for them."""
    ways = ["Authorization" in request.headers, "X-Api-Key" in request.headers, "access_token" in request.GET]
    if sum(ways) < 2 and not ways[-1]:
        return None
    detail = "Send one token, in the Authorization header alone."
    response = errors.problem(HTTPStatus.BAD_REQUEST, "invalid_request", detail)
    response["WWW-Authenticate"] = errors.challenge("invalid_request")
    return response
