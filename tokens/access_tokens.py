"""Tokens whose secret is a signed JWT, sent as it is. What they may do is looked up, and stands in no JWT."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from accounts.access import Actor
from audit import clock
from tokens import keys, lifecycle
from tokens.drafts import Draft
from tokens.jwt_shapes import TENANT_ACCESS_TOKEN, USER_ACCESS_TOKEN
from tokens.kinds import Form
from tokens.lifecycle import Issued
from tokens.models import Token
from tokens.signatures import Algorithm
from tokens.signing import about, second, signed_by


def issue(draft: Draft, *, by: Actor) -> Issued:
    """Like `lifecycle.issue`; the secret is a JWT that ends with its token, if that ends.

    The key is fetched first: without one no token is made whose secret nobody could get.
    """
    signer = keys.signer(Algorithm.RS256, clock.now())
    issued = lifecycle.issue(replace(draft, form=Form.JWT), by=by)
    shape = USER_ACCESS_TOKEN if issued.token.membership else TENANT_ACCESS_TOKEN
    claims = _claims(issued.token, UUID(issued.secret.value))
    return Issued(issued.token, signed_by(signer, claims, shape))


def _claims(token: Token, jti: UUID) -> dict[str, Any]:
    whose = {"userId": str(token.membership.user_id)} if token.membership else {}
    end = {"exp": second(token.expires_at)} if token.expires_at else {}
    return {
        **about(token.pk, jti),
        **whose,
        "tenantId": str(token.tenant_id),
        "iat": second(token.created_at),
        **end,
    }
