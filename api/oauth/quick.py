"""An OAuth endpoint without the middleware that pages need, which takes longer over a request than a check.

What of it machines need too is done here: a token in the address is refused and noted, and what cannot be known is 503.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError
from django.http import HttpResponse

from api import errors
from api.calls import Call, leaked, plain
from api.forward_answers import RETRY_AFTER_SECONDS, Answer
from api.oauth.introspect import introspect
from api.oauth.revoke import revoke
from api.oauth.token import token

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
        response = leaked(call) or ENDPOINTS[environ["PATH_INFO"]](call)
    except (DatabaseError, InterfaceError) as error:
        log.warning("A request could not be answered: %s", error)
        response = errors.broken(HTTPStatus.SERVICE_UNAVAILABLE)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    except Exception:
        log.exception("A request could not be answered.")
        response = errors.broken(HTTPStatus.INTERNAL_SERVER_ERROR)
    return response if isinstance(response, Answer) else plain(response)
