"""What happens to management credentials: create, check, revoke. They belong to the platform, not to a tenant."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.access import Actor
from accounts.grants import EMPTY, Grants
from accounts.installed import catalogue
from audit import clock
from audit.actions import Action
from audit.ids import uuid7
from audit.record import Ref, record
from tokens import at_rest, drafts, rights, secret
from tokens.at_rest import Owner
from tokens.kinds import PlatformKind
from tokens.models import ManagementCredential
from tokens.rights import Right
from tokens.secret import Parsed, Secret
from tokens.verdicts import Reason, Refused

GOVERNED = "Management credentials are"
SEEN_EVERY = timedelta(minutes=1)  # the last use is written at most that often
USER_AGENT_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class IssuedCredential:
    """A new credential and its whole secret: hand it to whoever asked and forget it."""

    credential: ManagementCredential
    secret: Secret


@dataclass(frozen=True, slots=True)
class Manager:
    """A management credential that may act now, in no tenant yet."""

    credential_id: UUID
    name: str
    rights: frozenset[Right]

    @property
    def ref(self) -> Ref:
        return Ref("management", str(self.credential_id), self.name)

    @property
    def grants(self) -> Grants:
        """What it may put on a token."""
        return grants_of(self.rights)


class AlreadyCreated(Exception):
    """The same form was sent before. Its secret was shown then and cannot be shown again."""

    def __init__(self, credential: ManagementCredential) -> None:
        self.credential = credential
        super().__init__("This form was sent before.")


def create(name: str, words: Iterable[str], *, by: Actor, key: str = "") -> IssuedCredential:
    """Make a credential with at least one right. `key` names the form: sent twice, it raises AlreadyCreated.

    Raises ValidationError by field.
    """
    by.must_govern(GOVERNED)
    chosen = validate(name, words)
    credential_id, part = uuid7(), secret.mint()
    sealed = at_rest.seal(part, Owner.of_the_platform(credential_id))  # before the transaction: argon2 takes 20 ms
    try:
        with transaction.atomic():
            made = ManagementCredential.objects.create(
                id=credential_id,
                name=name,
                rights_text=" ".join(chosen),
                form_key=key or None,
                created_by=by.user,
                secret_hash=sealed.hash,
                secret_tag=sealed.tag,
                tag_key_id=sealed.key_id,
            )
            _write(Action.CREDENTIAL_ISSUED, made, by, rights=made.rights_text)
            _write(Action.CREDENTIAL_REVEALED, made, by)
    except IntegrityError:
        raise AlreadyCreated(ManagementCredential.objects.get(form_key=key)) from None
    return IssuedCredential(made, _assembled(credential_id, part))


def validate(name: str, words: Iterable[str]) -> list[Right]:
    """The rights that were chosen. Raises ValidationError by field."""
    problems = {}
    if found := drafts.name_problems(name, of="credential"):
        problems["name"] = found
    try:
        chosen = rights.in_order(words)
    except ValueError:
        chosen = []
    if not chosen:
        problems["rights"] = ["Choose what the credential may do."]
    if problems:
        raise ValidationError(problems)
    return chosen


def revoke(credential: ManagementCredential, *, by: Actor, reason: str = "") -> bool:
    """End it at once and for good, with every JWT made of it. False if it had ended already."""
    by.must_govern(GOVERNED)
    drafts.validate_reason(reason)
    now = clock.now()
    with transaction.atomic():
        live = ManagementCredential.objects.live().filter(pk=credential.pk)
        if not live.update(revoked_at=now, revoked_reason=reason):
            return False
        _write(Action.CREDENTIAL_REVOKED, credential, by, reason=reason)
    credential.revoked_at, credential.revoked_reason = now, reason
    return True


def check(text: str, *, address: str, client: str = "") -> Manager | Refused:
    """Check a whole secret. The row is read each time; nothing is learnt of it without the secret."""
    parsed = parse(text)
    if parsed is None:
        return Refused(Reason.MALFORMED)
    row = ManagementCredential.objects.filter(pk=parsed.id).first()
    if row is None:
        at_rest.waste_the_same_time(parsed.secret, Owner.of_the_platform(parsed.id))
        return Refused(Reason.UNKNOWN)
    if not at_rest.is_right(parsed.secret, row.owner, row.sealed):
        return Refused(Reason.WRONG_SECRET)
    if at_rest.needs_new_tag(row.sealed):
        _write_tag_anew(row, parsed.secret)
    return _decide(row, address, client)


def check_again(credential_id: UUID, *, address: str, client: str = "") -> Manager | Refused:
    """For a JWT that was made of it: the signature was checked by the caller, the row decides."""
    row = ManagementCredential.objects.filter(pk=credential_id).first()
    return _decide(row, address, client) if row else Refused(Reason.UNKNOWN)


def begins_like_one(text: str) -> bool:
    """All that a busy door looks at before it checks a token."""
    return text.startswith(f"{settings.TOKEN_BRAND}{PlatformKind.MANAGEMENT.letter}_")


def parse(text: str) -> Parsed | None:
    """A string of this installation that says it is a management credential."""
    parsed = secret.parse(text)
    if parsed is None or parsed.kind is not PlatformKind.MANAGEMENT or parsed.brand != settings.TOKEN_BRAND:
        return None
    return parsed


def grants_of(chosen: frozenset[Right]) -> Grants:
    """What may be put on a token: anything, by who may make any. What else it may do, `accounts.access` says."""
    return _everything() if Right.TOKENS in chosen else EMPTY


@cache
def _everything() -> Grants:
    return catalogue().everything


def _decide(row: ManagementCredential, address: str, client: str) -> Manager | Refused:
    if row.revoked_at is not None:
        return Refused(Reason.REVOKED, proven=True, at=row.revoked_at)
    _note(row, address, client)
    return Manager(row.pk, row.name, frozenset(row.rights))


def _write_tag_anew(row: ManagementCredential, part: Secret) -> None:
    """Once after the tag's key was replaced or lost; another check may have done it already."""
    key_id, key = at_rest.newest_key()
    fresh = {"secret_tag": at_rest.tag(part, row.owner, key), "tag_key_id": key_id}
    ManagementCredential.objects.filter(pk=row.pk, secret_tag=row.secret_tag).update(**fresh)


def _note(row: ManagementCredential, address: str, client: str) -> None:
    now = clock.now()
    long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - SEEN_EVERY)
    if row.last_used_at is None or row.last_used_at < now - SEEN_EVERY:
        used = {"last_used_at": now, "last_used_address": address, "last_used_client": client[:USER_AGENT_CHARACTERS]}
        ManagementCredential.objects.filter(long_ago, pk=row.pk).update(**used)


def _assembled(credential_id: UUID, part: Secret) -> Secret:
    return secret.assemble(settings.TOKEN_BRAND, PlatformKind.MANAGEMENT, credential_id, part)


def _write(action: Action, credential: ManagementCredential, by: Actor, **detail: object) -> None:
    record(action, by=by.ref, origin=by.origin, tenant_id=None, on=credential.ref, **detail)
