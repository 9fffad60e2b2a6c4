"""Access tokens of users and of tenants: the secret is a JWT that is sent as it is and lives as long as its row.

What one may do stands in no JWT. Whoever guards an API asks for it at the vendor's own addresses, which name no tenant.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_variables

from accounts.access import Actor
from api.frontegg import callers
from api.frontegg.answers import answer, created, empty, moment, not_found
from api.frontegg.bodies import read
from api.frontegg.drafting import must_be_enabled, of_a_tenant, of_a_user, role_ids, shown
from audit import clock
from tokens import access_tokens, api_tokens, lifecycle, notifications
from tokens.kinds import Form, Kind
from tokens.models import Token
from tokens.rights import Right
from tokens.sets import TokenQuerySet
from tokens.verification import Verified, inspect_again


@dataclass(frozen=True)
class AccessTokens:
    """The views of one kind: both differ in whose the tokens are, and little else."""

    kind: Kind

    @sensitive_variables()
    def create(self, request: HttpRequest) -> HttpResponse:
        by = self._caller(request)
        draft = of_a_user(read(request), by) if self._is_users else of_a_tenant(read(request), by)
        issued = access_tokens.issue(draft, by=by)
        notifications.made_for_somebody(issued.token, by=by)
        return created({**self._shown(issued.token), "secret": issued.secret.value})

    def index(self, request: HttpRequest) -> HttpResponse:
        return answer({"accessTokens": [self._shown(token) for token in self._own(self._caller(request))]})

    def delete(self, request: HttpRequest, token_id: UUID) -> HttpResponse:
        by = self._caller(request)
        token = self._own(by).filter(pk=token_id).first()
        if token is None:
            raise not_found()
        lifecycle.revoke(token, by=by)
        return empty()

    def active(self, request: HttpRequest) -> HttpResponse:
        """The ids of all that work now, of every tenant: a bare array."""
        callers.manager(request, Right.INTROSPECT)
        working = Token.objects.of_form(Form.JWT).of_kind(self.kind).live_anywhere(clock.now())
        return answer([str(pk) for pk in working.order_by("pk").values_list("pk", flat=True)])

    def detail(self, request: HttpRequest, token_id: UUID) -> HttpResponse:
        """What one may do now; one that does not work is not found."""
        callers.manager(request, Right.INTROSPECT)
        found = inspect_again(token_id)
        if not isinstance(found, Verified) or found.kind is not self.kind or found.form is not Form.JWT:
            raise not_found()
        end = {"expires": moment(found.expires_at)} if found.expires_at else {}
        user = {"userId": found.subject.id} if self._is_users else {}
        return answer({**_allowed(found), **user, **end})

    @property
    def _is_users(self) -> bool:
        return self.kind is Kind.PERSONAL

    def _caller(self, request: HttpRequest) -> Actor:
        caller = callers.as_user if self._is_users else callers.in_tenant
        by = caller(request, Right.TOKENS)
        must_be_enabled(self.kind, by)
        return by

    def _own(self, by: Actor) -> TokenQuerySet:
        ours = Token.objects.visible_to(by).of_form(Form.JWT).of_kind(self.kind).still_running(clock.now())
        ours = ours.owned_by(by.membership) if self._is_users else ours
        return ours.with_subject().prefetch_related("roles").order_by("id")

    def _shown(self, token: Token) -> dict[str, Any]:
        if self._is_users:
            return {"id": str(token.pk), **shown(token)}
        made_by = str(token.created_by_id) if token.created_by_id else None
        return {"id": str(token.pk), "roleIds": role_ids(token), "createdByUserId": made_by, **shown(token)}


BY_KIND = {"users": AccessTokens(Kind.PERSONAL), "tenants": AccessTokens(Kind.TENANT)}


def _allowed(found: Verified) -> dict[str, Any]:
    return {
        "id": str(found.token_id),
        "tenantId": str(found.tenant_id),
        "roles": api_tokens.roles_of(found),
        "permissions": api_tokens.permissions_of(found.grants),
    }
