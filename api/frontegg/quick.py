"""The exchanges without the middleware that pages need, which takes longer over a request than a signature.

What of it machines need too is done here: a token in the address is refused and noted, each answer has a trace id.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse

from api.calls import Call, leaked, plain
from api.forward_answers import Answer
from api.frontegg import exchanging
from api.frontegg.answers import not_found
from api.frontegg.door import TRACE_ID, not_allowed, told

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

ROOTS = ("/", "/frontegg/")

type Exchange = Callable[[Call], Answer]


def _addresses() -> Iterator[tuple[str, Exchange]]:
    yield "auth/vendor", exchanging.sign_in
    for version in exchanging.SPELLINGS:
        exchange = f"identity/resources/auth/{version}/api-token"
        yield exchange, partial(exchanging.api_token, version=version)
        yield f"{exchange}/token/refresh", partial(exchanging.refresh, version=version)


ADDRESSES = dict(_addresses())
ENDPOINTS = {
    f"{root}{address}{end}": exchange for root in ROOTS for address, exchange in ADDRESSES.items() for end in ("", "/")
}


def answer(environ: "WSGIEnvironment", request_id: str) -> Answer:
    """The answer to a request at one of ENDPOINTS. Never raises."""
    call = Call(environ, request_id)
    response = told(partial(_exchanged, call), path=environ["PATH_INFO"])
    found = response if isinstance(response, Answer) else plain(response)
    return Answer(found.status, (*found.headers, (TRACE_ID, request_id)), found.body)


def _exchanged(call: Call) -> Answer | HttpResponse:
    if found := leaked(call):
        return found
    if not settings.FRONTEGG_API:
        raise not_found()
    if call.META["REQUEST_METHOD"] != "POST":
        return not_allowed(["POST"])
    return ENDPOINTS[call.META["PATH_INFO"]](call)
