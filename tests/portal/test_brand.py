"""The vendor's colour can be read in both themes, or the start says which one can; its logo is a drawing alone."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from portal import brand
from portal.brand import DARK, LIGHT
from portal.configuration import Misconfigured, read
from portal.contrast import ratio, worst
from tests.cast import Cast

ROOT = Path(__file__).resolve().parents[2]
colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><defs><path id="a" d="M0 0h2v2z"/></defs>%s</svg>'


def shades(colour: str) -> tuple[dict[str, str], dict[str, str]]:
    made = brand.stylesheet(colour)
    assert made
    found = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", made.content.decode())
    return {name: light for name, light, _ in found}, {name: dark for name, _, dark in found}


@pytest.mark.parametrize(("one", "other", "known"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48)])
def test_the_arithmetic_is_that_of_the_standard(one: str, other: str, known: float) -> None:
    assert round(ratio(one, other), 2) == round(ratio(other, one), 2) == known


@given(colours)
def test_every_colour_that_is_taken_can_be_read_in_both_themes(colour: str) -> None:
    try:
        brand.accent(colour)
    except ValueError as refusal:
        [better] = re.findall(r"(#[0-9a-f]{6}) would do", str(refusal))
        assert brand.accent(better) == better
        colour = better
    for theme, grounds in zip(shades(colour), (LIGHT, DARK), strict=True):
        assert worst(theme["accent"], grounds) >= 3
        assert worst(theme["accent-text"], [*grounds, theme["accent-soft"]]) >= 4.5
        assert min(ratio(theme["on-accent"], theme[name]) for name in ("accent", "accent-hover")) >= 4.5
        assert ratio(theme["hero"], brand.HERO_INK) >= 7
        assert ratio(theme["hero-muted"], theme["hero"]) >= 4.5


def test_the_grounds_are_those_of_the_theme() -> None:
    """The hexadecimal ones in the module are what the stylesheet's oklch colours come out as."""
    theme = (ROOT / "static/css/theme.css").read_text()
    for name, light, dark in [
        ("surface", LIGHT[0], DARK[0]),
        ("canvas", LIGHT[1], DARK[1]),
        ("sunken", LIGHT[2], DARK[2]),
        ("hover", LIGHT[3], DARK[3]),
        ("raised", LIGHT[0], DARK[4]),
        ("code", LIGHT[4], DARK[5]),
    ]:
        found = re.search(rf"--{name}: light-dark\(oklch\(([\d.]+) [^)]*\), oklch\(([\d.]+) [^)]*\)\)", theme)
        assert found
        for lightness, colour in zip(found.groups(), (light, dark), strict=True):
            # The lightness of Oklab is close to the cube root of the luminance.
            luminance = 1.05 / ratio(colour, "#ffffff") - 0.05
            assert abs(luminance ** (1 / 3) - float(lightness)) < 0.015, name


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("BRAND_ACCENT", "petrol", "BRAND_ACCENT must be a colour"),
        ("BRAND_ACCENT", "#fff", "BRAND_ACCENT must be a colour"),
        ("BRAND_ACCENT", "#ffcc00", "BRAND_ACCENT must be told apart from the pages: its contrast is 1.3"),
        ("BRAND_ACCENT", "#d5d5d5;}", "BRAND_ACCENT must be a colour"),
        ("BRAND_LOGO", "absent.svg", "BRAND_LOGO must name a file that can be read"),
        ("RETURN_ORIGINS", "app.example.com", "RETURN_ORIGINS must be origins"),
        ("RETURN_ORIGINS", "https://app.example.com/", "RETURN_ORIGINS must be origins"),
        ("RETURN_ORIGINS", "https://*.example.com", "RETURN_ORIGINS must be origins"),
        ("RETURN_ORIGINS", "http://app.example.com", "RETURN_ORIGINS must be origins"),
        ("RETURN_ORIGINS", "http://127.0.0.1:3000", "RETURN_ORIGINS must hold https"),
        ("FRAME_ORIGINS", "https://a.example.com; script-src *", "FRAME_ORIGINS must be origins"),
        ("FRAME_ORIGINS", "*", "FRAME_ORIGINS must be origins"),
        ("FRAME_ORIGINS", "http://localhost:3000", "FRAME_ORIGINS must hold https"),
    ],
)
def test_production_refuses(production: dict[str, str], name: str, value: str, said: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        read({**production, name: value})
    assert said in "\n".join(caught.value.problems)


def test_production_takes_good_ones(production: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_bytes(SVG % b"")
    listed = "https://app.example.com, https://eu.example.com:8443"
    found = read({
        **production, "BRAND_ACCENT": "#6D28D9", "BRAND_LOGO": str(tmp_path / "logo.svg"), "RETURN_ORIGINS": listed,
        "FRAME_ORIGINS": listed,
    })  # fmt: skip
    assert found.return_origins == found.frame_origins == ("https://app.example.com", "https://eu.example.com:8443")
    assert found.brand_stylesheet and b"--accent: light-dark(#6d28d9," in found.brand_stylesheet.content
    assert found.brand_logo and found.brand_logo.kind == "image/svg+xml"


@pytest.mark.parametrize(
    "inside",
    [
        b"<script>alert(1)</script>", b"<SCRIPT/>", b'<path onload="x()"/>', b"<foreignObject/>", b'<a href="#a"/>',
        b'<use href="https://evil.test/x.svg#a"/>', b'<image href="data:image/png;base64,AAAA"/>',
        b"<style>*{}</style>", b"<svg:script/>",
        b'<path style="fill:url(https://evil.test)"/>', b'<path xlink:href="javascript:x"/>', b"<animate/>", b"<set/>",
    ],
)  # fmt: skip
def test_an_svg_that_is_more_than_a_drawing_is_refused(tmp_path: Path, inside: bytes) -> None:
    (tmp_path / "logo.svg").write_bytes(SVG % inside)
    with pytest.raises(ValueError, match="must be a drawing alone"):
        brand.logo(str(tmp_path / "logo.svg"))


def test_a_drawing_may_use_its_own_parts(tmp_path: Path) -> None:
    drawing = SVG % b'<use href="#a"/><path fill="url(#g)" d="M0 0"/>'
    (tmp_path / "logo.svg").write_bytes(drawing)
    made = brand.logo(str(tmp_path / "logo.svg"))
    assert made and made.content == drawing


@pytest.mark.parametrize("content", [b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", b"GIF89a", b"", b"x" * 102_401])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "logo").write_bytes(content)
    with pytest.raises(ValueError, match="must be"):
        brand.logo(str(tmp_path / "logo"))


def test_both_are_served_under_names_that_change(cast: Cast, client: Client, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(brand.PNG + b"rest")
    settings.BRAND_LOGO, settings.BRAND_STYLESHEET = brand.logo(str(tmp_path / "logo.png")), brand.stylesheet("#6d28d9")
    page = client.get("/account/sign-in/").content.decode()
    [sheet] = re.findall(r'href="(/brand/[0-9a-f]{16}\.css)"', page)
    [logo] = re.findall(r'src="(/brand/[0-9a-f]{16}/logo)"', page)
    for path, kind in ((sheet, "text/css; charset=utf-8"), (logo, "image/png")):
        answer = client.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (200, kind)
        assert (answer["X-Content-Type-Options"], "immutable" in answer["Cache-Control"]) == ("nosniff", True)
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert not answer.cookies
        assert client.post(path).status_code == 405
    assert client.get("/brand/0000000000000000.css").status_code == 404


def test_without_them_nothing_is_served(client: Client, db: None) -> None:
    assert "/brand/" not in client.get("/account/sign-in/").content.decode()
    assert client.get("/brand/0000000000000000/logo").status_code == 404
