"""What a token policy switches off, in the words of the pages, for those for whom it matters."""

from dataclasses import dataclass

from accounts.access import TOKENS_CUSTOM, Actor
from tokens.kinds import Kind
from tokens.policy import rules_of

NAMES = {
    Kind.PERSONAL: "Personal tokens are",
    Kind.SERVICE: "Tokens of service users are",
    Kind.TENANT: "Tenant tokens are",
}


@dataclass(frozen=True, slots=True)
class Off:
    """One switch: what it turns off, and what follows."""

    title: str
    text: str


def kinds_on(actor: Actor) -> list[Kind]:
    """Kinds that policy lets somebody have here."""
    assert actor.tenant
    return [kind for kind in Kind if rules_of(actor.tenant).allows(kind)]


def kinds_off(actor: Actor) -> list[Off]:
    """Kinds that nobody has here. Tenant tokens concern those alone who see or make the tenant's."""
    concerned = [kind for kind in Kind if kind is not Kind.TENANT or actor.sees_all_tokens or actor.manages_tokens]
    text = f"{actor.tenant}'s token policy refuses them, old ones too."
    return [Off(f"{NAMES[kind]} switched off", text) for kind in concerned if kind not in kinds_on(actor)]


def all_off(actor: Actor) -> list[Off]:
    """The same, and what new tokens may not carry, for those whose role would let them give it."""
    assert actor.tenant
    if rules_of(actor.tenant).custom or not actor.can(TOKENS_CUSTOM):
        return kinds_off(actor)
    text = f"{actor.tenant}'s token policy keeps them off new tokens."
    return [*kinds_off(actor), Off("Permissions on single targets are switched off", text)]
