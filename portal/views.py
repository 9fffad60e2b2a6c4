"""Doors of the house itself: where people land, and what platform admins see."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import PermissionDenied
from accounts.http import Request
from accounts.middleware import LAST_TENANT
from accounts.models import Membership, Tenant
from audit.keyset import Phase, page

TENANTS_PER_PAGE = 50


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


@require_safe
def tenants(request: Request) -> HttpResponse:
    """Every tenant with its figures. Nothing here opens a tenant: platform admins never act inside one."""
    if not request.actor.is_platform_admin:
        raise PermissionDenied(request.actor, None, "This page is for platform admins.")
    text = request.GET.get("q", "").strip()
    found = Tenant.objects.filter(Q(name__icontains=text) | Q(slug__icontains=text))
    shown = page([Phase(found, ("slug",))], request.GET.get("cursor", ""), size=TENANTS_PER_PAGE)
    return render(request, "tenants.html", {"page": shown, "q": text, "rows": _with_figures(shown.items)})


@dataclass(frozen=True, slots=True)
class TenantRow:
    tenant: Tenant
    members: int
    tokens: int


def _with_figures(shown: list[Tenant]) -> list[TenantRow]:
    """Members and tokens of the tenants on this page, in two queries however many they are."""
    page = Tenant.objects.filter(pk__in=[tenant.pk for tenant in shown]).order_by()
    current = Count("memberships", filter=Q(memberships__ended_at=None))
    members = dict(page.annotate(n=current).values_list("pk", "n"))
    tokens = dict(page.annotate(n=Count("tokens")).values_list("pk", "n"))
    return [TenantRow(tenant, members[tenant.pk], tokens[tenant.pk]) for tenant in shown]


def _last_visited(request: Request) -> Membership | None:
    """The membership visited last in this session, else the first one."""
    slug = request.session.get(LAST_TENANT)
    chosen = [one for one in request.memberships if one.tenant.slug == slug]
    return next(iter([*chosen, *request.memberships]), None)
