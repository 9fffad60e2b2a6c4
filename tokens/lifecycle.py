"""What happens to tokens: issue, edit, narrow, revoke. Each verb checks, writes and records in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import managing, search, service_users
from accounts.access import TOKENS_WRITE, Actor
from accounts.grants import Grants
from accounts.models import Membership, Role, ServiceUser
from audit import clock
from audit.actions import Action
from audit.ids import uuid7
from audit.record import record, record_each
from tokens import allowance, at_rest, drafts, findable, once, secret
from tokens.at_rest import Owner, Sealed
from tokens.drafts import Draft
from tokens.kinds import Form, Kind
from tokens.models import NEVER, Token, TokenRole
from tokens.secret import Secret
from tokens.sets import TokenQuerySet

BULK_LIMIT = 1000  # tokens revoked in one transaction


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token and its secret, in the form that was asked for: hand it to whoever asked and forget it.

    For a JWT it is the JWT's id.
    """

    token: Token
    secret: Secret


def issue(draft: Draft, *, by: Actor, key: str = "") -> Issued:
    """Make a token and its secret.

    `key` is an idempotency key: the same key and draft again raise AlreadyIssued, the same key with another draft
    ValidationError. What is wrong with a draft is a ValidationError by field; a missing right is PermissionDenied.
    """
    membership = _principal(draft, by)
    drafts.must_choose_targets(draft, by=by)
    try:
        draft = drafts.settled(draft, by=by)
        drafts.validate(draft, by=by)
    except ValidationError:  # what was right the first time need not be now: an end comes nearer
        if once.is_used(key, by):
            raise once.repeated(key, draft, by) from None
        raise
    token_id, part = uuid7(), secret.mint() if draft.form is Form.NATIVE else Secret(str(uuid4()))
    owner = Owner(token_id, by.tenant_id or UUID(int=0), draft.kind)
    sealed = at_rest.seal(part, owner)  # before the transaction: argon2 takes 20 ms
    try:
        with transaction.atomic():
            allowance.keep(membership, by=by)
            if draft.service_user:
                service_users.lock(draft.service_user)  # else it could be deleted, with all its tokens but this one
            token = create(token_id, draft, membership, sealed, by)
            if draft.roles:
                bind(token, draft.roles)
            once.remember(key, draft, token, by)
            write(Action.TOKEN_ISSUED, token, by, scope=str(draft.grants), expires_at=drafts.told(draft.expires_at))
            write(Action.TOKEN_REVEALED, token, by)
    except IntegrityError:
        raise once.repeated(key, draft, by) from None
    except ValidationError:
        if once.is_used(key, by):  # the first of the two took the last place
            raise once.repeated(key, draft, by) from None
        raise
    return Issued(token, _shown(draft, token_id, part))


def edit(token: Token, *, name: str, description: str, by: Actor) -> None:
    """Another name or description. The token's rights, end and secret stay. One that has ended keeps its words."""
    must_manage(token, by)
    drafts.validate_words(name, description)
    before = {"name": token.name, "description": token.description}
    after = {"name": name, "description": description}
    with transaction.atomic():
        if not Token.objects.running(clock.now()).filter(pk=token.pk).update(**after):
            raise ValidationError("This token has ended. Its name and description stay as they are, for the record.")
        if before != after:
            token.name, token.description = name, description
            search.change(findable.entries(token)[0])
            write(Action.TOKEN_EDITED, token, by, before=before, after=after)


def narrow(token: Token, *, to: Grants, by: Actor) -> bool:
    """Take scopes away, for good. False if it has no others anyway. Raises ValidationError for anything more."""
    _must_lessen(token, by)
    with transaction.atomic():
        locked = Token.objects.select_for_update().get(pk=token.pk)
        if not to:
            raise ValidationError({"scopes": "Keep at least one scope. To take all of them away, revoke the token."})
        if not locked.grants.covers(to):
            raise ValidationError({"scopes": "Scopes can be taken away here, not added. Create a new token for more."})
        if not locked.is_revocable:
            raise ValidationError({"scopes": "This token has ended. There is nothing left to narrow."})
        if to == locked.grants:
            return False
        Token.objects.filter(pk=token.pk).update(grants_text=str(to))
        token.grants_text = str(to)
        write(Action.TOKEN_NARROWED, token, by, before=locked.grants_text, after=str(to))
    return True


def revoke(token: Token, *, by: Actor, reason: str = "") -> bool:
    """End a token at once and for good. False if it had ended already: then nothing is written.

    Needs none of the token's rights. When this returns, the next check in any process refuses the token.
    """
    _must_lessen(token, by)
    drafts.validate_reason(reason)
    now = clock.now()
    with transaction.atomic():
        running = Token.objects.running(now).filter(pk=token.pk)
        if not running.update(revoked_at=now, ends_at=now, revoked_reason=reason):
            return False
        write(Action.TOKEN_REVOKED, token, by, reason=reason)
    token.revoked_at = token.ends_at = now
    token.revoked_reason = reason
    return True


def revoke_all(tokens: TokenQuerySet, *, by: Actor, reason: str = "", expected: int | None = None) -> int:
    """End every running token of a set that `by` may manage, at most BULK_LIMIT at once; returns how many.

    All of them or none, with a ledger row for each. `expected`: how many somebody has seen. Any other number is a
    ValidationError for `confirm`, but for none: what was asked for is done already.
    """
    drafts.validate_reason(reason)
    return end_all(tokens.manageable_by(by), by=by, reason=reason, expected=expected)


