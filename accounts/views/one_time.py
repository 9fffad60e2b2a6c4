"""What every page behind a one-time link needs: a POST that is known as our own, and whose browser it is."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import logout
from django.http import HttpRequest

from accounts.middleware import is_over
from accounts.models import User

OPAQUE = "null"


def name_own_origin(request: HttpRequest) -> None:
    """Without a referrer a browser calls its origin "null", even to that very origin, and Django refuses it.

    The browser itself says beside it where the request was started; no page can write that header.
    """
    own = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if own and request.META.get("HTTP_ORIGIN") == OPAQUE:
        request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"


def signed_in(request: HttpRequest) -> User | None:
    """A session that has been left alone for too long is nobody's, as everywhere."""
    user = request.user
    return user if isinstance(user, User) and not is_over(request.session) else None


def drop_if_over(request: HttpRequest) -> None:
    """Before somebody is sent to sign in: that page knows no limits, and would send such a session straight back."""
    if request.user.is_authenticated and is_over(request.session):
        logout(request)


def sign_out(request: HttpRequest) -> None:
    """Nothing of the session is carried over."""
    if request.user.is_authenticated:
        get_adapter().logout(request)
    request.session.flush()


def sign_in(request: HttpRequest, user: User, *, method: str) -> None:
    """A new session, and no old one. `method`: how they proved who they are."""
    sign_out(request)
    get_adapter().login(request, user)
    record_authentication(request, user, method=method)
