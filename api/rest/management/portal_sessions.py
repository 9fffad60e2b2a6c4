"""A person who is signed in at the vendor's is handed over to the portal."""

from django.core.exceptions import ValidationError
from django.views.decorators.debug import sensitive_variables
from ninja import Router, Status

from accounts import hand_over, provisioning
from accounts.models import Membership
from api import managers
from api.rest.management.door import Managed, ManagementBearer
from api.rest.management.shapes import PortalSession, SessionSaid
from tokens.rights import Right

router = Router(tags=["management"])


@router.post(
    "/portal-sessions",
    url_name="portal-sessions",
    operation_id="createPortalSession",
    auth=ManagementBearer(Right.SESSIONS),
    response={201: PortalSession},
    summary="Hand a person over",
)
@sensitive_variables("link")
def create(request: Managed, body: SessionSaid) -> Status[PortalSession]:
    """A link that signs one person in to the portal, at one tenant: once, and within a minute.

    Only people whom the vendor brought are handed over; anybody else is a 409 `user_not_managed`, and whoever cannot
    come in now a 409 `not_live`.
    """
    membership = _membership(body)
    by = managers.enter(request, request.auth, membership.tenant)
    link = hand_over.create(membership, page=body.page, return_to=body.return_to, by=by)
    return Status(201, PortalSession(url=link.url, expires_at=link.expires_at))


def _membership(body: SessionSaid) -> Membership:
    tenant, user = provisioning.find_tenant(body.tenant), provisioning.find_user(body.user)
    missing = {name: ["There is none of this id."] for name, one in (("tenant", tenant), ("user", user)) if one is None}
    if missing or tenant is None or user is None:
        raise ValidationError(missing)
    if membership := provisioning.find_membership(tenant, user):
        return membership
    raise ValidationError({"user": f"They do not belong to {tenant}."})
