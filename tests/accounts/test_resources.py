"""Resources: registered by whoever may, once each, all or none, and never another tenant's."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from accounts import resource_list, resources
from accounts.access import PermissionDenied
from accounts.grants import Grants
from accounts.models import Resource
from accounts.resource_list import Asked
from accounts.resources import BULK_LIMIT, Fate, Said
from audit.models import Event
from tests.cast import Cast

BERLIN = Said("group", "eu-1", "Berlin lab")


def happened() -> list[str]:
    return list(Event.objects.filter(action__startswith="resource.").order_by("id").values_list("action", flat=True))


def test_an_upsert_registers_renames_and_brings_back(cast: Cast) -> None:
    by = cast.olivia.actor
    made, is_new = resources.put(BERLIN, by=by)
    assert (made.name, is_new) == ("Berlin lab", True)
    assert resources.put(BERLIN, by=by) == (made, False)
    assert resources.put(Said("group", "eu-1", "Berlin"), by=by)[0].name == "Berlin"
    assert resources.archive(made, by=by)
    assert not resources.archive(made, by=by)
    assert resources.put(Said("group", "eu-1"), by=by)[0].archived_at is None
    assert Resource.objects.get().name == "Berlin"
    assert happened() == [f"resource.{what}" for what in ("registered", "renamed", "archived", "restored")]


def test_without_a_name_it_is_called_by_its_id(cast: Cast) -> None:
    assert resources.put(Said("device", "7f3c"), by=cast.olivia.actor)[0].name == "7f3c"


def test_by_hand_nothing_is_registered_twice(cast: Cast) -> None:
    made = resources.register(BERLIN, by=cast.olivia.actor)
    with pytest.raises(ValidationError, match="registered already as “Berlin lab”"):
        resources.register(Said("group", "eu-1", "Other"), by=cast.olivia.actor)
    resources.archive(made, by=cast.olivia.actor)
    with pytest.raises(ValidationError, match="restore it instead"):
        resources.register(BERLIN, by=cast.olivia.actor)
    assert Resource.objects.count() == 1


def test_each_tenant_has_its_own_of_the_same_id(cast: Cast) -> None:
    ours, theirs = (resources.put(BERLIN, by=who.actor)[0] for who in (cast.olivia, cast.stella))
    assert ours.pk != theirs.pk
    assert list(resources.known_to(cast.stella.actor)) == [theirs]
    for deed in (resources.archive, resources.restore):
        with pytest.raises(PermissionDenied):
            deed(theirs, by=cast.olivia.actor)
    with pytest.raises(PermissionDenied):
        resources.rename(theirs, "Mine", by=cast.olivia.actor)


def test_whoever_may_read_looks_and_does_not_touch(cast: Cast) -> None:
    made, _ = resources.put(BERLIN, by=cast.adam.actor)
    by = replace(cast.olivia.actor, grants=Grants.parse("resources:read tokens:write"))
    assert list(resources.known_to(by)) == [made]
    deeds: list[Callable[[], object]] = [
        lambda: resources.put(BERLIN, by=by),
        lambda: resources.register(Said("group", "x"), by=by),
        lambda: resources.put_many([BERLIN], by=by),
        lambda: resources.rename(made, "x", by=by),
        lambda: resources.archive(made, by=by),
        lambda: resources.restore(made, by=by),
    ]
    for deed in deeds:
        with pytest.raises(PermissionDenied):
            deed()
    assert happened() == ["resource.registered"]
    with pytest.raises(PermissionDenied):
        resources.known_to(cast.marc.actor)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Said("planet", "1"), "type"),
        (Said("group", ""), "external_id"),
        (Said("group", "a b"), "external_id"),
        (Said("group", "a/b"), "external_id"),
        (Said("group", "é"), "external_id"),
        (Said("group", "x" * 129), "external_id"),
        (Said("group", "fine\n"), "external_id"),
        (Said("group", "fine", "n" * 201), "name"),
        (Said("group", "fine", "bell\a"), "name"),
    ],
)
def test_what_is_wrong_is_said_by_field(cast: Cast, said: Said, field: str) -> None:
    for deed in (resources.put, resources.register):
        with pytest.raises(ValidationError) as caught:
            deed(said, by=cast.olivia.actor)
        assert set(caught.value.message_dict) == {field}
    assert not Resource.objects.exists()


def test_many_are_written_all_or_none(cast: Cast) -> None:
    by = cast.olivia.actor
    resources.put(BERLIN, by=by)
    resources.put(Said("group", "eu-2", "Paris"), by=by)
    rows = [Said("group", "eu-1", "Berlin"), Said("device", "1"), Said("group", "eu-2", "Paris")]
    assert resources.put_many(rows, by=by) == [Fate.CHANGED, Fate.NEW, Fate.SAME]
    assert resources.put_many(rows, by=by) == [Fate.SAME] * 3
    before = list(Resource.objects.order_by("pk").values())
    with pytest.raises(ValidationError) as caught:
        resources.put_many([Said("device", "2"), Said("planet", "3"), Said("device", "2"), Said("group", "!")], by=by)
    assert set(caught.value.message_dict) == {
        "resources.1.type",
        "resources.2.external_id",
        "resources.3.external_id",
    }
    assert list(Resource.objects.order_by("pk").values()) == before


def test_many_are_not_too_many(cast: Cast) -> None:
    most = [Said("device", str(number)) for number in range(BULK_LIMIT)]
    assert set(resources.put_many(most, by=cast.olivia.actor)) == {Fate.NEW}
    with pytest.raises(ValidationError, match="at most 500"):
        resources.put_many([*most, BERLIN], by=cast.olivia.actor)
    assert Event.objects.filter(action="resource.registered").count() == BULK_LIMIT


def test_who_loses_a_race_finds_what_the_winner_made(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one registers between our look and our write."""
    make, by = resources._make, cast.olivia.actor
    first = True

    def late(said: list[Said], by: object) -> list[Resource]:
        nonlocal first
        if first and said:
            first = False
            raise IntegrityError
        return make(said, by)  # type: ignore[arg-type]

    monkeypatch.setattr(resources, "_make", late)
    assert resources.put(BERLIN, by=by)[1]
    assert happened() == ["resource.registered"]


