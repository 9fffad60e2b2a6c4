"""API tokens of users and of tenants: a client id and a UUID secret, for nothing but the exchange.

The lists hold the tokens that can be exchanged and have not ended; revoked ones stay on the portal's own pages.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_variables

from accounts.access import Actor
from api.frontegg import callers
from api.frontegg.answers import answer, created, empty, not_found
from api.frontegg.bodies import read
from api.frontegg.drafting import (
    change,
    must_be_enabled,
    of_a_tenant,
    of_a_user,
    permission_ids,
    role_ids,
    shown,
)
from audit import clock
from tokens import lifecycle, notifications, reshaping
from tokens.kinds import Form, Kind
from tokens.models import Token
from tokens.rights import Right
from tokens.sets import TokenQuerySet


@sensitive_variables()
def create_users(request: HttpRequest) -> HttpResponse:
    by = callers.as_user(request, Right.TOKENS)
    must_be_enabled(Kind.PERSONAL, by)
    issued = lifecycle.issue(of_a_user(read(request), by), by=by)
    notifications.made_for_somebody(issued.token, by=by)
    return created({**_of_a_user(issued.token), "secret": issued.secret.value})


def users(request: HttpRequest) -> HttpResponse:
    by = callers.as_user(request, Right.TOKENS)
    must_be_enabled(Kind.PERSONAL, by)
    return answer([_of_a_user(token) for token in _users(by)])


def delete_users(request: HttpRequest, token_id: UUID) -> HttpResponse:
    by = callers.as_user(request, Right.TOKENS)
    return _end(_users(by), token_id, by)


@sensitive_variables()
def create_tenants(request: HttpRequest) -> HttpResponse:
    by = callers.in_tenant(request, Right.TOKENS)
    must_be_enabled(Kind.TENANT, by)
    issued = lifecycle.issue(of_a_tenant(read(request), by), by=by)
    return created({**_of_a_tenant(issued.token), "secret": issued.secret.value})


def tenants(request: HttpRequest) -> HttpResponse:
    by = callers.in_tenant(request, Right.TOKENS)
    must_be_enabled(Kind.TENANT, by)
    return answer([_of_a_tenant(token) for token in _tenants(by)])


def change_tenants(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """Another description or metadata; roles and permissions can only be taken away."""
    by = callers.in_tenant(request, Right.TOKENS)
    token = _one(_tenants(by), token_id)
    wanted = change(read(request), by)
    if token.secret_form is Form.NATIVE:
        wanted = replace(wanted, name=None)  # it was given one, which no description replaces
    reshaping.reshape(token, wanted, by=by)
    return answer(_of_a_tenant(_one(_tenants(by), token_id)))


def delete_tenants(request: HttpRequest, token_id: UUID) -> HttpResponse:
    by = callers.in_tenant(request, Right.TOKENS)
    return _end(_tenants(by), token_id, by)


def _users(by: Actor) -> TokenQuerySet:
    return _exchangeable(by).owned_by(by.membership)


def _tenants(by: Actor) -> TokenQuerySet:
    return _exchangeable(by).of_kind(Kind.TENANT)


def _exchangeable(by: Actor) -> TokenQuerySet:
    ours = Token.objects.visible_to(by).of_form(Form.PAIR, Form.NATIVE).still_running(clock.now())
    return ours.with_subject().prefetch_related("roles").order_by("id")


def _one(tokens: TokenQuerySet, token_id: UUID) -> Token:
    found = tokens.filter(pk=token_id).first()
    if found is None:
        raise not_found()
    return found


def _end(tokens: TokenQuerySet, token_id: UUID, by: Actor) -> HttpResponse:
    lifecycle.revoke(_one(tokens, token_id), by=by)
    return empty()


def _of_a_user(token: Token) -> dict[str, Any]:
    return {"clientId": str(token.pk), "metadata": token.metadata, **shown(token)}


def _of_a_tenant(token: Token) -> dict[str, Any]:
    return {
        "clientId": str(token.pk),
        "tenantId": str(token.tenant_id),
        "createdByUserId": str(token.created_by_id) if token.created_by_id else None,
        "metadata": token.metadata,
        "roleIds": role_ids(token),
        "permissionIds": permission_ids(token),
        **shown(token),
    }
