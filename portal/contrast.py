"""Colours against each other, by WCAG 2.2: pure arithmetic on `#rrggbb`."""

import re

HEX = re.compile(r"#[0-9a-f]{6}")
WHITE, BLACK = "#ffffff", "#000000"
STEPS = 100


def ratio(one: str, other: str) -> float:
    """1 for equal colours, 21 for black on white."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """`one` with `share` of `other` in it, from 0 to 1."""
    return "#" + "".join(
        f"{round(a + (b - a) * share):02x}" for a, b in zip(_channels(one), _channels(other), strict=True)
    )


def until(colour: str, towards: str, grounds: list[str], least: float) -> str:
    """The nearest mix of `colour` and `towards` that is told apart from every ground."""
    mixes = (mix(colour, towards, step / STEPS) for step in range(STEPS + 1))
    return next((one for one in mixes if worst(one, grounds) >= least), towards)


def worst(colour: str, grounds: list[str]) -> float:
    """The ratio to the ground that is nearest."""
    return min(ratio(colour, ground) for ground in grounds)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))
