"""The table of what was measured, and what must hold: ratios of CPU time, never times or requests per second."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.benchmarks.measuring import Taken

SLACK = 1.2  # a fifth, for what a busy machine does to a ratio

LABELS = {
    "bare": "bare WSGI, 204: the limit",
    "check": "check, forward-auth",
    "first": "check, a token not seen before",
    "inside": "the same inside Django",
    "introspection": "introspection (two checks)",
    "least": "form and both rows read, nothing checked",
    "one of many": "check, owner with all stored tokens",
    "wrong secret": "check, wrong secret",
    "garbage": "check, garbage",
    "peer": "djangorestframework-api-key",
    "exchange": "exchange at /oauth/token, ES256",
    "Frontegg's exchange": "exchange as Frontegg, RS256, refresh token",
    "peer's exchange": "django-oauth-toolkit, plain secrets",
}


@dataclass(frozen=True)
class Promise:
    """`cheaper` takes at most 1/`times` of the CPU that `dearer` takes. `goal` is where it has yet to come."""

    cheaper: str
    dearer: str
    times: float
    goal: float = 0

    def ratio(self, taken: Mapping[str, Taken]) -> float:
        return taken[self.dearer].cpu / taken[self.cheaper].cpu

    def is_kept(self, taken: Mapping[str, Taken]) -> bool:
        return self.ratio(taken) * SLACK >= self.times

    def line(self, taken: Mapping[str, Taken]) -> str:
        goal = f", goal {self.goal:g}" if self.goal else ""
        sentence = f"{LABELS[self.dearer]} / {LABELS[self.cheaper]}"
        return f"{sentence:<76}{self.ratio(taken):6.2f}  (at least {self.times:.3g}{goal})"


def printed(title: str, taken: Mapping[str, Taken], promises: list[Promise]) -> str:
    heads = f"{title:<40}{'CPU us':>8}{'+ database':>12}{'clock us':>10}{'x peer':>8}{'/ bare':>8}"
    lines = [
        f"{LABELS[name]:<40}{one.server:8.0f}{one.database:12.0f}{one.clock:10.0f}"
        f"{taken['peer'].cpu / one.cpu:8.1f}{one.cpu / taken['bare'].cpu:8.1f}"
        for name, one in ((name, taken[name]) for name in LABELS)
    ]
    return "\n".join(["", heads, *lines, "", *(promise.line(taken) for promise in promises), ""])
