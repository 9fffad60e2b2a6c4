"""Reading the environment: nothing is guessed, and every mistake is told at once."""

from pathlib import Path

import pytest

from portal.env import Env


def test_text_loses_the_white_space_around_it() -> None:
    assert Env({"NAME": "  a b \n"}).text("NAME") == "a b"


@pytest.mark.parametrize("values", [{}, {"NAME": ""}, {"NAME": "  "}])
def test_a_required_text_that_is_missing_or_empty_is_a_problem(values: dict[str, str]) -> None:
    env = Env(values)
    assert env.text("NAME") == ""
    assert env.problems == ["NAME is required and is not set."]


def test_an_empty_value_means_the_default() -> None:
    env = Env({"NAME": "", "FLAG": "", "NUMBER": ""})
    assert (env.text("NAME", "x"), env.flag("FLAG", True), env.number("NUMBER", 7)) == ("x", True, 7)
    assert not env.problems


@pytest.mark.parametrize(
    ("text", "expected"), [("1", True), ("Yes", True), ("ON", True), ("0", False), ("false", False)]
)
def test_a_flag_is_one_of_a_few_words(text: str, expected: bool) -> None:
    assert Env({"FLAG": text}).flag("FLAG", not expected) is expected


def test_a_flag_with_another_word_is_a_problem_not_a_silent_no() -> None:
    env = Env({"FLAG": "maybe"})
    assert env.flag("FLAG", True) is True
    assert len(env.problems) == 1


@pytest.mark.parametrize("text", ["-1", "1.5", "1e3", "four", "٣", "1_000", "0"])
def test_a_number_is_written_in_plain_digits_and_not_too_small(text: str) -> None:
    env = Env({"NUMBER": text})
    assert env.number("NUMBER", 5, least=1) == 5
    assert env.problems == ["NUMBER must be a whole number of at least 1."]


def test_a_list_drops_empty_parts() -> None:
    assert Env({"LIST": " a, ,b,"}).items("LIST") == ["a", "b"]


def test_a_value_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n")
    assert Env({"NAME_FILE": str(tmp_path / "secret")}).text("NAME") == "from the file"


def test_a_file_that_cannot_be_read_is_a_problem_without_its_path(tmp_path: Path) -> None:
    env = Env({"NAME_FILE": str(tmp_path / "absent")})
    assert env.text("NAME", "default") == "default"
    assert env.problems == ["NAME_FILE cannot be read: FileNotFoundError."]


def test_a_value_and_a_file_for_it_contradict_each_other(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("b")
    env = Env({"NAME": "a", "NAME_FILE": str(tmp_path / "secret")})
    env.text("NAME")
    assert env.problems == ["NAME and NAME_FILE are both set; keep one."]


def test_all_problems_are_collected() -> None:
    env = Env({"FLAG": "x", "NUMBER": "y"})
    env.flag("FLAG", False)
    env.number("NUMBER", 1)
    env.text("NAME")
    assert len(env.problems) == 3


def test_a_parser_s_complaint_becomes_a_sentence_about_the_variable() -> None:
    def refuse(text: str) -> str:
        raise ValueError("must be better.")

    env = Env({"GIVEN": "x"})
    assert env.parse("GIVEN", refuse, "", "harmless") == "harmless"
    env.parse("ABSENT", refuse, "", "harmless")
    assert env.problems == ["GIVEN must be better.", "ABSENT is not set; it must be better."]
