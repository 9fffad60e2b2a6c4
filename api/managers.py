"""Management credentials at the machine door: whose call it is, and in which tenant it works."""

from dataclasses import dataclass, replace
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from accounts import provisioning
from accounts.access import Actor, LacksPower, powers_for
from accounts.grants import Grant
from accounts.models import Tenant
from accounts.origin import client_address, client_of, origin_of
from api import auth, errors
from tokens import credentials, usage
from tokens.credentials import Manager
from tokens.verification import Refused, Verified

TENANT_HEADER = "X-Tenant-Id"


@dataclass(frozen=True, slots=True)
class AtWork:
    """A management credential in the tenant that it named."""

    manager: Manager
    actor: Actor


def authenticate(request: HttpRequest) -> Manager | HttpResponse | None:
    """The credential of a call, or the answer that refuses it. None when none was sent: then it may be a token."""
    text = _presented(request)
    if text is None:
        return None
    client = client_of(request)
    verdict = credentials.check(text, address=client_address(request), client=client)
    return auth.refuse(request, verdict) if isinstance(verdict, Refused) else verdict


def at_work(request: HttpRequest, accepted: Grant | None) -> AtWork | HttpResponse | None:
    """The same for what belongs to a tenant, which it names by our id or the vendor's own.

    Raises LacksPower for one that lacks the right which stands for the scope that a token needs, `accepted`.
    """
    manager = authenticate(request)
    if not isinstance(manager, Manager):
        return manager
    named = request.headers.get(TENANT_HEADER, "")
    if not named:
        detail = f"A management credential belongs to no tenant: name one in {TENANT_HEADER}."
        return errors.problem(HTTPStatus.BAD_REQUEST, "tenant_required", detail)
    tenant = provisioning.find_tenant(named)
    if tenant is None:
        return errors.problem(HTTPStatus.BAD_REQUEST, "tenant_unknown", f"{TENANT_HEADER} names no tenant.")
    by = enter(request, manager, tenant)
    if by.powers.isdisjoint(powers_for(accepted)):
        raise LacksPower(by, *powers_for(accepted))
    return AtWork(manager, by)


def enter(request: HttpRequest, manager: Manager, tenant: Tenant) -> Actor:
    """Whoever the verbs see in a tenant that was named.

    The only way into a tenant, for every door: so its ledger tells of each use, whatever becomes of the call.
    """
    by = replace(actor(request, manager), tenant=tenant)
    usage.note_work(by.ref, tenant_id=tenant.pk, origin=by.origin)
    return by


def actor(request: HttpRequest, manager: Manager) -> Actor:
    """Whoever the verbs see outside all tenants."""
    powers = frozenset(str(right) for right in manager.rights)
    return Actor.management(manager.ref, manager.grants, powers=powers, origin=origin_of(request))


def elsewhere(request: HttpRequest, bearer: Verified) -> HttpResponse | None:
    """A token works in its own tenant. A call that names another one was meant for another token: it is refused."""
    named = request.headers.get(TENANT_HEADER)
    if named is None or named == str(bearer.tenant_id):
        return None
    tenant = provisioning.find_tenant(named)
    if tenant and tenant.pk == bearer.tenant_id:
        return None
    detail = f"{TENANT_HEADER} does not name the tenant of this token."
    return errors.problem(HTTPStatus.BAD_REQUEST, "tenant_mismatch", detail)


def _presented(request: HttpRequest) -> str | None:
    """A whole secret by Bearer, or by Basic with the client id before it; None for what is no such secret."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    scheme, _, sent = header.partition(" ")
    if len(header) > auth.HEADER_LIMIT_BYTES or scheme.lower() not in ("bearer", "basic"):
        return None
    text = sent.strip(" ") if scheme.lower() == "bearer" else _of_basic(sent)
    return text if credentials.parse(text) else None


def _of_basic(encoded: str) -> str:
    try:
        client_id, text = auth.pair_in(encoded)
    except ValueError:
        return ""
    parsed = credentials.parse(text)
    return text if parsed and str(parsed.id) == client_id else ""
