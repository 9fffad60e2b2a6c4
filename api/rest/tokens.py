"""Tokens: make, find, read, change and end them. What a token may do here is in `tokens.lifecycle`."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.debug import sensitive_variables
from ninja import Header, Query, Router, Status

from accounts.access import TOKENS_READ, TOKENS_WRITE, Actor
from accounts.grants import Grants
from api.rest.door import BearerToken, Call, actor_of
from api.rest.paging import Page
from api.rest.token_selections import Revoked, Selected
from api.rest.token_shapes import (
    Change,
    Ending,
    Filters,
    IssuedToken,
    NewToken,
    OfferedToken,
    Once,
    Token,
    TokenDetail,
)
from api.rest.values import nothing
from tokens import lifecycle, listing, models, offers, ownership, selecting
from tokens.once import AlreadyIssued

router = Router(tags=["tokens"])

reading, writing = BearerToken(TOKENS_READ), BearerToken(TOKENS_WRITE)


@router.get("/tokens", operation_id="listTokens", auth=reading, response=Page[Token], summary="List tokens")
def index(request: Call, asked: Query[Filters]) -> Page[Token]:
    """All of the tenant's. A token without `tokens:read` sees itself alone."""
    found = listing.rows(actor_of(request), asked.asked, size=asked.limit)
    return Page(items=[Token.of(token) for token in found], next=found.next)


@router.post(
    "/tokens",
    operation_id="createToken",
    auth=writing,
    response={201: IssuedToken, 200: TokenDetail},
    summary="Create a token",
)
@sensitive_variables("issued")
def create(request: Call, draft: NewToken, once: Header[Once]) -> Status[TokenDetail]:
    """The secret is in the 201 and nowhere else. The same request under the same key again: 200, without it.

    `lifetime` or `expires_at` says when it ends, ten years from now at most; `expires_at: null` is no end, where policy
    allows that.

    A token gives only scopes that it has itself, and no later end and no other networks than its own. `personal` acts
    as the member whose personal token asks; `service` acts as the service user that `service_user_id`
    names. A token that acts as nobody makes none of kind `personal`, except for the member that `member_id` names: they
    get a mail, and claim it in the portal within seven days. Until then it is `pending` and has no secret. Its lifetime
    starts at the claim, or at once where it could outlast the token that asks otherwise.
    """
    by = actor_of(request)
    asked = draft.draft(by)
    try:
        if asked.member:
            return Status(201, IssuedToken.offered(offers.make(asked, by=by, key=once.key)))
        issued = lifecycle.issue(asked, by=by, key=once.key)
    except AlreadyIssued as earlier:
        return Status(200, TokenDetail.of(earlier.token))
    return Status(201, IssuedToken.with_secret(issued.token, issued.secret.value))


@router.post(
    "/tokens/revoke", operation_id="revokeTokens", auth=writing, response=Revoked, summary="Revoke several tokens"
)
def revoke_many(request: Call, body: Selected) -> Revoked:
    """First without `expected`: nothing ends, and `matched` tells how many running tokens are chosen. Then with it.

    They end at once and for good, all of them or none, oldest first and at most 1,000 in one request. Where another
    number matches by then, nothing ends. Where none does any more, all is done already: the same request again, after
    an answer that was lost, harms nothing. `issued_before` leaves alone what is made meanwhile.

    The token that asks ends too if it is chosen.
    """
    by = actor_of(request)
    tokens = selecting.selected(body.selection, by=by).tokens
    if body.expected is None:
        found = tokens[: lifecycle.BULK_LIMIT + 1].count()
        return Revoked(matched=min(found, lifecycle.BULK_LIMIT), revoked=0, more=found > lifecycle.BULK_LIMIT)
    try:
        ended = lifecycle.revoke_all(tokens, by=by, reason=body.reason, expected=body.expected)
    except ValidationError as error:  # the page calls it by what is typed there
        said = error.message_dict
        raise ValidationError({"expected" if name == "confirm" else name: said[name] for name in said}) from None
    return Revoked(matched=ended, revoked=ended, more=tokens.exists())


