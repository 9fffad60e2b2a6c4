"""Whose deeds the audit log of a tenant shows: a person's, a token's, or those of whatever else has acted there."""

from django.db.models import F

from accounts import search
from accounts.access import LEDGER_READ, MEMBERS_READ, OPERATOR, Actor
from accounts.models import Membership
from audit.models import Event
from audit.record import Ref
from tokens import findable
from tokens.choosing import FEW, Choice, Group
from tokens.models import ManagementCredential, Token

ANYBODY = "Anyone"
LOOKED_AT = 50  # tokens of that name, newest first, and platform credentials: few of them have ever acted here


def offered(by: Actor, q: str) -> list[Group]:
    """The first few who match a search. Tokens and the like are offered if they are in the ledger; tokens by search."""
    by.must(LEDGER_READ)
    groups = [] if q else [Group("", [Choice("", ANYBODY)])]
    groups.append(Group.of_first("People", _people(by, q)))
    tokens = [one.ref for one in _tokens(by, q)]
    others = [ref for ref in _others() if search.fold(q) in search.fold(ref.label)]
    acted = _acted(by, [*tokens, *others])
    for label, refs in (("Tokens", tokens), ("Others", others)):
        if known := [_choice(ref) for ref in refs if ref.id in acted]:
            groups.append(Group.of_first(label, known))
    return groups


def _choice(ref: Ref) -> Choice:
    more = {"token": ref.id[-8:], "management": "Management credential"}
    return Choice(ref.id, ref.label, more.get(ref.kind, ""))


def _people(by: Actor, q: str) -> list[Choice]:
    """Whoever ever belonged here, each once, those who still do first. Addresses are for who may see the members."""
    assert by.tenant
    told = by.can(MEMBERS_READ)
    question = search.Question(search.Kind.MEMBER, search.fold(q), name_only=not told)
    found = Membership.objects.in_tenant(by.tenant).select_related("user")
    if q:
        found = found.filter(search.any_of(by.tenant.pk, [question]).condition)
    rows = found.order_by(F("ended_at").desc(nulls_first=True), "listed_as", "id")[: 2 * FEW + 1]
    choices: dict[str, Choice] = {}
    for one in rows:
        more = one.user.email if told else ""
        left = "no longer a member" if one.ended_at else ""
        known = Choice(one.ref.id, one.user.name, ", ".join(filter(None, [more, left])))
        choices.setdefault(known.value, known)
    return list(choices.values())


def _tokens(by: Actor, q: str) -> list[Token]:
    assert by.tenant
    if not q:
        return []
    named = Token.objects.of_tenant(by.tenant).filter(findable.sought(q, by.tenant.pk).condition)
    return list(named.only("id", "name").order_by("-id")[:LOOKED_AT])


def _others() -> list[Ref]:
    return [OPERATOR, *(one.ref for one in ManagementCredential.objects.only("id", "name").order_by("-id")[:LOOKED_AT])]


def _acted(by: Actor, refs: list[Ref]) -> set[str]:
    """Ids of those that the tenant's ledger names as actors: nobody learns here of what did nothing."""
    assert by.tenant
    return Event.objects.of_tenant(by.tenant.pk).actors_among([ref.id for ref in refs])
