"""The native REST API: one router a resource, over the verbs that the pages use."""

from collections.abc import Callable
from functools import cache, wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI

from api import errors
from api.rest import (
    catalogue,
    invitations,
    ledger,
    me,
    members,
    policy,
    resources,
    roles,
    service_users,
    tenants,
    tokens,
)
from api.rest.answers import answer
from api.rest.documentation import Document, OpenAPI
from api.rest.management.routers import ROUTERS
from api.rest.paging import without_filters
from api.rest.parsing import StrictParser

PREFIX = "api/v1/"
ABOUT = "Everything that the portal's pages do with tokens. One Bearer token says who asks, and for which tenant."

type View = Callable[..., HttpResponse]


class RestAPI(NinjaAPI):
    """Ninja with our errors. Its own pages are off: they would need scripts from elsewhere, or a namespace."""

    def __init__(self) -> None:
        super().__init__(
            title=f"{settings.BRAND_NAME} API",
            version="1",
            description=ABOUT,
            openapi_url=None,
            docs_url=None,
            servers=[{"url": settings.PUBLIC_ORIGIN}],
            parser=StrictParser(),
        )

    def on_exception(self, request: HttpRequest, exc: Exception | type[Exception]) -> HttpResponse:
        assert isinstance(exc, Exception)
        return answer(exc, request)

    def get_content_type(self) -> str:
        return "application/json"


api = RestAPI()
api.add_decorator(without_filters)
ROUTED = (me, tokens, tenants, members, invitations, service_users, resources, roles, policy, catalogue, ledger)
for resource in ROUTED:
    api.add_router("", resource.router)
for router in ROUTERS:
    api.add_router("", router)


@cache
def document() -> Document:
    """Made once: it depends on the code and the settings alone."""
    return OpenAPI(api, PREFIX)


@csrf_exempt
@login_not_required
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI 3.1 document, for everybody: it says what there is, not whose."""
    if request.method not in {"GET", "HEAD"}:
        return errors.not_allowed("GET, HEAD")
    return JsonResponse(document())


def _for_machines(pattern: URLPattern | URLResolver) -> URLPattern | URLResolver:
    """Without session, sign-in and CSRF; HEAD wherever GET is; no answer that is not JSON."""
    view: View = pattern.callback  # type: ignore[assignment]  # ninja makes patterns alone, never resolvers

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def door(request: HttpRequest, **given: Any) -> HttpResponse:
        asked = request.method
        request.method = "GET" if asked == "HEAD" else asked  # ninja knows no HEAD; the server leaves the body out
        try:
            response = view(request, **given)
        finally:
            request.method = asked
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            response = errors.not_allowed(_listed(response["Allow"]))
        response["X-Accepted-Scopes"] = getattr(request, "accepted_scopes", "")
        return response

    pattern.callback = door
    return pattern


def _listed(allowed: str) -> str:
    methods = set(allowed.split(", "))
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


urlpatterns = [path("openapi.json", openapi, name="openapi"), *map(_for_machines, api.urls[0])]
