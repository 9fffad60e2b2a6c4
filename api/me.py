"""`GET /api/v1/me`: what a token is and may do, as the check sees it now."""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from api import errors
from api.auth import authenticate
from tokens.verification import Verified


@csrf_exempt
@login_not_required
def me(request: HttpRequest) -> HttpResponse:
    """200 with who, tenant, kind, effective scope (RFC 6749 section 3.3) and expiry; 401 without a good token."""
    if request.method not in {"GET", "HEAD"}:
        return errors.not_allowed("GET, HEAD")
    bearer = authenticate(request)
    return JsonResponse(describe(bearer)) if isinstance(bearer, Verified) else bearer


def describe(bearer: Verified) -> dict[str, object]:
    return {
        "id": str(bearer.token_id),
        "name": bearer.name,
        "kind": bearer.kind.value,
        "scope": str(bearer.grants),
        "subject": {"type": bearer.subject.kind, "id": bearer.subject.id, "name": bearer.subject.label},
        "tenant": {"id": str(bearer.tenant_id), "slug": bearer.tenant_slug, "name": bearer.tenant_name},
        "issued_at": _moment(bearer.issued_at),
        "expires_at": _moment(bearer.expires_at) if bearer.expires_at else None,
    }


def _moment(moment: datetime) -> str:
    """RFC 3339 in UTC, whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
