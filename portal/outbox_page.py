"""What the demo would have mailed, for whoever tries the portal. It is mounted in the demo alone."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import outbox


@login_not_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Open to everybody at this machine: an invited person has no way in yet but by their mail."""
    letters = outbox.letters(Path(settings.MAILERS["default"]["OPTIONS"]["folder"]))
    response = render(request, "outbox.html", {"letters": letters})
    response["Cache-Control"] = "no-store"
    return response
