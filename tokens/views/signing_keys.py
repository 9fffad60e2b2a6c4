"""The platform's signing keys: which there are, and the next one. For platform admins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import reauthentication
from accounts.http import Request
from audit import clock
from tokens import keys
from tokens.credential_forms import RotateForm
from tokens.keys import State
from tokens.models import SigningKey
from tokens.signatures import Algorithm

MINUTE = timedelta(minutes=1)
SHOWN = 50  # newest first; whoever rotates each month sees two years of both algorithms
PILLS = {
    State.WAITING: ("plain", "clock"),
    State.SIGNING: ("ok plain", "active"),
    State.LEAVING: ("plain", "expired"),
    State.RETIRED: ("plain", "revoked"),
}


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as the list shows it. `until` is when it is or was no longer honoured, None for the newest."""

    key: SigningKey
    state: State
    css: str
    icon: str
    until: datetime | None


@require_safe
def index(request: Request) -> HttpResponse:
    """Every key with its state. The private parts are on no page."""
    request.actor.must_govern("Signing keys are")
    rows = [_row(key) for key in SigningKey.objects.order_by("-id")[:SHOWN]]
    return render(request, "tokens/signing_keys.html", {"rows": rows, "algorithms": list(Algorithm)})


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def rotate(request: Request, algorithm: str) -> HttpResponse:
    """Say what happens when, then make the next key."""
    request.actor.must_govern("Signing keys are")
    chosen = _algorithm(algorithm)
    form = RotateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            reauthentication.demand(request)
            keys.rotate(chosen, by=request.actor)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"The next {chosen} key is published")
            return redirect("signing-keys")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "tokens/rotate_signing_key.html", _context(request, chosen, form), status=status)


def _context(request: Request, algorithm: Algorithm, form: RotateForm) -> dict[str, object]:
    return {
        "form": form,
        "algorithm": algorithm,
        "lead": keys.LEAD // MINUTE,
        "kept": keys.KEPT // MINUTE,
        "asks_password": not reauthentication.is_recent(request),
    }


def _row(key: SigningKey) -> KeyRow:
    state = keys.state(key, clock.now())
    css, icon = PILLS[state]
    return KeyRow(key, state, css, icon, key.retires_at)


def _algorithm(text: str) -> Algorithm:
    try:
        return Algorithm(text)
    except ValueError:
        raise Http404 from None
