"""What an event changed, from the detail that the ledger keeps of it, in people's words."""

from datetime import datetime
from typing import Any

from accounts.time_zones import here
from audit.actions import Action
from audit.models import Event
from tokens import policy_words

OF_RULES = {
    Action.POLICY_CHANGED,
    Action.POLICY_PLANNED,
    Action.POLICY_WITHDRAWN,
    Action.LIMITS_CHANGED,
    Action.LIMITS_PLANNED,
    Action.LIMITS_WITHDRAWN,
}
FIELDS = {"grants": "scopes", "grants_text": "scopes"}
"""What people call a field whose own name, without underscores, is not a word to them."""


def told(event: Event) -> str:
    """Few words; dates are the viewer's."""
    detail = event.detail
    if event.kind in OF_RULES:
        return _rules(detail)
    if "reason" in detail:
        return str(detail["reason"])
    if "scope" in detail:
        count = len(detail["scope"].split())
        return f"{count} scope{'' if count == 1 else 's'}, {_until(detail.get('expires_at'))}"
    if isinstance(detail.get("before"), dict):
        changed = {name: text for name, text in detail["before"].items() if text != detail["after"][name]}
        return ", ".join(f"{_name(name)} was {f'“{text}”' if text else 'empty'}" for name, text in changed.items())
    if "before" in detail:
        return f"{detail['before']} → {detail['after']}"
    if "where" in detail:
        return f"In a {'web address' if detail['where'] == 'address' else 'form field'}: revoke this token"
    return ", ".join(f"{_name(name)} {_plain(value)}" for name, value in detail.items() if value)


def _rules(detail: dict[str, Any]) -> str:
    """ "From 6 Dec 2026, 00:00 UTC: Personal tokens, longest lifetime: 6 months → 90 days"; its day is everybody's."""
    since = f"From {datetime.fromisoformat(detail['from']):%-d %b %Y, %H:%M} UTC: " if "from" in detail else ""
    return since + "; ".join(f"{one.name}: {one.before} → {one.after}" for one in policy_words.told(detail))


def _until(moment: str | None) -> str:
    return f"until {_day(moment)}" if moment else "no end date"


def _day(moment: str) -> str:
    return f"{here(datetime.fromisoformat(moment)):%-d %b %Y}"


def _name(field: str) -> str:
    return FIELDS.get(field, field.replace("_", " "))


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " → ".join(_plain(part) for part in value) if isinstance(value, list) else str(value)
