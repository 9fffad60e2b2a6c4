"""What every request goes through, apart from who it is from."""

import re
from collections.abc import Callable
from functools import partial

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import urlencode

from accounts.origin import origin_of
from api import errors
from audit.ids import request_id
from portal.failures import is_machine_path
from tokens import leaks

type GetResponse = Callable[[HttpRequest], HttpResponse]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
OWN_SITES = frozenset({"same-origin", "none"})
PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), clipboard-read=(), clipboard-write=(self), display-capture=(), geolocation=(), "
    "gyroscope=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self), "
    "publickey-credentials-create=(self)"
)
NUL = "\x00"
HX_REDIRECT = "HX-Redirect"
REAUTHENTICATION_STATE = "account_reauthentication_state"


class RequestId:
    """A name for each request: in the answer's header, the ledger, the log, on error pages and in problems."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = request_id()  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        if response.get("Content-Type") == errors.CONTENT_TYPE:
            response.content = errors.named(response.content, request.id)  # type: ignore[attr-defined]
        return response


class Hardening:
    """Headers that Django does not set. Nothing dynamic is stored anywhere unless its view says otherwise."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


class FetchMetadata:
    """A second lock beside the CSRF token: a browser says where a request was started, and only here will do."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        site = request.headers.get("Sec-Fetch-Site", "none")
        if request.method not in SAFE_METHODS and site not in OWN_SITES and not is_machine_path(request.path):
            raise PermissionDenied("The request was started by another site.")
        return self.get_response(request)


class NoNul:
    """A NUL is typed by nobody and refused by PostgreSQL in the middle of a query: it ends here, as a bad request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        form = request.POST if request.method == "POST" and not is_machine_path(request.path) else {}
        said = [request.path, *request.GET, *request.GET.values(), *form, *form.values()]
        if any(NUL in text for text in said):
            raise BadRequest("There is a NUL in the request.")
        return self.get_response(request)


class LeakGuard:
    """A token in an address is in histories and logs by now: the request is refused and the token's ledger told.

    One in a form field is noted too; the form itself says what is wrong with it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if leaks.in_address(request.get_full_path(), partial(origin_of, request)):
            raise BadRequest("There is a token in the address.")
        if request.method == "POST" and not is_machine_path(request.path):
            leaks.note(" ".join(map(str, request.POST.values())), where="form", origin=origin_of(request))
        return self.get_response(request)


class HtmxRedirect:
    """A redirect to sign-in would land inside a fragment: htmx is told to open it as a page instead."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        location = response.get("Location", "").partition("?")[0]
        pages = {resolve_url("account_login"), reverse("account_reauthenticate")}
        if not request.htmx or location not in pages:  # type: ignore[attr-defined]
            return response
        request.session.pop(REAUTHENTICATION_STATE, None)  # else the fragment's POST would be replayed as a page
        back = re.sub(r"^//+", "/", request.htmx.current_url_abs_path or "/")  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={HX_REDIRECT: f"{location}?{urlencode({'next': back})}"})
