"""The same rights always read the same, and never milder than they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.catalogue import SHIPPED, Risk, load
from accounts.grants import EMPTY, Grant, Grants
from accounts.words import can, cannot, chip, label, widest

CATALOGUE = load(SHIPPED)
ALL = sorted({grant for role in CATALOGUE.roles for grant in role.grants})


def sentences(text: str) -> list[str]:
    return [str(line) for line in can(Grants.parse(text), CATALOGUE)]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("projects:read libraries:read", ["Read projects and libraries"]),
        ("assets:write", ["Read and change assets, including deleting them"]),
        ("shared/conversations:read", ["Read shared conversations"]),
        ("shared/conversations:read private/conversations:read", ["Read shared and private conversations"]),
        (
            "shared/tags:read shared/teams:read private/tags:read",
            ["Read shared and private tags", "Read shared teams"],
        ),
        ("devices:write@group=eu-1", ["View and manage devices in device group eu-1"]),
        ("updates:run@device=7f3c", ["Deploy updates on device 7f3c"]),
        ("updates:run@group=a updates:run@group=b", ["Deploy updates in device groups a and b"]),
        ("devices:restart@device=7f3c", ["Restart device 7f3c"]),
        ("projects:read@project=a projects:read@project=b", ["Read projects a and b"]),
        ("shared/inboxes:read@inbox=4", ["Read shared inbox 4"]),
        ("ledger:read", ["Read the audit log"]),
    ],
)
def test_rights_are_said_in_plain_words(scope: str, expected: list[str]) -> None:
    assert sentences(scope) == expected


def test_reading_comes_before_changing_and_areas_in_their_order() -> None:
    assert sentences("updates:run updates:read assets:write projects:read") == [
        "Read projects",
        "Read and change assets, including deleting them",
        "View updates",
        "Deploy updates",
    ]


def test_verbs_and_things_come_apart() -> None:
    [line] = can(Grants.parse("projects:read"), CATALOGUE)
    assert (line.verbs, line.things, line.risk) == ("Read", "projects", Risk.LOW)


def test_things_of_different_risk_do_not_share_a_line() -> None:
    lines = can(Grants.parse("metadata:write webhooks:write"), CATALOGUE)
    assert [(line.things, line.risk) for line in lines] == [("metadata", Risk.MEDIUM), ("webhooks", Risk.HIGH)]


def test_many_targets_are_counted() -> None:
    scope = " ".join(f"devices:read@device=d{number}" for number in range(8))
    assert sentences(scope) == ["View devices d0, d1, d2, d3, d4 and 3 more"]


def test_empty_grants_can_do_nothing_and_say_so() -> None:
    assert can(EMPTY, CATALOGUE) == []
    assert cannot(EMPTY, CATALOGUE) == ["Cannot see or change anything"]
    assert widest(EMPTY, CATALOGUE) is None
    assert chip(EMPTY, CATALOGUE) is None


@given(st.lists(st.sampled_from(ALL)).map(Grants))
def test_no_right_goes_unsaid(grants: Grants) -> None:
    lines = can(grants, CATALOGUE)
    for grant in grants:
        resource, action = CATALOGUE.resource(grant.resource), CATALOGUE.action_of(grant)
        assert resource and action
        said = [line for line in lines if line.verbs == action.verb and resource.unit in line.things]
        assert any(line.risk >= action.risk for line in said)


@given(st.lists(st.sampled_from(ALL)).map(Grants))
def test_no_line_says_more_than_the_grants(grants: Grants) -> None:
    assert len(can(grants, CATALOGUE)) <= len(grants)


def test_a_right_no_longer_offered_is_shown_as_such() -> None:
    assert sentences("old:read") == ["Use old:read, no longer offered"]
    assert label(Grant.parse("old:read"), CATALOGUE) == "old:read"


def test_a_boundary_or_target_no_longer_offered_is_shown_by_its_key() -> None:
    assert sentences("team/tags:read") == ["Read team tags"]
    assert sentences("assets:read@folder=7") == ["Read assets in folder 7"]


def test_readers_of_the_product_cannot_see_the_portal() -> None:
    assert cannot(Grants.parse("assets:write"), CATALOGUE) == [
        "Cannot see tokens, members, service users, roles, the token policy, resources or the audit log"
    ]


def test_readers_cannot_change_anything() -> None:
    assert cannot(Grants.parse("assets:read"), CATALOGUE)[0] == "Cannot change anything"


def test_what_can_be_seen_is_not_denied() -> None:
    lines = cannot(Grants.parse("tokens:read members:write service-users:read roles:read"), CATALOGUE)
    assert lines == ["Cannot see the token policy, resources or the audit log"]


def test_whoever_holds_everything_lacks_nothing() -> None:
    assert cannot(CATALOGUE.all_grants(), CATALOGUE) == []


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("assets:read projects:read", "assets:read"),
        ("assets:read projects:write", "projects:write"),
        ("metadata:write webhooks:write", "webhooks:write"),
        ("devices:write updates:run", "updates:run"),
    ],
)
def test_the_chip_shows_changing_before_reading_and_the_riskiest_first(scope: str, expected: str) -> None:
    found = chip(Grants.parse(scope), CATALOGUE)
    assert found
    assert (str(found.grant), found.more) == (expected, 1)


def test_the_chip_tells_whether_it_writes() -> None:
    chips = [chip(Grants.parse(scope), CATALOGUE) for scope in ("assets:read", "assets:write", "updates:run")]
    assert [found.writes for found in chips if found] == [False, True, True]


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        ("assets:write", "read and change assets"),
        ("shared/inboxes:read", "read shared inboxes"),
        ("private/inboxes:read@inbox=4", "read private inbox 4"),
        ("devices:connect@device=7f3c", "open remote sessions to device 7f3c"),
        ("policy:write", "read and change the token policy"),
    ],
)
def test_one_right_is_a_phrase_for_the_middle_of_a_sentence(right: str, expected: str) -> None:
    assert label(Grant.parse(right), CATALOGUE) == expected
