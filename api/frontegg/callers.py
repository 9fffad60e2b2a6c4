"""Who calls: the vendor by its JWT, who names tenant and user in headers, or a token, which names both itself."""

from dataclasses import replace
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest

from accounts import named
from accounts.access import Actor, PermissionDenied
from accounts.models import Membership, Tenant
from accounts.origin import client_address, client_of
from api import limits, managers
from api.auth import GUESSES, HEADER_LIMIT_BYTES
from api.frontegg.answers import Problem, bad, not_found, too_many
from api.rest.door import Call, actor_of
from tokens import vendor, verification
from tokens.credentials import Manager
from tokens.rights import Right
from tokens.verdicts import Reason
from tokens.verification import Refused

TENANT, USER = "frontegg-tenant-id", "frontegg-user-id"


def manager(request: HttpRequest, *rights: Right) -> Manager:
    """The vendor, with one of `rights` if any are named. A token will not do."""
    found = _manager(request, _credential(request))
    if isinstance(found, Refused):
        raise _refused(found, request)
    _must_have(found, rights)
    return found


def in_tenant(request: HttpRequest, *rights: Right) -> Actor:
    """Somebody at work in a tenant. A user that the vendor names too is who it works on behalf of."""
    return _at_work(request, rights, needs_user=False)


def as_user(request: HttpRequest, *rights: Right) -> Actor:
    """Somebody at work as, or on behalf of, a member of a tenant."""
    by = _at_work(request, rights, needs_user=True)
    if by.membership is None:
        raise Problem(HTTPStatus.FORBIDDEN, "This needs a user; the token that asks has none.")
    return by


def anywhere(request: HttpRequest, *rights: Right) -> Actor | Manager:
    """Like `in_tenant`, or the vendor itself when it names no tenant."""
    credential = _credential(request)
    found = _manager(request, credential)
    if isinstance(found, Manager) and not request.headers.get(TENANT):
        _must_have(found, rights)
        return found
    return in_tenant(request, *rights)


def _at_work(request: HttpRequest, rights: tuple[Right, ...], *, needs_user: bool) -> Actor:
    credential = _credential(request)
    found = _manager(request, credential)
    if isinstance(found, Manager):
        return _on_behalf(request, found, rights, needs_user=needs_user)
    if found.reason is not Reason.MALFORMED:
        raise _refused(found, request)
    return _by_token(request, credential)


def _on_behalf(request: HttpRequest, found: Manager, rights: tuple[Right, ...], *, needs_user: bool) -> Actor:
    tenant = _tenant(request)
    by = managers.enter(request, found, tenant)
    by = replace(by, membership=_member(request, tenant, needs_user=needs_user))
    if not found.rights.intersection(rights):
        raise PermissionDenied(by, None, _needed(rights))
    return by


def _by_token(request: HttpRequest, credential: str) -> Actor:
    """Its tenant and user are its own; headers that name others are not looked at."""
    client = client_of(request)
    verdict = verification.verify(credential, address=client_address(request), client=client)
    if isinstance(verdict, Refused):
        raise _refused(verdict, request)
    call = cast(Call, request)
    call.auth = verdict
    return actor_of(call)


def _manager(request: HttpRequest, credential: str) -> Manager | Refused:
    return vendor.check(credential, address=client_address(request), client=client_of(request))


def _credential(request: HttpRequest) -> str:
    """By Authorization or x-access-token; by both if they are the same."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    scheme, _, bearer = header.partition(" ")
    if header and (scheme.lower() != "bearer" or len(header) > HEADER_LIMIT_BYTES):
        raise Problem(HTTPStatus.UNAUTHORIZED, "Unauthorized")
    sent = {text.strip(" ") for text in (bearer, request.headers.get("x-access-token", "")) if text}
    if len(sent) > 1:
        raise bad("Send one token, in Authorization or in x-access-token.")
    if not sent:
        raise Problem(HTTPStatus.UNAUTHORIZED, "Unauthorized")
    return sent.pop()


def _refused(refused: Refused, request: HttpRequest) -> Problem:
    wait = limits.count_failure(client_address(request)) if refused.reason in GUESSES else 0
    return too_many(wait) if wait else Problem(HTTPStatus.UNAUTHORIZED, "Unauthorized")


def _tenant(request: HttpRequest) -> Tenant:
    text = request.headers.get(TENANT, "")
    if not text:
        raise bad(f"The header {TENANT} is missing")
    found = named.tenant(text)
    if found is None:
        raise not_found("Tenant not found")
    return found


def _member(request: HttpRequest, tenant: Tenant, *, needs_user: bool) -> Membership | None:
    text = request.headers.get(USER, "")
    if not text:
        if needs_user:
            raise bad(f"The header {USER} is missing")
        return None
    found = named.member(text, of=tenant)
    if found is None:
        raise not_found("User not found")
    return found


def _must_have(found: Manager, rights: tuple[Right, ...]) -> None:
    if rights and not found.rights.intersection(rights):
        raise Problem(HTTPStatus.FORBIDDEN, _needed(rights))


def _needed(rights: tuple[Right, ...]) -> str:
    return f"This needs a management credential with the right {' or '.join(rights)}."
