"""The page behind the link of an invitation. Looking uses nothing up; the button does.

Who looks decides what it shows: somebody without an account makes one here, because the link has proved the address;
somebody with one signs in first; somebody else's session is told, and never joins in its owner's name.
"""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import joining
from accounts.forms import JoinForm
from accounts.joining import Closed, Obstacle
from accounts.models import Invitation, Membership, User
from accounts.origin import origin_of
from accounts.provisioning import is_handed_over
from accounts.views.one_time import drop_if_over, name_own_origin, sign_in, sign_out, signed_in

PASSWORD = "password"  # noqa: S105 - allauth's name of how somebody proved who they are
HERE = "."  # the same address, without writing the code into a header


@csrf_exempt
@login_not_required
@sensitive_variables("code")
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, code: str) -> HttpResponse:
    """The CSRF check happens inside, once the page's own origin is known."""
    name_own_origin(request)
    response: HttpResponse = _accept(request, code)
    response["Referrer-Policy"] = "no-referrer"
    return response


@csrf_protect
@sensitive_variables("code")
def _accept(request: HttpRequest, code: str) -> HttpResponse:
    invitation = joining.look(code)
    if invitation is None:
        return _closed(request, None, Obstacle.UNKNOWN)
    if obstacle := joining.obstacle_to(invitation):
        return _closed(request, invitation, obstacle)
    try:
        return _welcome(request, invitation)
    except Closed as closed:
        return _closed(request, invitation, closed.obstacle)


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    drop_if_over(request)
    present, account = signed_in(request), joining.account_of(invitation)
    if present and present != account:
        return _for_somebody_else(request, invitation, present)
    if present:
        return _for_themselves(request, invitation, present)
    if account:
        return _for_an_account(request, invitation, account)
    return _for_a_newcomer(request, invitation)


def _for_somebody_else(request: HttpRequest, invitation: Invitation, present: User) -> HttpResponse:
    """Signs out only whoever was told so on the page that was sent."""
    if request.method == "POST" and request.POST.get("sign_out") == str(present.pk):
        sign_out(request)
        return HttpResponseRedirect(HERE)
    return _page(request, invitation, somebody_else=present)


def _for_themselves(request: HttpRequest, invitation: Invitation, present: User) -> HttpResponse:
    if request.method == "POST" and "join" in request.POST:
        return _come_in(joining.accept(invitation, present, origin_of(request)))
    return _page(request, invitation, present=present)


def _for_an_account(request: HttpRequest, invitation: Invitation, account: User) -> HttpResponse:
    if request.method == "POST":
        return redirect_to_login(request.path)
    return _page(request, invitation, account=account, is_handed_over=is_handed_over(account))


def _for_a_newcomer(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if request.method != "POST":
        return _page(request, invitation, form=JoinForm())
    form = JoinForm(request.POST)
    form.full_clean()
    try:
        membership = joining.accept_as_newcomer(invitation, **form.cleaned_data, origin=origin_of(request))
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, invitation, HTTPStatus.UNPROCESSABLE_ENTITY, form=form)
    sign_in(request, membership.user, method=PASSWORD)
    return _come_in(membership)


def _come_in(membership: Membership) -> HttpResponse:
    return redirect("tenant", tenant=membership.tenant.slug)


def _page(
    request: HttpRequest, invitation: Invitation, status: HTTPStatus = HTTPStatus.OK, **context: object
) -> HttpResponse:
    return render(request, "accounts/join.html", {"invitation": invitation, **context}, status=status)


def _closed(request: HttpRequest, invitation: Invitation | None, obstacle: Obstacle) -> HttpResponse:
    """Whoever has the link may know what became of it; of one that nobody made there is nothing to know."""
    context = {"invitation": invitation, "obstacle": obstacle, "present": signed_in(request)}
    return render(request, "accounts/join_closed.html", context, status=HTTPStatus.GONE)
