"""The two steps of a hand-over: a page that says who goes where, and the press of a button that does it."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import hand_over
from accounts.http import Request
from accounts.models import HandOver, User
from accounts.origin import origin_of
from accounts.views.one_time import name_own_origin, sign_in, signed_in

METHOD = "hand_over"
RETURN_TO = "return_to"


@csrf_exempt
@login_not_required
@sensitive_variables("code")
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest, code: str) -> HttpResponse:
    """GET consumes nothing. The CSRF check happens inside, once the page's own origin is known."""
    name_own_origin(request)
    response: HttpResponse = _open(request, code)
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def no_password(request: Request) -> HttpResponse:
    """In place of setting a first password: that would turn a minute's link into a way in for good."""
    return render(request, "accounts/no_password.html")


@csrf_protect
@sensitive_variables("code")
def _open(request: HttpRequest, code: str) -> HttpResponse:
    found = hand_over.look(code)
    if found is None:
        return _refused(request, HTTPStatus.GONE)
    if trouble := hand_over.trouble_with(found.membership):
        return _refused(request, HTTPStatus.FORBIDDEN, trouble)
    present = signed_in(request)
    if request.method != "POST":
        somebody_else = present if present and present != found.membership.user else None
        context = {"membership": found.membership, "somebody_else": somebody_else}
        return render(request, "accounts/hand_over.html", context)
    used = hand_over.use(code, origin_of(request))
    return _come_in(request, used, present) if used else _refused(request, HTTPStatus.GONE)


def _come_in(request: HttpRequest, link: HandOver, present: User | None) -> HttpResponse:
    """Whoever can prove themselves here goes on as they are. Everybody else gets a new session, and no old one."""
    user = link.membership.user
    if present != user or not user.has_usable_password():
        sign_in(request, user, method=METHOD)
    if link.return_to:
        request.session[RETURN_TO] = link.return_to
    else:
        request.session.pop(RETURN_TO, None)
    return redirect(link.page)


def _refused(request: HttpRequest, status: HTTPStatus, trouble: str = "") -> HttpResponse:
    context = {"trouble": trouble, "present": signed_in(request)}
    return render(request, "accounts/hand_over_refused.html", context, status=status)
