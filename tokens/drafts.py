"""What somebody asks for before it is a token, and what may be wrong with it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.timezone import localtime

from accounts.access import TOKENS_CUSTOM, Actor, PermissionDenied
from accounts.grants import EMPTY, SCOPE_LIMIT, Forbidden, Grant, Grants, covers
from accounts.installed import catalogue
from accounts.models import Membership, Role, ServiceUser
from accounts.readable import UNREADABLE, is_readable
from accounts.words import label
from audit import clock
from tokens import metadata, secret
from tokens.expiry import farthest, in_words
from tokens.kinds import Form, Kind
from tokens.models import DESCRIPTION_CHARACTERS, NAME_CHARACTERS, REASON_CHARACTERS
from tokens.networks import inside
from tokens.policy import rules_of
from tokens.rules import Rules

SOME = 3  # scopes named one by one in a message; more are counted

type Errors = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Draft:
    """`expiry` is what was picked ("90d", "custom 2027-02-19"), `expires_at` what it means; None means no end.

    `service_user` is whom a service token acts as, `member` who is to claim a personal one, if not the asker. With
    `roles` its grants are theirs. `metadata` is an object of the asker's own.
    """

    kind: Kind
    name: str
    grants: Grants = EMPTY
    description: str = ""
    expiry: str = ""
    expires_at: datetime | None = None
    networks: str = ""
    problems: dict[str, str] = field(default_factory=dict)
    form: Form = Form.NATIVE
    roles: tuple[Role, ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)
    service_user: ServiceUser | None = None
    member: Membership | None = None


def settled(draft: Draft, *, by: Actor) -> Draft:
    """With the grants that its roles have now, less what policy forbids; a draft without roles is returned as it is."""
    return replace(draft, grants=granted_by(draft.roles, by=by)) if draft.roles else draft


def granted_by(chosen: tuple[Role, ...], *, by: Actor) -> Grants:
    """What roles of the actor's tenant allow on a token. Raises PermissionDenied for more than the actor has."""
    assert by.tenant
    if any(role.tenant_id not in (None, by.tenant.pk) for role in chosen):
        raise ValidationError({"scopes": "This role belongs to another tenant."})
    allowed = reduce(or_, (role.grants for role in chosen), EMPTY)
    must_give(allowed, by=by)
    return allowed.without(Forbidden.parse(rules_of(by.tenant).forbidden))


def must_give(grants: Grants, *, by: Actor) -> None:
    """Nobody hands out what they do not have, nor changes what can do more than they can."""
    missing = [grant for grant in grants if not by.grants.covers(grant)]
    if missing and not by.is_operator:
        raise PermissionDenied(by, missing[0], f"You can only give what you have yourself: {listed(missing)}.")


def must_choose_targets(draft: Draft, *, by: Actor) -> None:
    """Single targets are for those who may give custom permissions.

    What the actor's or the service user's own rights are limited to is no choice, nor is what a role says.
    """
    limited = [] if draft.roles else [grant for grant in draft.grants if grant.target_type]
    rights = draft.service_user.rights if limited and draft.service_user else EMPTY
    own = [grant for grant in (*by.grants, *rights) if grant.target_type]
    if not all(any(covers(mine, grant) for mine in own) for grant in limited):
        by.must(TOKENS_CUSTOM)


def validate(draft: Draft, *, by: Actor) -> None:
    """Raise one ValidationError with everything that is wrong, by field: nobody fixes a form one error at a time."""
    if by.tenant is None:
        raise ValidationError("A token belongs to a tenant. Choose one first.")
    rules = rules_of(by.tenant)
    errors: Errors = {name: [problem] for name, problem in draft.problems.items()}
    for name, problems in [
        ("kind", _kind(draft, rules, by)),
        ("subject", _subject(draft, by)),
        ("name", name_problems(draft.name)),
        ("description", _wanted_description(draft, rules, by) or _description(draft.description)),
        ("scopes", _scopes(draft, rules, by)),
        ("expires", _expiry(draft, rules, by)),
        ("networks", _wanted_networks(draft, rules, by) or _networks(draft.networks, by)),
        ("metadata", metadata.problems(draft.metadata)),
    ]:
        if problems:
            errors.setdefault(name, problems)  # what could not even be read is not judged as well
    if errors:
        raise ValidationError({name: list(problems) for name, problems in errors.items()})


def validate_words(name: str, description: str) -> None:
    """The part of a token that can be changed later."""
    found = {"name": name_problems(name), "description": _description(description)}
    if any(found.values()):
        raise ValidationError({field: problems for field, problems in found.items() if problems})


def validate_reason(reason: str) -> None:
    """Why a token was revoked is shown to others, like its name."""
    if problems := _text(reason, REASON_CHARACTERS):
        raise ValidationError({"reason": problems})


def _kind(draft: Draft, rules: Rules, by: Actor) -> list[str]:
    if rules.allows(draft.kind):
        return []
    return [f"{by.tenant}'s token policy does not allow {draft.kind.label.lower()} tokens."]


