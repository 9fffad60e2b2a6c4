"""What the README says is true."""

import re
from pathlib import Path

import pytest

from accounts.access import Actor
from accounts.models import User
from tests import factories
from tests.cast import ORIGIN, Cast
from tokens import credentials, secret
from tokens.kinds import KIND_BY_LETTER, AnyKind, Kind

README = Path(__file__).resolve().parent.parent.joinpath("README.md").read_text(encoding="utf-8")


def test_the_published_pattern_finds_the_published_examples() -> None:
    examples = re.findall(r"^ {4}(tp[pt]_\S+)$", README, re.MULTILINE)
    assert len(examples) == 2
    for example in examples:
        assert re.fullmatch(_published_pattern(), example)
        assert secret.parse(example)


@pytest.mark.parametrize("kind", KIND_BY_LETTER.values())
def test_the_published_pattern_finds_a_real_one_of_each_kind(cast: Cast, petra: User, kind: AnyKind) -> None:
    text = _issued(kind, cast, petra)
    assert text[2] == kind.letter
    assert re.findall(_published_pattern(), f'token = "{text}"  # {text[:-1]}') == [text]


def test_the_published_examples_can_never_be_issued() -> None:
    for example in re.findall(r"^ {4}(tp[pt]_\S+)$", README, re.MULTILINE):
        parsed = secret.parse(example)
        assert parsed
        assert parsed.id.version != 7


def test_every_file_that_it_links_to_exists() -> None:
    root = Path(__file__).resolve().parent.parent
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert root.joinpath(target).exists(), target


def _published_pattern() -> str:
    [pattern] = re.findall(r"For secret scanners: `(.+?)`", README)
    return str(pattern)


def _issued(kind: AnyKind, cast: Cast, petra: User) -> str:
    if isinstance(kind, Kind):
        return factories.token(cast.olivia.actor, kind=kind).secret.value
    return credentials.create("Gateway", ["introspect"], by=Actor.person(petra, ORIGIN)).secret.value
