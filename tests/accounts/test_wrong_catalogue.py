"""A wrong catalogue is refused with the line and the reason, and with all of them at once."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.catalogue import SHIPPED, CatalogueError, load

TEXT = SHIPPED.read_text(encoding="utf-8")


def refusal(tmp_path: Path, text: str) -> CatalogueError:
    path = tmp_path / "catalogue.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load(path)
    return caught.value


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        ('unit = "assets"', 'unti = "assets"', "resources.assets: “unti” is not known here; did you mean “unit”?"),
        ('name = "Assets"', 'name = ""', "resources.assets: name is empty"),
        ('name = "Assets"', "name = 7", "resources.assets: name must be a text"),
        ("[resources.assets]", "[resources.Assets]", "“Assets” cannot be a name"),
        ("[resources.assets]", "[resources.all]", "“all” cannot be a name"),
        ("[areas.knowledge]", '[areas."know how"]', "“know how” cannot be a name"),
        (
            'area = "knowledge"',
            'area = "knowlege"',
            "resources.knowledge-bases: area: “knowlege” is not known here; did",
        ),
        ('["project", "library"]', '["project", "libary"]', "resources.assets: targets: “libary” is not known"),
        ('boundaries = ["shared"]', 'boundaries = ["team"]', "resources.teams: boundaries: “team” is not known"),
        ('targets = ["inbox"]', "targets = [1]", "resources.conversations: targets must be a list of texts"),
        ("actions.run =", "actions.Run =", "resources.updates.actions.Run: “Run” cannot be a name"),
        ('actions.run = { name = "Deploy", ', "actions.run = { ", "resources.updates.actions.run: name is missing"),
        ('risk = "low"', 'risk = "none"', "words.read: risk: “none” is not known here; known are high, low, medium"),
        ("[words.admin]", "[words.own]", "words.own: words are only for read, write, admin"),
        ('adjective = "global"', 'adjektive = "global"', "boundaries.global: “adjektive” is not known"),
        ('plural = "inboxes"', 'plural = " "', "targets.inbox: plural is empty"),
        ('"metadata:read"]', '"metadta:read"]', "metadta:read: there is no resource “metadta”"),
        ('"updates:run"]', '"updates:burn"]', "updates:burn: updates offers no action “burn”"),
        ('"updates:run"]', '"updates"]', "'updates' is not a scope"),
        ('"devices:read", ', '"messages:read", ', "messages needs a boundary, put shared/ or private/"),
        ('"shared/all:read"', '"team/all:read"', "presets.shared:read: team/all:read: nothing matches it"),
        ('"shared/all:read"', '"shared/all:run"', "after all: comes one of read, write, admin, stand-alone"),
        (
            '"libraries:write", "assets:write"',
            '"assets:write"',
            "presets.basic:write: it must include all of “basic:read”",
        ),
        ('[presets."global:read"]', '[presets."tags:read"]', "would read like a scope of the resource tags"),
        ("[presets.asset-sync]", '[presets."Asset sync"]', "cannot be a preset"),
        (
            'grants = ["all:write", "all:stand-alone", "service-users:create"]',
            "grants = []",
            "roles.developer: grants are missing",
        ),
    ],
)
def test_a_mistake_is_refused_with_its_line_and_reason(tmp_path: Path, right: str, wrong: str, reason: str) -> None:
    assert right in TEXT
    text = TEXT.replace(right, wrong, 1)
    error = refusal(tmp_path, text)
    found = [problem for problem in error.problems if reason in problem.reason]
    assert found, str(error)
    start = line_of(text, wrong)
    table = text.rfind("\n[", 0, text.index(wrong) + 1) + 1
    assert found[0].line in (start, text[:table].count("\n") + 1)
    assert f"catalogue.toml:{found[0].line}: " in str(error)


def test_a_mistake_inside_a_list_is_found_on_its_own_line(tmp_path: Path) -> None:
    wrong = 'grants = [\n  "devices:read",\n  "updates:burn",\n]'
    text = TEXT.replace('grants = ["devices:read", "updates:write", "updates:run"]', wrong)
    [problem] = refusal(tmp_path, text).problems
    assert problem.line == line_of(text, '"updates:burn"')


def test_all_mistakes_are_reported_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = (
        TEXT.replace('name = "Owner"', 'name = ""')
        .replace('unit = "tags"', "")
        .replace("[roles.viewer]", "[roles.guest]")
    )
    problems = refusal(tmp_path, text).problems
    assert [problem.reason.partition(":")[0] for problem in problems] == ["the file", "resources.tags", "roles.owner"]
    assert problems == sorted(problems)


def test_one_mistake_is_one_problem(tmp_path: Path) -> None:
    assert len(refusal(tmp_path, TEXT.replace('area = "knowledge"', 'area = "knowlege"', 1)).problems) == 1


def test_a_resource_stands_in_one_area_only(tmp_path: Path) -> None:
    text = TEXT + '\n[resources.assets]\narea = "portal"\n'
    [problem] = refusal(tmp_path, text).problems
    assert problem.line == line_of(text, '\n[resources.assets]\narea = "portal"') + 1
    assert "assets" in problem.reason


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("[words.read]\nname = \n", 2, "Invalid value"),
        ('[words.read]\nname = "Read', 2, "Unterminated string"),
        ("[words.read]\n\nnot toml\n", 3, "Expected '='"),
        ("[words\n", 1, "Expected ']'"),
    ],
)
def test_a_file_that_is_not_toml_is_refused_with_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    [problem] = refusal(tmp_path, text).problems
    assert problem.line == line
    assert reason in problem.reason
    assert "at line" not in problem.reason


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.toml"
    path.write_bytes(b'[words.read]\nname = "L\xe4sen"\n')
    with pytest.raises(CatalogueError, match=r"catalogue\.toml:2: this is not UTF-8 text"):
        load(path)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"nowhere\.toml:1: cannot be read: No such file"):
        load(tmp_path / "nowhere.toml")


def without_table(header: str) -> str:
    """The shipped text without one table."""
    start = TEXT.index(f"[{header}]\n")
    return TEXT[:start] + TEXT[TEXT.index("\n[", start) + 1 :]


def test_an_empty_file_lacks_words_roles_and_the_portals_own_rights(tmp_path: Path) -> None:
    message = str(refusal(tmp_path, ""))
    assert "the table [words.read] is missing" in message
    assert "the built-in role [roles.owner] is missing" in message
    assert "the portal needs its own right tokens:write in the area “portal”" in message


def test_missing_words_are_one_problem(tmp_path: Path) -> None:
    [problem] = refusal(tmp_path, without_table("words.write")).problems
    assert problem.reason == "the file: the table [words.write] is missing"


def test_the_portals_own_rights_cannot_be_dropped(tmp_path: Path) -> None:
    [problem] = refusal(tmp_path, without_table("resources.ledger")).problems
    assert "ledger:read" in problem.reason


def test_an_owner_who_lacks_a_right_is_refused(tmp_path: Path) -> None:
    text = TEXT.replace('grants = "all"', 'grants = "all:write"', 1)
    [problem] = refusal(tmp_path, text).problems
    assert problem.line == line_of(text, 'grants = "all:write"\n\n[roles.admin]')
    assert problem.reason == 'roles.owner: grants must be "all"'


def test_a_resource_without_actions_is_refused_at_its_header(tmp_path: Path) -> None:
    text = TEXT + '\n[resources.void]\narea = "content"\nname = "Void"\ndescription = "None"\nunit = "voids"\n'
    [problem] = refusal(tmp_path, text).problems
    assert problem.line == line_of(text, "[resources.void]")
    assert problem.reason == "resources.void: it has no actions"


def test_levels_with_a_gap_are_refused(tmp_path: Path) -> None:
    text = TEXT.replace('actions.read = { description = "See tags" }\n', "")
    assert "resources.tags: its levels have a gap" in str(refusal(tmp_path, text))


def test_an_area_without_resources_is_refused(tmp_path: Path) -> None:
    text = TEXT + '\n[areas.empty]\nname = "Empty"\ndescription = "Nothing"\n'
    [problem] = refusal(tmp_path, text).problems
    assert problem.reason == "areas.empty: no resource is in this area"


def test_an_unknown_table_is_refused(tmp_path: Path) -> None:
    text = TEXT + "\n[resource.assets]\n"
    [problem] = refusal(tmp_path, text).problems
    assert problem.reason == "the file: “resource” is not known here; did you mean “resources”?"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    number=st.integers(0, TEXT.count("\n")),
    damage=st.sampled_from(
        ["", "x = 1", "[roles]", "[[areas]]", "grants = 7", "actions.read = 7", 'name = ["a"]', "]"]
    ),
)
def test_whatever_line_is_damaged_the_file_loads_or_is_refused(tmp_path: Path, number: int, damage: str) -> None:
    lines = TEXT.splitlines()
    path = tmp_path / "catalogue.toml"
    path.write_text("\n".join([*lines[:number], damage, *lines[number + 1 :]]), encoding="utf-8")
    try:
        load(path)
    except CatalogueError as error:
        assert all(1 <= problem.line <= len(lines) + 1 for problem in error.problems)


@pytest.mark.parametrize("key", ["words", "boundaries", "targets", "areas", "resources", "presets", "roles"])
@pytest.mark.parametrize("value", ["7", "[]", '["a"]', "{ a = 1 }", '"text"'])
def test_a_value_in_place_of_tables_is_refused(tmp_path: Path, key: str, value: str) -> None:
    problems = refusal(tmp_path, f"{key} = {value}\n").problems
    assert any("must be a table" in problem.reason for problem in problems)
