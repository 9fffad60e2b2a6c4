"""Doors of the house itself: where people land."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.http import Request
from accounts.middleware import LAST_TENANT
from accounts.models import Membership


@require_safe
def home(request: Request) -> HttpResponse:
    """To the tenant last visited, to the tenants for a platform admin, or to the plain truth."""
    membership = _last_visited(request)
    if membership:
        return redirect("tokens:list", tenant=membership.tenant.slug)
    if request.actor.is_platform_admin:
        return redirect("tenants")
    return render(request, "nowhere.html")


@require_safe
def to_list(request: Request) -> HttpResponse:
    membership = _last_visited(request)
    return redirect("tokens:list", tenant=membership.tenant.slug) if membership else redirect("home")


@require_safe
def to_create(request: Request) -> HttpResponse:
    membership = _last_visited(request)
    return redirect("tokens:create", tenant=membership.tenant.slug) if membership else redirect("home")


@require_safe
def to_list_here(request: Request) -> HttpResponse:
    assert request.actor.tenant
    return redirect("tokens:list", tenant=request.actor.tenant.slug)


def _last_visited(request: Request) -> Membership | None:
    """The membership visited last in this session, else the first one. One that is suspended only where all are."""
    slug = request.session.get(LAST_TENANT)
    by_preference = sorted(request.memberships, key=lambda one: (not one.is_open, one.tenant.slug != slug))
    return next(iter(by_preference), None)
