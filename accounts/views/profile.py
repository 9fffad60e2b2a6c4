"""One's own account: name, time zone, e-mail address, and where one is signed in."""

from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts import email_change, profile, reauthentication, sessions, time_zones
from accounts.http import Request
from accounts.origin import origin_of
from accounts.provisioning import is_handed_over
from accounts.sessions import PUBLIC_ID
from accounts.views.one_time import name_own_origin

GONE = 410


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Request) -> HttpResponse:
    if request.method != "POST":
        return _page(request, 200)
    try:
        changed = profile.edit(
            name=request.POST.get("name", ""), time_zone=request.POST.get("time_zone", ""), by=request.actor
        )
    except ValidationError as error:
        request.user.refresh_from_db(fields=["name", "time_zone"])
        return _page(request, 422, error.message_dict)
    messages.success(request, "Profile saved" if changed else "Nothing to save")
    return redirect("profile")


@require_http_methods(["GET", "HEAD", "POST"])
def change_email(request: Request) -> HttpResponse:
    """Ask for a link to the new address. The old one is told at once."""
    if is_handed_over(request.user):
        return render(request, "accounts/no_password.html")
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            _must_not_flood(request)
            reauthentication.demand(request)
            email = request.POST.get("email", "")
            sent = email_change.ask(email, by=request.actor)
            _say(request, sent, email)
            return redirect("profile")
        except ValidationError as error:
            problems = error.message_dict
    form = {"errors": problems, "problems": _flat(problems)}
    asks = not reauthentication.is_recent(request)
    context = {"form": form, "typed": request.POST.get("email", ""), "asks_password": asks}
    return render(request, "accounts/change_email.html", context, status=422 if problems else 200)


@csrf_exempt
@login_not_required
@sensitive_variables("code")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_email(request: HttpRequest, code: str) -> HttpResponse:
    """GET consumes nothing. The CSRF check happens inside, once the page's own origin is known."""
    name_own_origin(request)
    response: HttpResponse = _confirm(request, code)
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_POST
def end_session(request: Request, pk: UUID) -> HttpResponse:
    ended = sessions.end(pk, by=request.actor)
    if not ended and not sessions.of(request.user).filter(public_id=pk).exists():
        raise Http404
    messages.success(request, "Signed out there")
    return redirect("profile")


@require_POST
def end_other_sessions(request: Request) -> HttpResponse:
    count = sessions.end_others(request.session.get(PUBLIC_ID, ""), by=request.actor)
    messages.success(request, f"Signed out of {count} other session{'' if count == 1 else 's'}")
    return redirect("profile")


def _page(request: Request, status: int, problems: dict[str, list[str]] | None = None) -> HttpResponse:
    problems = problems or {}
    if request.session.modified:
        request.session.save()  # the first page after signing in: this session would be missing in its own list
    context = {
        "form": {"errors": problems, "problems": _flat(problems)},
        "typed": request.POST if problems else {"name": request.user.name, "time_zone": request.user.time_zone},
        "zones": time_zones.names(),
        "sessions": sessions.of(request.user),
        "this_session": request.session.get(PUBLIC_ID, ""),
        "waiting": email_change.waiting(request.user),
        "is_handed_over": is_handed_over(request.user),
    }
    return render(request, "accounts/profile.html", context, status=status)


@csrf_protect
@sensitive_variables("code")
def _confirm(request: HttpRequest, code: str) -> HttpResponse:
    found, trouble = email_change.look(code), ""
    if found and request.method == "POST":
        try:
            changed = email_change.confirm(code, origin_of(request))
        except ValidationError as error:
            changed, trouble = None, error.messages[0]
        if changed:
            return render(request, "accounts/email_confirmed.html", {"change": changed})
        found = None
    status = 409 if trouble else 200 if found else GONE
    return render(request, "accounts/confirm_email.html", {"change": found, "trouble": trouble}, status=status)


def _must_not_flood(request: Request) -> None:
    """Each one sends two mails."""
    if not ratelimit.consume(request, action="manage_email", user=request.user):
        raise ValidationError({"email": "Too many attempts. Wait a minute, then try again."})


def _say(request: Request, sent: bool, email: str) -> None:
    if sent:
        messages.success(request, f"We sent a link to {email.strip()}. Your address changes when you open it.")
    else:
        messages.error(request, "The mail could not be sent. Try again later.")


def _flat(problems: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, message) for name, found in problems.items() for message in found]
