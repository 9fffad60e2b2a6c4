"""Which running tokens are to end at once: chosen by the filters of the list, and by when they were issued."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from accounts.access import TOKENS_WRITE, Actor
from audit import clock
from tokens.asking import Asked, Filtered, Segment, filtered
from tokens.models import Token
from tokens.status import Circumstances


@dataclass(frozen=True, slots=True)
class Selection:
    """`before`: only what was issued earlier than that moment."""

    asked: Asked
    before: datetime | None = None

    @classmethod
    def of(cls, query: QueryDict) -> "Selection":
        return cls(Asked.of(query), _moment(query.get("before", "")))

    @property
    def is_everything(self) -> bool:
        return self.before is None and not self.asked.is_filtered

    @property
    def statuses(self) -> list[Segment]:
        """What is offered: nothing that has ended is running."""
        return [one for one in Segment if one is not Segment.ENDED or one is self.asked.segment]

    def address(self, **changes: Any) -> str:
        """The query string of the same selection, with the exact moment."""
        asked = self.asked.address(**changes)
        before = urlencode({"before": self.before.isoformat()}) if self.before else ""
        return f"{asked}{'&' if before and asked != '?' else ''}{before}"


def selected(selection: Selection, *, by: Actor) -> Filtered:
    """Of what runs now and `by` may end. Who acts by proxy needs the right: a token ends itself by its own id."""
    assert by.tenant
    if by.by_proxy:
        by.must(TOKENS_WRITE)
    now = clock.now()
    found = filtered(Token.objects.manageable_by(by).running(now), selection.asked, by)
    tokens = found.tokens.filter(selection.asked.segment.condition(Circumstances.of(by.tenant)))
    return replace(found, tokens=tokens.issued_before(selection.before) if selection.before else tokens)


def _moment(text: str) -> datetime | None:
    """A moment, or a day: it begins where the viewer is, as in the list's dates."""
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=timezone.get_current_timezone())).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
