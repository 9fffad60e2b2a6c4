"""The vendor's own colour and logo: judged at the start, served under names that change with their content.

One colour is given. In the light theme it is used as it is, so it must be told apart from the grounds there, and text
on it must be readable. For text on those grounds, and for the dark theme, the nearest readable shade is derived.
"""

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from portal.contrast import BLACK, HEX, STEPS, WHITE, mix, ratio, until, worst

# WCAG 2.2, 1.4.3 and 1.4.11; the large panel of the sign-in page holds more than text.
TEXT, SHAPE, HERO = 4.5, 3.0, 7.0
# Surface, canvas, sunken, hover, in the dark also raised, and code of static/css/theme.css, in 8-bit sRGB.
LIGHT = ["#ffffff", "#edf2f4", "#f5f8f9", "#f0f6f7", "#f1f7f8"]
DARK = ["#10171a", "#080e11", "#0b1215", "#162023", "#182125", "#070e11"]
INK = "#03171d"
HERO_INK = "#f0f9fa"
HOVER, SOFT, SOFT_DARK = 0.12, 0.08, 0.16
LOGO_BYTES = 100 * 1024
PNG = b"\x89PNG\r\n\x1a\n"
# What an SVG needs no more than a drawing does: scripts, handlers, other documents, and what declares entities.
UNSAFE = re.compile(
    rb"<\s*(?:\w+:)?(?:script|foreignobject|iframe|embed|object|animate\w*|set|handler|link|style|a)\b"
    rb"|<!(?:doctype|entity)|<\?xml-stylesheet|\bon[a-z]+\s*=|javascript:|@import"
    rb"|url\(\s*[\"']?(?!#)|href\s*=\s*[\"'](?!#)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Served:
    """Bytes of our own under a name that changes with them."""

    content: bytes
    kind: str

    @property
    def digest(self) -> str:
        return _digest(self.content)


@cache
def _digest(content: bytes) -> str:
    """Remembered: every page asks for the name of both."""
    return sha256(content).hexdigest()[:16]


def accent(text: str) -> str:
    """A colour that can stand on every ground of the light theme, and under text; else ValueError names one."""
    if not text:
        return ""
    if not HEX.fullmatch(colour := text.lower()):
        raise ValueError("must be a colour like #005a6b.")
    if _objection(colour):
        darker = (mix(colour, BLACK, step / STEPS) for step in range(STEPS + 1))
        better = next(one for one in darker if not _objection(one))
        raise ValueError(f"must {_objection(colour)}. {better} would do.")
    return colour


def _objection(colour: str) -> str:
    apart, under = worst(colour, LIGHT), ratio(_on(colour), colour)
    if apart < SHAPE:
        return f"be told apart from the pages: its contrast is {apart:.2f}:1, and {SHAPE}:1 is needed"
    return f"let text on it be read: its contrast is {under:.2f}:1, and {TEXT}:1 is needed" if under < TEXT else ""


def _on(colour: str) -> str:
    """Light or dark text, whichever is easier to read."""
    return max((WHITE, INK), key=lambda one: ratio(one, colour))


def stylesheet(colour: str) -> Served | None:
    """The theme's properties that hang on the accent, for light and dark; None without a colour of one's own."""
    if not colour:
        return None
    light, dark = _shades(colour, LIGHT, BLACK, SOFT), _shades(until(colour, WHITE, DARK, TEXT), DARK, WHITE, SOFT_DARK)
    lines = [f"  --{name}: light-dark({light[name]}, {dark[name]});" for name in light]
    return Served(("\n".join([":root {", *lines, *_hero(colour), "}"]) + "\n").encode(), "text/css; charset=utf-8")


def logo(path: str) -> Served | None:
    """A PNG, or an SVG that is nothing but a drawing. Raises ValueError, `must be ...`."""
    if not path:
        return None
    try:
        content = Path(path).expanduser().read_bytes()
    except OSError as error:
        raise ValueError(f"must name a file that can be read: {error.strerror}.") from None
    if len(content) > LOGO_BYTES:
        raise ValueError(f"must be at most {LOGO_BYTES // 1024} KiB.")
    if content.startswith(PNG):
        return Served(content, "image/png")
    if b"<svg" not in content[:1024] or b"\0" in content:
        raise ValueError("must be an SVG or a PNG.")
    if found := UNSAFE.search(content):
        part = found.group().decode(errors="replace")
        raise ValueError(
            f"must be a drawing alone, and this SVG has {part!r}: no scripts, styles, links, or parts elsewhere."
        )
    return Served(content, "image/svg+xml")


def _shades(colour: str, grounds: list[str], away: str, soft: float) -> dict[str, str]:
    """`away` from the grounds is where contrast grows: black in the light theme, white in the dark one."""
    below = mix(grounds[0], colour, soft)
    on = _on(colour)
    text = until(colour, away, [*grounds, below], TEXT)
    return {
        "accent": colour,
        "accent-hover": mix(colour, BLACK if on == WHITE else WHITE, HOVER),
        "accent-text": text,
        "accent-soft": below,
        "on-accent": on,
        "focus": colour,
        "code-accent": text,
    }


def _hero(colour: str) -> list[str]:
    """The sign-in panel: the same hue, dark in both themes."""
    light = until(mix(colour, BLACK, 0.3), BLACK, [HERO_INK], HERO)
    dark = mix(light, BLACK, 0.35)
    muted = [until(mix(WHITE, one, 0.35), WHITE, [one], TEXT) for one in (light, dark)]
    return [f"  --hero: light-dark({light}, {dark});", f"  --hero-muted: light-dark({muted[0]}, {muted[1]});"]
