"""How a call of the vendor's own backend comes in: by a management credential that has the operation's right."""

from http import HTTPStatus

from django.http import Http404

from accounts import provisioning
from accounts.access import Actor, LacksPower
from accounts.models import Tenant, User
from api import auth, errors, managers
from api.rest.door import Answered, Call, two_credentials
from tokens.credentials import Manager
from tokens.rights import Right
from tokens.verification import Verified


class Managed(Call):
    """A request as our operations know it, once `ManagementBearer` has let it in."""

    auth: Manager  # type: ignore[assignment]  # where a token is at work elsewhere


class ManagementBearer:
    """Lets in a management credential that has `right`. The verbs ask for it again."""

    openapi_security_schema = {"type": "http", "scheme": "bearer"}  # else ninja would call the operation public
    accepted_scopes = ""

    def __init__(self, right: Right) -> None:
        self.required_right = right

    def __call__(self, request: Call) -> Manager:
        request.accepted_scopes = ""
        verdict = two_credentials(request) or managers.authenticate(request) or auth.authenticate(request)
        if isinstance(verdict, Verified):
            detail = "This takes a management credential, not a token."
            verdict = errors.problem(HTTPStatus.FORBIDDEN, "management_credential_required", detail)
        if not isinstance(verdict, Manager):
            raise Answered(verdict)
        if self.required_right not in verdict.rights:
            raise LacksPower(managers.actor(request, verdict), self.required_right)
        return verdict


def actor_of(call: Managed) -> Actor:
    """The credential as somebody at work outside all tenants."""
    return managers.actor(call, call.auth)


def in_tenant(call: Managed, ref: str) -> tuple[Tenant, Actor]:
    """The tenant of that id, ours or the vendor's, and the credential at work there. Raises Http404."""
    if found := provisioning.find_tenant(ref):
        return found, managers.enter(call, call.auth, found)
    raise Http404


def user_of(ref: str) -> User:
    """The person of that id, ours or the vendor's. Raises Http404."""
    if found := provisioning.find_user(ref):
        return found
    raise Http404
