"""What the demo would have mailed, for whoever tries the portal. It is mounted in the demo alone."""

import re
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import outbox

OWN_ORIGIN = re.compile(r"http://127\.0\.0\.1:\d+")  # a past start may have had another port


@login_not_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Open to everybody at this machine: an invited person has no way in yet but by their mail."""
    here = f"{request.scheme}://{request.get_host()}"
    kept = outbox.letters(Path(settings.MAILERS["default"]["OPTIONS"]["folder"]))
    letters = [replace(one, body=OWN_ORIGIN.sub(here, one.body)) for one in kept]
    response = render(request, "outbox.html", {"letters": letters})
    response["Cache-Control"] = "no-store"
    return response