def end_all(tokens: TokenQuerySet, *, by: Actor, reason: str, expected: int | None = None) -> int:
    """The same for a verb that has asked already whether `by` may: whoever ends an owner ends its tokens."""
    now = clock.now()
    with transaction.atomic():
        doomed = tokens.running(now).order_by("pk").select_for_update(of=("self",))[:BULK_LIMIT]
        refs = [token.ref for token in doomed]
        if refs and expected not in (None, len(refs)):
            raise ValidationError({"confirm": f"{_many(len(refs))} now, not {expected}. Nothing was revoked."})
        ended = Token.objects.filter(pk__in=[ref.id for ref in refs])
        ended.update(revoked_at=now, ends_at=now, revoked_reason=reason)
        record_each(Action.TOKEN_REVOKED, refs, by=by.ref, origin=by.origin, tenant_id=by.tenant_id, reason=reason)
    return len(refs)


def _many(count: int) -> str:
    return f"{count} token matches" if count == 1 else f"{count} tokens match"


def may_issue(kind: Kind, actor: Actor) -> bool:
    """Tenant tokens need the right over the tenant's tokens, a person's own none."""
    if (kind is Kind.TENANT or actor.by_proxy) and not actor.can(TOKENS_WRITE):
        return False
    return kind is Kind.TENANT or actor.membership is not None


def may_manage(token: Token, actor: Actor) -> bool:
    """One's own tokens, those of the service users one manages, or all of the tenant's with the right to write them."""
    return actor.can(TOKENS_WRITE, on=token) or _is_own(token, actor)


def must_manage(token: Token, by: Actor) -> None:
    if not _is_own(token, by):
        by.must(TOKENS_WRITE, on=token)


def _must_lessen(token: Token, by: Actor) -> None:
    """Whoever holds a token may make it do less, or end it, with that token itself, not with a JWT made of it."""
    if by.bearer is None or by.bearer.token_id != token.pk or by.bearer.is_exchanged:
        must_manage(token, by)


def _is_own(token: Token, actor: Actor) -> bool:
    """A person's own tokens, and those of whom they manage. A token has none: what it may do is in its scopes."""
    own = actor.own_membership
    if own is None or token.tenant_id != actor.tenant_id:
        return False
    if token.service_user is not None:
        return service_users.manages(token.service_user, actor)
    return token.membership_id == own.pk


def bind(token: Token, roles: Iterable[Role]) -> None:
    """Write down which roles a token is made of, instead of those before."""
    TokenRole.objects.filter(token=token).delete()
    TokenRole.objects.bulk_create(TokenRole(token=token, role=role) for role in roles)


def write(action: Action, token: Token, by: Actor, **detail: object) -> None:
    record(action, by=by.ref, origin=by.origin, tenant_id=token.tenant_id, on=token.ref, **detail)


def _shown(draft: Draft, token_id: UUID, part: Secret) -> Secret:
    if draft.form is not Form.NATIVE:
        return part
    return secret.assemble(settings.TOKEN_BRAND, draft.kind, token_id, part)


def _principal(draft: Draft, by: Actor) -> Membership | None:
    """Who the token acts as. A tenant token needs the right over the tenant's tokens, a person's own none.

    Whoever acts by proxy needs it for every kind: else any leaked token could be multiplied before it is revoked.
    """
    if draft.kind is Kind.TENANT or by.by_proxy:
        by.must(TOKENS_WRITE)
    if draft.kind is Kind.SERVICE:
        _must_use(draft.service_user, by)
    if draft.kind is not Kind.PERSONAL:
        return None
    if draft.member is not None:
        raise ValidationError({"member": "This person claims the token themselves: it has no secret yet."})
    if by.membership is None:
        raise ValidationError({"kind": "A personal token acts as a member. Sign in as one."})
    return by.membership


def _must_use(service_user: ServiceUser | None, by: Actor) -> None:
    """Its managers in person make its tokens, and whoever may make the tenant's. That none is named, a draft says."""
    if service_user is not None and not service_users.manages(service_user, by):
        by.must(TOKENS_WRITE, on=service_user)


def create(
    token_id: UUID,
    draft: Draft,
    membership: Membership | None,
    sealed: Sealed,
    by: Actor,
    until: datetime | None = None,
) -> Token:
    """A new token, to be found from now on; with `until` it waits for somebody to claim it, and has no secret."""
    assert by.tenant
    token = Token.objects.create(
        id=token_id,
        tenant=by.tenant,
        kind=draft.kind,
        form=draft.form,
        of_roles=bool(draft.roles),
        metadata=draft.metadata,
        membership=membership,
        responsible=_answering(by) if draft.kind is Kind.TENANT else None,
        service_user=draft.service_user,
        name=draft.name,
        description=draft.description,
        grants_text=str(draft.grants),
        networks_text=draft.networks,
        created_by=by.user or (by.membership.user if by.membership else None),
        created_via=by.via,
        expires_at=draft.expires_at,
        claim_until=until,
        ends_at=until or draft.expires_at or NEVER,
        secret_hash=sealed.hash,
        secret_tag=sealed.tag,
        tag_key_id=sealed.key_id,
    )
    search.add(*findable.entries(token))
    return token


def _answering(by: Actor) -> Membership | None:
    """Who answers for a tenant token: its maker, or whoever answers for the token that made it."""
    if by.membership or by.bearer is None:
        return by.membership
    maker = Token.objects.with_subject().get(pk=by.bearer.token_id)
    return managing.first(maker.service_user) if maker.service_user else maker.responsible
