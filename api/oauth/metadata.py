"""What a client finds out by itself: where everything is (RFC 8414), and the keys to check with (RFC 7517)."""

from collections.abc import Callable, Mapping
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from accounts.installed import catalogue
from api import errors
from tokens import keys

type Body = Mapping[str, object]

CACHED = f"public, max-age={keys.JWKS_SECONDS}"
CLIENT_METHODS = ["client_secret_basic", "client_secret_post"]


def issuer() -> str:
    """Byte for byte what clients hold: the public origin, without a slash at the end."""
    return str(settings.PUBLIC_ORIGIN)


def public(view: Callable[[], Body]) -> Callable[[HttpRequest], HttpResponse]:
    """A document for everybody, which caches may keep for a while."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def door(request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return errors.not_allowed("GET, HEAD")
        return JsonResponse(view(), headers={"Cache-Control": CACHED})

    return door


@public
def metadata() -> Body:
    """Of an authorization server that is no OpenID provider and has no page to authorize at."""
    return {
        "issuer": issuer(),
        "token_endpoint": _address("oauth-token"),
        "jwks_uri": _address("jwks"),
        "introspection_endpoint": _address("oauth-introspect"),
        "revocation_endpoint": _address("oauth-revoke"),
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": CLIENT_METHODS,
        "introspection_endpoint_auth_methods_supported": [*CLIENT_METHODS, "Bearer"],
        "revocation_endpoint_auth_methods_supported": CLIENT_METHODS,
        "scopes_supported": _scopes(),
    }


@public
def jwks() -> Body:
    """Every key that may have signed a living JWT, and those that soon will."""
    return keys.public_jwks()


def _address(name: str) -> str:
    return issuer() + reverse(name)


def _scopes() -> list[str]:
    resources = catalogue().resources
    grants = [grant for resource in resources for action in resource.actions for grant in resource.grants(action)]
    return sorted({str(grant) for grant in grants})
