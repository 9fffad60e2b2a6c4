"""The tenant's token policy: what holds, what will hold, and what a change would do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from accounts.access import POLICY_READ, POLICY_WRITE
from accounts.models import Tenant
from api.rest.door import BearerToken, Call, actor_of
from api.rest.effects import Preview
from api.rest.paging import Paged
from api.rest.values import Given, GivenMoment, Moment, nothing
from tokens import foresight, policy, policy_changes, rules
from tokens.expiry import Lifetime
from tokens.kinds import Kind

router = Router(tags=["policy"])

reading, writing = BearerToken(POLICY_READ), BearerToken(POLICY_WRITE)


class KindRules(Given):
    """`max_days` counts from the day a token was made. `default` is what the form offers first. A personal token always
    has an end.
    """

    allowed: bool
    max_days: int
    default: Lifetime = Lifetime.QUARTER
    never: bool = False

    @classmethod
    def of(cls, said: rules.KindRules) -> "KindRules":
        return cls(allowed=said.allowed, max_days=said.max_days, default=said.default, never=said.never)


class Rules(Given):
    """`personal`, `service` and `tenant` are the kinds of token; kinds, `networks`, `forbidden` and `max_days` bind
    every token at every request, the rest binds new ones. `custom`: permissions on single targets.
    """

    personal: KindRules
    service: KindRules
    tenant: KindRules
    custom: bool = True
    description: bool = False
    networks: bool = False
    forbidden: Annotated[str, Field(description="Scopes kept off tokens, separated by spaces.")] = ""
    per_person: Annotated[int | None, Field(description="Personal tokens that one member may have.")] = None

    @classmethod
    def of(cls, said: rules.Rules) -> "Rules":
        kinds: dict[str, Any] = {str(kind): KindRules.of(said.of(kind)) for kind in Kind}
        return cls(
            **kinds,
            custom=said.custom,
            description=said.description,
            networks=said.networks,
            forbidden=said.forbidden,
            per_person=said.per_person,
        )

    @property
    def said(self) -> rules.Rules:
        kinds = {kind: rules.KindRules(**getattr(self, kind).model_dump()) for kind in Kind}
        return rules.Rules(kinds=kinds, **self.model_dump(exclude={str(kind) for kind in Kind}))


class Policy(BaseModel):
    """`rules` hold until `next_from`, then `next_rules`. `limits` are the platform's, until `next_limits_from`, then
    `next_limits`: `in_force` is within both now.
    """

    rules: Rules
    next_rules: Rules | None
    next_from: Moment | None
    limits: Rules
    next_limits: Rules | None
    next_limits_from: Moment | None
    in_force: Rules

    @classmethod
    def of(cls, tenant: Tenant) -> "Policy":
        own, limits = policy.policy_of(tenant), policy.limits_on(tenant)
        return cls(
            rules=Rules.of(own.rules),
            next_rules=Rules.of(own.next_rules) if own.next_rules else None,
            next_from=own.next_from,
            limits=Rules.of(limits.rules),
            next_limits=Rules.of(limits.next_rules) if limits.next_rules else None,
            next_limits_from=limits.next_from,
            in_force=Rules.of(policy.rules_of(tenant)),
        )


class PolicyChange(Given):
    """All rules anew. Without `next_from` they hold at once, else from then on, within a year."""

    rules: Rules
    next_from: GivenMoment | None = None

    @property
    def on(self) -> datetime | None:
        return self.next_from


@router.get("/policy", operation_id="readPolicy", auth=reading, response=Policy, summary="Read the token policy")
def detail(request: Call) -> Policy:
    """What holds, and what will."""
    by = actor_of(request)
    by.must(POLICY_READ)
    assert by.tenant
    return Policy.of(by.tenant)


@router.put("/policy", operation_id="changePolicy", auth=writing, response=Policy, summary="Change the token policy")
def change(request: Call, body: PolicyChange) -> Policy:
    """Replaces a change that was planned before. The subjects of live tokens that it touches get an e-mail: ask
    `preview` first."""
    by = actor_of(request)
    assert by.tenant
    with _in_its_place():
        policy_changes.save(by.tenant, body.rules.said, on=body.on, by=by)
    return Policy.of(by.tenant)


@router.delete(
    "/policy/next",
    operation_id="withdrawPolicy",
    auth=writing,
    response={204: None},
    summary="Withdraw a planned change of the token policy",
)
def withdraw(request: Call) -> HttpResponse:
    """Until its moment has come. The same again changes nothing."""
    by = actor_of(request)
    assert by.tenant
    policy.withdraw(by.tenant, by=by)
    return nothing()


@router.post(
    "/policy/preview",
    operation_id="previewPolicy",
    auth=writing,
    response=Preview,
    summary="Say what a change of the token policy would do",
)
def preview(request: Call, body: PolicyChange, asked: Query[Paged]) -> Preview:
    """Which live tokens would stop or could do less, and when, oldest first. Changes nothing."""
    by = actor_of(request)
    assert by.tenant
    with _in_its_place():
        policy.must_be_possible(by.tenant, body.rules.said, on=body.on, by=by)
    question = foresight.asked(by.tenant, body.rules.said, on=body.on, by=by)
    return Preview.of(question, asked.cursor, asked.limit)


@contextmanager
def _in_its_place() -> Iterator[None]:
    """The verbs' flat names, `personal_max_days`, as the body has them."""
    try:
        yield
    except ValidationError as error:
        raise ValidationError({_place(name): texts for name, texts in error.message_dict.items()}) from error


def _place(name: str) -> str:
    if name == "on":
        return "next_from"
    kind = next((kind for kind in Kind if name.startswith(f"{kind}_")), None)
    return f"rules.{kind}.{name.removeprefix(f'{kind}_')}" if kind else f"rules.{name}"
