"""From a session to an Actor: who is signed in, in which tenant, with which rights now."""

import time
from collections.abc import Callable
from typing import Any, cast
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts import time_zones
from accounts.access import Actor
from accounts.http import Request
from accounts.models import Membership
from accounts.origin import origin_of
from accounts.sessions import ADDRESS, CLIENT, LAST_SEEN, PUBLIC_ID

type GetResponse = Callable[[HttpRequest], HttpResponse]
type View = Callable[..., HttpResponse]

STARTED = "started"
LAST_TENANT = "last_tenant"
SEEN_EVERY_SECONDS = 60  # the session is written at most that often, not on every request


class SessionLimits:
    """Sign out a session that nobody used for SESSION_IDLE_SECONDS, or that is older than SESSION_COOKIE_AGE."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        if not _is_for_members(view) or not request.user.is_authenticated:
            return None
        session, now = request.session, int(time.time())
        session.setdefault(STARTED, now)
        if is_over(session):
            logout(request)
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        if now - session.get(LAST_SEEN, 0) > SEEN_EVERY_SECONDS:
            _note_use(request, now)
        return None


class ActorMiddleware:
    """Sets `request.actor` and `request.memberships` for signed-in views, and the zone in which they show dates.

    A tenant in the path that is not one of the person's own is a 404, the same one as for a tenant that does not exist.
    The slug is taken out of the view's arguments: what a view may touch hangs on the actor, never on an address.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()  # the next visitor of this thread reads dates elsewhere

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: dict[str, Any]) -> HttpResponse | None:
        if not _is_for_members(view) or not request.user.is_authenticated:
            return None
        ours = cast(Request, request)
        timezone.activate(time_zones.zone(ours.user.time_zone))
        ours.memberships = list(Membership.objects.of(ours.user.pk).current().with_everything())
        slug = kwargs.pop("tenant", None)
        if slug is None:
            ours.actor = Actor.person(ours.user, origin_of(request))
            return None
        return _enter(ours, slug)


def is_over(session: SessionBase) -> bool:
    """Whether nobody used it for too long, or it is too old."""
    now = int(time.time())
    idle, age = now - session.get(LAST_SEEN, now), now - session.get(STARTED, now)
    return bool(idle > settings.SESSION_IDLE_SECONDS or age > settings.SESSION_COOKIE_AGE)


def _note_use(request: HttpRequest, now: int) -> None:
    """For the list of one's sessions."""
    origin, session = origin_of(request), request.session
    session.setdefault(PUBLIC_ID, str(uuid4()))
    session[LAST_SEEN], session[ADDRESS], session[CLIENT] = now, origin.address, origin.client


def _is_for_members(view: View) -> bool:
    """Asked before the session is touched: the machine door and the sign-in pages never read a cookie for it."""
    return getattr(view, "login_required", True)


def _enter(request: Request, slug: str) -> HttpResponse | None:
    """Become a member of the tenant at work, or get the one notice page of a suspended one."""
    membership = next((one for one in request.memberships if one.tenant.slug == slug), None)
    if membership is None:
        raise Http404
    if not membership.is_open:
        request.actor = Actor.person(request.user, origin_of(request))
        return render(request, "accounts/suspended.html", {"membership": membership}, status=403)
    request.actor = Actor.member(membership, origin_of(request))
    if request.session.get(LAST_TENANT) != slug:
        request.session[LAST_TENANT] = slug
    return None
