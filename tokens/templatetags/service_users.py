"""How a service user looks in lists and on its page."""

from collections import Counter

from django import template

from accounts.grants import Grant
from accounts.installed import catalogue
from accounts.models import ServiceUser
from accounts.vocabulary import TargetType
from accounts.words import label
from tokens.service_users import State
from tokens.templatetags.tokens import Pill

register = template.Library()

PILLS = {
    State.DISABLED: Pill("warn", "alert", State.DISABLED.label),
    State.NO_MANAGER: Pill("warn", "alert", State.NO_MANAGER.label),
    State.NO_TOKEN: Pill("warn", "alert", State.NO_TOKEN.label),
    State.ACTIVE: Pill("ok plain", "active", State.ACTIVE.label),
}


@register.simple_tag
def pill_of(state: State) -> Pill:
    return PILLS[state]


@register.filter
def access(service_user: ServiceUser) -> str:
    """ "Developer, 2 projects, 1 library": its role, then what its own grants are limited to."""
    own = service_user.grants
    on = Counter(kind for kind, _ in {grant.target for grant in own if grant.target_type})
    parts = [service_user.role.name] if service_user.role else []
    parts += [f"{many} {_noun(kind, many)}" for kind, many in sorted(on.items())]
    if wide := sum(not grant.target_type for grant in own):
        parts.append(f"{wide} scope{'' if wide == 1 else 's'}")
    return ", ".join(parts) or "No access yet"


@register.filter
def in_words(grant: Grant) -> str:
    """ "Read and change assets in project spring"."""
    words = label(grant, catalogue())
    return words[:1].upper() + words[1:]


def _noun(kind: str, many: int) -> str:
    offered = (target for resource in catalogue().resources for target in resource.targets if target.key == kind)
    found = next(offered, TargetType(kind, kind, kind, "in"))
    return found.name if many == 1 else found.plural
