"""What every page's frame needs: the brand, who is at work, where else they could be, and where they are."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts import hand_over
from accounts.access import Actor
from accounts.middleware import LAST_TENANT
from accounts.models import Membership
from accounts.views.hand_over import RETURN_TO
from portal import brand_files

NAV = {
    "tokens:scopes": "scopes",
    "resources": "resources",
    "create-resource": "resources",
    "rename-resource": "resources",
    "archive-resource": "resources",
    "needs-owner": "needs-owner",
    "audit-log": "audit",
    "audit-log-actors": "audit",
    "tenants": "tenants",
    "limits": "limits",
    "review-limits": "limits",
    "withdraw-limits": "limits",
    "create-tenant": "tenants",
    "platform-tenant": "tenants",
    "suspend-tenant": "tenants",
    "resume-tenant": "tenants",
    "delete-tenant": "tenants",
    "signing-keys": "signing-keys",
    "rotate-signing-key": "signing-keys",
    "credentials": "credentials",
    "platform-log": "platform-log",
    "guide": "guide",
    "create-credential": "credentials",
    "revoke-credential": "credentials",
    "account_change_password": "password",
    "profile": "profile",
    "change-email": "profile",
    "my-tokens": "my-tokens",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A tenant in the switcher."""

    name: str
    slug: str
    initial: str
    is_current: bool


def portal(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", None)
    memberships: list[Membership] = getattr(request, "memberships", [])
    inside = _inside(request, actor, memberships)
    return {
        "brand_name": settings.BRAND_NAME,
        **brand_files.addresses(),
        **_way_back(request),
        "actor": actor,
        "inside": inside,
        "switcher": [
            Place(
                one.tenant.name, one.tenant.slug, one.tenant.initial, bool(inside and one.tenant_id == inside.tenant_id)
            )
            for one in memberships
        ],
        "nav": _nav(request),
    }


def _inside(request: HttpRequest, actor: Actor | None, memberships: list[Membership]) -> Actor | None:
    """Whose entries the sidebar has: on a page of no tenant those of the one visited last, if it can be entered."""
    route = request.resolver_match.route if request.resolver_match else ""
    if actor is None or actor.tenant or "<slug:tenant>" in route:
        return actor
    slug = request.session.get(LAST_TENANT)
    last = next((one for one in memberships if one.tenant.slug == slug), None)
    if last is None or last.suspended_at or last.tenant.suspended_at:
        return actor
    return Actor.member(last, actor.origin)


def _way_back(request: HttpRequest) -> dict[str, str]:
    """Where the hand-over came from, as long as that is still listed; on signed-in pages alone."""
    address = request.session.get(RETURN_TO, "") if hasattr(request, "actor") else ""
    return {"way_back": address, "way_back_to": hand_over.host_of(address)} if hand_over.is_listed(address) else {}


def _nav(request: HttpRequest) -> str:
    name = request.resolver_match.view_name if request.resolver_match else ""
    if name in NAV:
        return NAV[name]
    if name.startswith(("members:", "roles:")):
        return name.partition(":")[0]
    if not name.startswith(("tokens:", "service-users:")):
        return ""
    return "mine" if request.GET.get("subject") == "me" else "developers"