def _subject(draft: Draft, by: Actor) -> list[str]:
    """Whoever acts by a service token must be able to, now."""
    if draft.kind is not Kind.SERVICE:
        return ["Only a token of kind service acts as a service user."] if draft.service_user else []
    if draft.service_user is None:
        return ["Choose which service user the token acts as."]
    if draft.service_user.deleted_at or draft.service_user.tenant_id != by.tenant_id:
        return ["There is no such service user."]
    return [f"{draft.service_user} is disabled. Enable it first."] if draft.service_user.disabled_at else []


def name_problems(name: str, *, of: str = "token") -> list[str]:
    """What is wrong with the name of something that others see listed."""
    if not name:
        return [f"Give the {of} a name."]
    return _text(name, NAME_CHARACTERS)


def _wanted_description(draft: Draft, rules: Rules, by: Actor) -> list[str]:
    missing = rules.description and not draft.description
    return [f"Say what it is for: {by.tenant}'s token policy asks for a description."] if missing else []


def _wanted_networks(draft: Draft, rules: Rules, by: Actor) -> list[str]:
    missing = rules.networks and not draft.networks
    return [f"Name the networks it is used from: {by.tenant}'s token policy asks for them."] if missing else []


def _description(description: str) -> list[str]:
    return _text(description, DESCRIPTION_CHARACTERS, lines=True)


def _text(text: str, limit: int, *, lines: bool = False) -> list[str]:
    if secret.is_in(text):
        return ["This contains a token, and others can read this text. Remove it, and revoke that token."]
    if not is_readable(text, lines=lines):
        return [UNREADABLE]
    return [f"Use at most {limit} characters; this has {len(text)}."] if len(text) > limit else []


def _scopes(draft: Draft, rules: Rules, by: Actor) -> list[str]:
    """Known, held by whoever is about to see the secret, and not forbidden here.

    Only a token string is refused without any: Frontegg's clients make tokens first and look at what they carry later.
    """
    grants = draft.grants
    if not grants and draft.form is Form.NATIVE:
        return ["Choose at least one scope. A token with none can do nothing."]
    if len(str(grants)) > SCOPE_LIMIT:
        return [f"These scopes take {len(str(grants)):,} bytes; {SCOPE_LIMIT:,} is the limit. Choose fewer."]
    problems = catalogue().problems(grants)
    if problems:
        return problems
    missing = [grant for grant in grants if not by.grants.covers(grant)]
    if missing and not by.is_operator:
        return [f"You can only give what you have yourself: {listed(missing)}."]
    if beyond := _beyond(draft):
        who = draft.service_user or (draft.member and draft.member.user)
        return [f"{who} has no access to this: {listed(beyond)}."]
    allowed = grants.without(Forbidden.parse(rules.forbidden))
    barred = [grant for grant in grants if not allowed.covers(grant)]
    if barred:
        return [f"{by.tenant}'s token policy does not allow {listed(barred)} on tokens."]
    single = [grant for grant in grants if grant.target_type and not rules.custom]
    return [f"{by.tenant}'s token policy does not allow permissions on single targets."] if single else []


def _beyond(draft: Draft) -> list[Grant]:
    """What its subject has not now: a right that they get one day would otherwise widen tokens made before."""
    if draft.service_user:
        rights = draft.service_user.rights
    elif draft.member:
        rights = draft.member.role.grants
    else:
        return []
    return [grant for grant in draft.grants if not rights.covers(grant)]


def _expiry(draft: Draft, rules: Rules, by: Actor) -> list[str]:
    now = clock.now()
    latest = rules.latest_end(draft.kind, now)
    if draft.expires_at is None:
        if rules.may_never_end(draft.kind):
            return _outlasts(None, by)
        return [
            "Choose an end date. A personal token always has one."
            if draft.kind is Kind.PERSONAL
            else f"Choose an end date. {by.tenant}'s token policy does not allow tokens without one."
        ]
    if draft.expires_at <= now:
        return ["Choose a date in the future."]
    if latest and draft.expires_at > latest:
        most = in_words(rules.of(draft.kind).max_days)
        day = f"{localtime(latest):%-d %b %Y}"
        return [f"Choose a date on or before {day}. {by.tenant}'s token policy allows at most {most}."]
    if draft.expires_at > farthest(now):
        return [f"Choose a date on or before {localtime(farthest(now)):%-d %b %Y}. An end is ten years away at most."]
    return _outlasts(draft.expires_at, by)


def _outlasts(expires_at: datetime | None, by: Actor) -> list[str]:
    """A token cannot prolong itself by making another."""
    end = by.bearer.ends_at if by.bearer else None
    if end is None or (expires_at and expires_at <= end):
        return []
    return [f"Choose an end on or before {end:%Y-%m-%dT%H:%M:%SZ}, when the token that asks for this ends itself."]


def _networks(text: str, by: Actor) -> list[str]:
    """A token that may be used from some networks only makes none that may be used from others."""
    if by.bearer is None or inside(text, by.bearer.networks):
        return []
    return [f"Choose networks within those of the token that asks for this: {by.bearer.networks}."]


def listed(grants: list[Grant]) -> str:
    """Some scopes in words, and how many more there are."""
    words = [label(grant, catalogue()) for grant in grants[:SOME]]
    more = len(grants) - SOME
    return ", ".join(words) + (f" and {more} more" if more > 0 else "")


def told(moment: datetime | None) -> str | None:
    """An end as the ledger's detail holds it."""
    return moment.isoformat(timespec="seconds") if moment else None
