"""An OAuth endpoint without the middleware that pages need, which takes longer over a request than a check.

What of it machines need too is done here: a token in the address is refused and noted, and what cannot be known is 503.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from django.db import DatabaseError, InterfaceError
from django.http import HttpResponse

from accounts.origin import origin_of
from api import errors
from api.forward_answers import NOSNIFF, RETRY_AFTER_SECONDS, Answer
from api.oauth.forms import Call
from api.oauth.introspect import introspect
from api.oauth.revoke import revoke
from api.oauth.token import token
from tokens import leaks

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

ENDPOINTS: dict[str, Callable[[Call], Answer | HttpResponse]] = {
    "/oauth/introspect": introspect,
    "/oauth/token": token,
    "/oauth/revoke": revoke,
}

log = logging.getLogger(__name__)


def answer(environ: "WSGIEnvironment", request_id: str) -> Answer:
    """The answer to a request at one of ENDPOINTS. Never raises."""
    call = Call(environ, request_id)
    try:
        response = _leaked(call) or ENDPOINTS[environ["PATH_INFO"]](call)
    except (DatabaseError, InterfaceError) as error:
        log.warning("A request could not be answered: %s", error)
        response = errors.broken(HTTPStatus.SERVICE_UNAVAILABLE)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    except Exception:
        log.exception("A request could not be answered.")
        response = errors.broken(HTTPStatus.INTERNAL_SERVER_ERROR)
    return response if isinstance(response, Answer) else _plain(response)


def _leaked(call: Call) -> HttpResponse | None:
    address = unquote_plus(call.META.get("QUERY_STRING", ""))
    if "_" in address and leaks.note(address, where="address", origin=origin_of(call)):
        return errors.problem(HTTPStatus.BAD_REQUEST, "bad_request", "The request could not be understood.")
    return None


def _plain(response: HttpResponse) -> Answer:
    """Nothing is stored, whatever it is; all of these are short."""
    response.headers.setdefault("Cache-Control", "no-store")
    told = *response.items(), NOSNIFF, ("Content-Length", str(len(response.content)))
    return Answer(HTTPStatus(response.status_code), told, response.content)
