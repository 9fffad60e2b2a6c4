"""Serves the vendor's stylesheet and logo, to everybody and for ever: a changed one has another name."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.brand import Served

FOR_EVER = "public, max-age=31536000, immutable"
ALONE = "default-src 'none'; sandbox"  # a drawing that somebody opens by itself still runs and loads nothing


@login_not_required
@require_safe
def stylesheet(request: HttpRequest, digest: str) -> HttpResponse:
    return _serve(settings.BRAND_STYLESHEET, digest)


@login_not_required
@require_safe
def logo(request: HttpRequest, digest: str) -> HttpResponse:
    return _serve(settings.BRAND_LOGO, digest)


def addresses() -> dict[str, str]:
    """For the frame; empty texts where nothing is set."""
    files = {"brand_stylesheet": settings.BRAND_STYLESHEET, "brand_logo": settings.BRAND_LOGO}
    return {name: reverse(name.replace("_", "-"), args=[file.digest]) if file else "" for name, file in files.items()}


def _serve(file: Served | None, digest: str) -> HttpResponse:
    if file is None or digest != file.digest:
        raise Http404
    headers = {"Cache-Control": FOR_EVER, "Content-Security-Policy": ALONE}
    return HttpResponse(file.content, content_type=file.kind, headers=headers)