@router.get("/tokens/{token_id}", operation_id="readToken", auth=reading, response=TokenDetail, summary="Read a token")
def detail(request: Call, token_id: UUID) -> TokenDetail:
    """One token, in whatever state."""
    return TokenDetail.of(_visible(token_id, actor_of(request)))


@router.patch(
    "/tokens/{token_id}", operation_id="changeToken", auth=writing, response=TokenDetail, summary="Change a token"
)
def change(request: Call, token_id: UUID, body: Change) -> TokenDetail:
    """Rename, describe, narrow, give to somebody to answer for; all of it or nothing.

    One that has ended stays as it is, for the record: that is a 422. A token may narrow itself without `tokens:write`,
    a JWT that it was exchanged for may not.
    """
    by = actor_of(request)
    token = _visible(token_id, by)
    words = body.model_dump(include={"name", "description"}, exclude_unset=True)
    with transaction.atomic():
        if "scope" in body.model_fields_set:
            lifecycle.narrow(token, to=Grants.parse(body.scope), by=by)
        if "responsible_id" in body.model_fields_set:
            ownership.give(token, ownership.candidate(str(body.responsible_id), by=by), by=by)
        if words:
            lifecycle.edit(token, **{"name": token.name, "description": token.description, **words}, by=by)
    return TokenDetail.of(token)


@router.post(
    "/tokens/{token_id}/revoke",
    operation_id="revokeToken",
    auth=writing,
    response=TokenDetail,
    summary="Revoke a token",
)
def revoke(request: Call, token_id: UUID, body: Ending | None = None) -> TokenDetail:
    """At once and for good; one that has ended stays as it is. A token may revoke itself without `tokens:write`, a JWT
    that it was exchanged for may not: `/oauth/revoke` ends that one alone.
    """
    by = actor_of(request)
    token = _visible(token_id, by)
    lifecycle.revoke(token, by=by, reason=body.reason if body else "")
    return TokenDetail.of(_visible(token_id, by))


@router.post(
    "/tokens/{token_id}/withdraw",
    operation_id="withdrawToken",
    auth=writing,
    response=TokenDetail,
    summary="Withdraw a token that nobody claimed yet",
)
def withdraw(request: Call, token_id: UUID) -> TokenDetail:
    """Its person can claim it no more; one that is not pending stays as it is."""
    by = actor_of(request)
    offers.withdraw(_visible(token_id, by), by=by)
    return TokenDetail.of(_visible(token_id, by))


@router.post(
    "/tokens/{token_id}/renew",
    operation_id="renewOffer",
    auth=writing,
    response=OfferedToken,
    summary="Send a new claim link",
)
def renew(request: Call, token_id: UUID) -> OfferedToken:
    """By mail to its person, for another seven days; the link before leads nowhere. Only while it is pending.

    At most once in a minute: a 429 says when again. Somebody who is suspended gets none: that is a 422.
    A lifetime that starts at the claim starts at once where it could outlast the token that asks otherwise.
    """
    by = actor_of(request)
    offers.renew(_visible(token_id, by), by=by)
    return OfferedToken.of(_visible(token_id, by))


@router.delete(
    "/tokens/{token_id}",
    operation_id="deleteToken",
    auth=writing,
    response={204: None},
    summary="Revoke a token without a reason",
)
def delete(request: Call, token_id: UUID) -> HttpResponse:
    """At once and for good: the record stays, and can be read."""
    by = actor_of(request)
    lifecycle.revoke(_visible(token_id, by), by=by)
    return nothing()


def _visible(token_id: UUID, by: Actor) -> models.Token:
    return get_object_or_404(models.Token.objects.visible_to(by).with_subject(), pk=token_id)
