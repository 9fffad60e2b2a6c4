"""What a token policy says, and from when on. Pure: texts and moments in, answers out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from json import dumps, loads
from typing import Any, Self

from accounts.grants import Forbidden
from tokens.expiry import YEAR_DAYS, Lifetime
from tokens.kinds import Kind

EVER = datetime.min.replace(tzinfo=UTC)
TEXTS_REMEMBERED = 1024  # per process; tenants with the same policy share one


@dataclass(frozen=True, slots=True)
class KindRules:
    """What is said of one kind. `default` is what the form offers first, `never` lets tokens go without an end."""

    allowed: bool = True
    max_days: int = YEAR_DAYS
    default: Lifetime = Lifetime.QUARTER
    never: bool = False

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        known = {one.name: said[one.name] for one in fields(cls) if one.name in said}
        return cls(**known | {"default": Lifetime(said.get("default", Lifetime.QUARTER))})

    def within(self, limit: "KindRules") -> "KindRules":
        return replace(
            self,
            allowed=self.allowed and limit.allowed,
            max_days=min(self.max_days, limit.max_days),
            never=self.never and limit.never,
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """What a policy says. The defaults hold for a tenant that never chose anything.

    `custom`: grants on single targets. `description`, `networks`: every token must have them. `forbidden` is a scope
    string that is subtracted from every token at every check. `per_person`: personal tokens that one member may have.
    Kinds, forbidden scopes, networks and maximum bind at every check; the rest binds when a token is made.
    """

    kinds: Mapping[Kind, KindRules] = field(default_factory=lambda: dict.fromkeys(Kind, KindRules()))
    custom: bool = True
    description: bool = False
    networks: bool = False
    forbidden: str = ""
    per_person: int | None = None

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        """From what is stored. Unknown names are ignored: an older process reads a newer row."""
        known = {one.name: said[one.name] for one in fields(cls) if one.name in said}
        return cls(**known | {"kinds": {kind: KindRules.read(said.get("kinds", {}).get(kind, {})) for kind in Kind}})

    def of(self, kind: Kind) -> KindRules:
        return self.kinds[kind]

    def allows(self, kind: Kind) -> bool:
        return self.kinds[kind].allowed

    def may_never_end(self, kind: Kind) -> bool:
        """A personal token always has an end."""
        return self.kinds[kind].never and kind is not Kind.PERSONAL

    def latest_end(self, kind: Kind, created_at: datetime) -> datetime | None:
        """The moment after which a token made then is refused; None where it may live for ever."""
        return None if self.may_never_end(kind) else created_at + timedelta(days=self.kinds[kind].max_days)

    def changed(self, **changes: Any) -> Self:
        """With some of it said anew: a field, `personal=False` for a kind, `max_days` or `never` for all kinds."""
        kinds = dict(self.kinds)
        for kind in Kind:
            of_kind: dict[str, Any] = {name: changes[name] for name in ("max_days", "never") if name in changes}
            if kind is Kind.PERSONAL:
                of_kind.pop("never", None)
            if kind.value in changes:
                of_kind["allowed"] = changes[kind.value]
            kinds[kind] = replace(kinds[kind], **of_kind)
        named = {one.name for one in fields(self)}
        return replace(self, **{"kinds": kinds} | {name: value for name, value in changes.items() if name in named})

    def within(self, limits: "Rules") -> "Rules":
        """What both allow."""
        forbidden = Forbidden.parse(f"{self.forbidden} {limits.forbidden}") if limits.forbidden else self.forbidden
        return Rules(
            kinds={kind: mine.within(limits.kinds[kind]) for kind, mine in self.kinds.items()},
            custom=self.custom and limits.custom,
            description=self.description or limits.description,
            networks=self.networks or limits.networks,
            forbidden=str(forbidden),
            per_person=min((n for n in (self.per_person, limits.per_person) if n is not None), default=None),
        )

    def flat(self) -> dict[str, Any]:
        """Every rule by a name of its own, for the ledger: `personal_max_days`."""
        of_kinds = {
            f"{kind}_{one.name}": getattr(said, one.name) for kind, said in self.kinds.items() for one in fields(said)
        }
        return of_kinds | {one.name: getattr(self, one.name) for one in fields(self) if one.name != "kinds"}


UNLIMITED = Rules().changed(never=True)


@dataclass(frozen=True, slots=True)
class Policy:
    """The one row: rules, and those that take their place at `next_from`, which has come or not."""

    rules: Rules = field(default_factory=Rules)
    next_rules: Rules | None = None
    next_from: datetime | None = None

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        if not said.get("next_rules"):
            return cls(Rules.read(said.get("rules", {})))
        after = Rules.read(said["next_rules"])
        return cls(Rules.read(said.get("rules", {})), after, datetime.fromisoformat(said["next_from"]))

    @property
    def text(self) -> str:
        """As a row holds it."""
        pending = {"next_rules": asdict(self.next_rules), "next_from": self.next_from} if self.next_rules else {}
        return dumps({"rules": asdict(self.rules), **pending}, sort_keys=True, default=datetime.isoformat)

    def at(self, moment: datetime) -> Rules:
        if self.next_rules is None or self.next_from is None or moment < self.next_from:
            return self.rules
        return self.next_rules

    def settled(self, now: datetime) -> "Policy":
        """What has come is what is."""
        return Policy(self.at(now)) if self.next_from is None or self.next_from <= now else self


@dataclass(frozen=True, slots=True)
class Span:
    """Rules that hold from `start` until `until`, for ever if that is None."""

    start: datetime
    until: datetime | None
    rules: Rules


@dataclass(frozen=True, slots=True)
class Timeline:
    """What holds when: a tenant's policy within the platform's limits. At least one span; the last has no end."""

    spans: tuple[Span, ...]

    @classmethod
    def of(cls, policy: Policy, limits: Policy) -> Self:
        starts = sorted({EVER, *(one.next_from for one in (policy, limits) if one.next_from)})
        ends = [*starts[1:], None]
        return cls(
            tuple(
                Span(start, until, policy.at(start).within(limits.at(start)))
                for start, until in zip(starts, ends, strict=True)
            )
        )

    def at(self, moment: datetime) -> Rules:
        return self.since(moment).spans[0].rules

    def since(self, moment: datetime) -> "Timeline":
        """Without what is over."""
        first = self.spans[0]
        return self if first.until is None or moment < first.until else Timeline(self.spans[1:]).since(moment)


@lru_cache(maxsize=TEXTS_REMEMBERED)
def timeline_of(policy: str, limits: str) -> Timeline:
    """Memoised by the texts themselves, so there is nothing to invalidate."""
    return Timeline.of(policy_in(policy), limits_in(limits))


def policy_in(text: str) -> Policy:
    """What a tenant's row holds."""
    return Policy.read(loads(text))


def limits_in(text: str) -> Policy:
    """The same of the platform's limits: where nobody set any, there are none."""
    said = loads(text)
    return Policy.read(said) if said else Policy(UNLIMITED)