def test_search_finds_names_and_ids_and_first_what_begins_so(cast: Cast) -> None:
    by = cast.olivia.actor
    told = [
        ("eu-1", "Berlin lab"),
        ("eu-2", "berlin annex"),
        ("us-1", "Éole"),
        ("be", "100% _sure"),
        ("zz", "Lab Berlin"),
    ]
    resources.put_many([Said("group", external_id, name) for external_id, name in told], by=by)

    def found(text: str) -> list[str]:
        return [one.external_id for one in resource_list.read(Asked(q=text), by=by, size=9)]

    assert found("BERLIN") == ["eu-2", "eu-1", "zz"]
    assert found("erlin l") == ["eu-1"]
    assert found("u-1") == ["eu-1"]
    assert found("eu-") == ["eu-2", "eu-1"]
    assert found("éO") == ["us-1"]
    assert found("be") == ["be", "eu-2", "eu-1"]
    assert found("b") == ["eu-2", "eu-1", "be"]
    assert found("100%") == ["be"]
    assert found("% _s") == found("sur") == ["be"]
    assert found("%") == found("_") == found("lab b%") == found("ab") == []


def test_a_search_is_paged_through_all_its_parts(cast: Cast) -> None:
    by = cast.olivia.actor
    resources.put_many([Said("device", f"gw-{n}", f"Lab {n}") for n in range(4)], by=by)
    resources.put_many([Said("group", "lab", "Zoo"), Said("group", "lab-9", "My lab"), Said("group", "x", "X")], by=by)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        part = resource_list.read(Asked(q="lab", cursor=cursor), by=by, size=2, strict=True)
        seen, cursor = [*seen, *(one.external_id for one in part)], part.next
    assert seen == ["lab", "gw-0", "gw-1", "gw-2", "gw-3", "lab-9"]


def test_the_index_is_asked_only_when_names_that_begin_so_leave_room(cast: Cast) -> None:
    by = cast.olivia.actor
    resources.put_many([Said("device", str(n), f"Gateway {n}") for n in range(5)], by=by)
    for size, queries in ((4, 2), (9, 4)):
        with CaptureQueriesContext(connection) as captured:
            resource_list.read(Asked(q="gate"), by=by, size=size)
        assert len(captured) == queries, size


def test_many_renamed_are_found_anew_in_a_few_queries(cast: Cast) -> None:
    by = cast.olivia.actor
    resources.put_many([Said("device", str(n), f"Old {n}") for n in range(40)], by=by)
    with CaptureQueriesContext(connection) as captured:
        resources.put_many([Said("device", str(n), f"New {n}") for n in range(40)], by=by)
    asked = [query["sql"] for query in captured if "accounts_search" in query["sql"]]
    assert len(asked) <= 5
    assert not list(resource_list.read(Asked(q="old"), by=by, size=9))
    assert len(resource_list.read(Asked(q="new"), by=by, size=99)) == 40


def test_names_are_found_in_one_query(cast: Cast, django_assert_num_queries: object) -> None:
    resources.put(BERLIN, by=cast.olivia.actor)
    resources.put(Said("group", "eu-1", "Stranger"), by=cast.stella.actor)
    grants = Grants.parse("devices:read@group=eu-1 devices:read@group=eu-2 updates:read@device=eu-1 assets:read")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert resources.names(grants, cast.acme) == {("group", "eu-1"): "Berlin lab"}
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert resources.names(Grants.parse("assets:read"), cast.acme) == {}
