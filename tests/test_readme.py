"""What the README says is true."""

import re
from pathlib import Path

from tokens import secret

README = Path(__file__).resolve().parent.parent.joinpath("README.md").read_text(encoding="utf-8")


def test_the_published_pattern_finds_the_published_examples() -> None:
    [pattern] = re.findall(r"For secret scanners: `(.+?)`", README)
    examples = re.findall(r"^ {4}(tp[pt]_\S+)$", README, re.MULTILINE)
    assert len(examples) == 2
    for example in examples:
        assert re.fullmatch(pattern, example)
        assert secret.parse(example)


def test_the_published_examples_can_never_be_issued() -> None:
    for example in re.findall(r"^ {4}(tp[pt]_\S+)$", README, re.MULTILINE):
        parsed = secret.parse(example)
        assert parsed
        assert parsed.id.version != 7


def test_every_file_that_it_links_to_exists() -> None:
    root = Path(__file__).resolve().parent.parent
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert root.joinpath(target).exists(), target
