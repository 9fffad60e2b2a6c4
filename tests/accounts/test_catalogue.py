"""The shipped catalogue says what the seeds name, and answers questions about rights."""

import pytest

from accounts.catalogue import SHIPPED, Catalogue, Risk, load
from accounts.grants import SCOPE_LIMIT, Grants

PRODUCT = ["content", "conversations", "knowledge", "devices"]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(SHIPPED)


def grants_of(catalogue: Catalogue, role: str) -> Grants:
    return next(found.grants for found in catalogue.roles if found.key == role)


def preset(catalogue: Catalogue, key: str) -> str:
    return next(str(found.grants) for found in catalogue.presets if found.key == key)


def test_the_areas_come_in_the_order_of_the_file(catalogue: Catalogue) -> None:
    assert [area.key for area in catalogue.areas] == [*PRODUCT, "portal"]
    assert [resource.key for resource in catalogue.areas[0].resources][:3] == ["projects", "libraries", "assets"]


@pytest.mark.parametrize(
    "right",
    [
        "projects:read",
        "libraries:write",
        "assets:write@library=1",
        "shared/conversations:write",
        "private/conversations:read",
        "shared/messages:read@inbox=team",
        "global/contacts:read",
        "shared/channels:read",
        "private/signatures:write",
        "shared/teams:read",
        "shared/tags:write",
        "knowledge-bases:read",
        "data-monitor:read@project=field",
        "updates:run@device=7f3c",
        "devices:write@group=eu-1",
        "tokens:write",
        "members:write",
        "roles:write",
        "policy:write",
        "ledger:read",
    ],
)
def test_what_the_seeds_name_is_offered(catalogue: Catalogue, right: str) -> None:
    assert catalogue.problems(Grants.parse(right)) == []


def test_the_basic_presets_are_content(catalogue: Catalogue) -> None:
    assert preset(catalogue, "basic:read") == "assets:read libraries:read metadata:read projects:read"
    assert preset(catalogue, "basic:write") == "assets:write libraries:write metadata:write projects:write"


def test_a_short_preset_expands_within_its_boundary(catalogue: Catalogue) -> None:
    expanded = Grants.parse(preset(catalogue, "shared:read"))
    assert {grant.boundary for grant in expanded} == {"shared"}
    assert {grant.action for grant in expanded} == {"read"}
    assert {"conversations", "teams", "tags"} <= {grant.resource for grant in expanded}


def test_every_right_at_once_fits_into_one_token(catalogue: Catalogue) -> None:
    assert len(str(catalogue.all_grants())) <= SCOPE_LIMIT


def test_nothing_in_the_catalogue_is_a_problem_to_it(catalogue: Catalogue) -> None:
    offered = [catalogue.all_grants(), *(role.grants for role in catalogue.roles)]
    assert all(catalogue.problems(grants) == [] for grants in offered)


def test_owner_and_admin_hold_everything(catalogue: Catalogue) -> None:
    assert grants_of(catalogue, "owner") == grants_of(catalogue, "admin") == catalogue.all_grants()


def test_a_developer_reads_writes_and_runs_but_administers_nothing(catalogue: Catalogue) -> None:
    developer = grants_of(catalogue, "developer")
    assert developer.covers(Grants.parse("assets:write updates:run shared/messages:send devices:restart"))
    assert not any(grant.action == "admin" for grant in developer)


@pytest.mark.parametrize(("role", "portals"), [("developer", "service-users:create"), ("viewer", "")])
def test_of_the_portal_developers_make_service_users_and_viewers_nothing(
    catalogue: Catalogue, role: str, portals: str
) -> None:
    places = [(grant, area.key) for grant in grants_of(catalogue, role) if (area := catalogue.area_of(grant.resource))]
    assert {area for _, area in places} >= set(PRODUCT)
    assert Grants(grant for grant, area in places if area == "portal") == Grants.parse(portals)


def test_a_viewer_reads_everything_else_and_only_reads(catalogue: Catalogue) -> None:
    assert {grant.action for grant in grants_of(catalogue, "viewer")} == {"read"}
    assert grants_of(catalogue, "developer").covers(grants_of(catalogue, "viewer"))


def test_a_level_takes_its_words_from_the_words_unless_it_has_its_own(catalogue: Catalogue) -> None:
    assets, devices = catalogue.resource("assets"), catalogue.resource("devices")
    assert assets and devices
    assert [(action.name, action.verb, action.risk) for action in assets.levels] == [
        ("Read", "Read", Risk.LOW),
        ("Write", "Read and change", Risk.HIGH),
    ]
    assert [action.name for action in devices.levels] == ["View", "Manage"]
    assert [action.key for action in devices.alone] == ["restart", "connect"]


def test_what_is_not_offered_has_no_resource_and_no_area(catalogue: Catalogue) -> None:
    assert catalogue.resource("assts") is None
    assert catalogue.area_of("assts") is None


@pytest.mark.parametrize(
    ("right", "reason"),
    [
        ("assts:read", "there is no resource “assts”"),
        ("assets:burn", "offers no action “burn”, only read and write"),
        ("assets:admin", "offers no action “admin”"),
        ("conversations:read", "needs a boundary, put shared/ or private/ before it"),
        ("global/conversations:read", "has no boundary “global”"),
        ("shared/assets:read", "has no boundaries"),
        ("assets:read@device=1", "cannot be limited to “device”, only to project or library"),
        ("ledger:read@project=1", "cannot be limited to “project”, only to nothing"),
    ],
)
def test_a_right_that_is_not_offered_is_explained(catalogue: Catalogue, right: str, reason: str) -> None:
    [problem] = catalogue.problems(Grants.parse(right))
    assert problem.startswith(f"{right}: ")
    assert reason in problem


def test_each_problem_is_named(catalogue: Catalogue) -> None:
    assert len(catalogue.problems(Grants.parse("assts:read conversations:burn assets:read"))) == 3
