"""What the custom permissions of the create form show: lists that depend on each other, and the rows added so far."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from accounts import resource_list, resources
from accounts.access import Actor
from accounts.catalogue import Action
from accounts.grants import SCOPE_LIMIT, Forbidden, Grant, Grants
from accounts.installed import catalogue
from accounts.models import Resource
from accounts.vocabulary import listed
from accounts.words import Names, named
from audit.keyset import page
from tokens import custom
from tokens.custom import Place, Typed
from tokens.policy import rules_of

SHOWN = 20  # of each type of target; more are counted in no way, but found by a search


@dataclass(frozen=True, slots=True)
class Row:
    """One permission in the table."""

    grant: Grant
    place: str
    target: str
    right: str

    @property
    def words(self) -> str:
        return f"{self.place}, {self.target}, {self.right}"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Targets of one type that can be chosen, by value and label; `has_more` than these."""

    name: str
    options: list[tuple[str, str]]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Builder:
    """All that the section shows. `said` is what a button did, `problem` why it did not."""

    typed: Typed
    rows: list[Row]
    places: Mapping[str, list[Place]]
    place: Place | None
    whole: str
    shelves: list[Shelf]
    rights: list[Action]
    said: str = ""
    problem: str = ""
    changed: bool = False

    @property
    def bytes(self) -> int:
        return custom.size(self.typed.rows)

    @property
    def limit(self) -> int:
        return SCOPE_LIMIT

    @property
    def is_nearly_full(self) -> bool:
        return self.bytes > SCOPE_LIMIT * 3 // 4

    @property
    def has_more(self) -> bool:
        return any(shelf.has_more for shelf in self.shelves)

    @property
    def types(self) -> str:
        """ "devices, device groups or projects"."""
        return listed([target.plural for target in self.place.resource.targets], "or") if self.place else ""


def build(typed: Typed, actor: Actor, said: str = "", problem: str = "", changed: bool = False) -> Builder:
    """What the section shows, from what stands in it. A handful of queries, however many resources there are."""
    assert actor.tenant
    available = available_to(actor)
    place = place_of(typed, available)
    shelves = _shelves(place, typed, actor) if place else []
    whole = f"All {place.resource.unit} in {actor.tenant}" if place and not custom.targets(place, available) else ""
    return Builder(
        typed=typed,
        rows=rows(typed.rows, actor),
        places=custom.places(catalogue(), available),
        place=place,
        whole=whole,
        shelves=shelves,
        rights=custom.actions(place, available) if place else [],
        said=said,
        problem=problem,
        changed=changed,
    )


def rows(grants: Iterable[Grant], actor: Actor) -> list[Row]:
    """Permissions as a table says them, in one query for all the names."""
    assert actor.tenant
    found = list(grants)
    names = resources.names(found, actor.tenant)
    return [_row(grant, names, actor) for grant in found]


def place_of(typed: Typed, available: Grants) -> Place | None:
    every = [place for some in custom.places(catalogue(), available).values() for place in some]
    return next((place for place in every if place.key == typed.place), None)


def _shelves(place: Place, typed: Typed, actor: Actor) -> list[Shelf]:
    only = custom.targets(place, available_to(actor))
    found = resources.known_to(actor).live()
    found = found.named_by(only) if only else found
    shelves, matching = [_chosen_before(typed, place, actor)], resource_list.matching(typed.sought, by=actor)
    for target in place.resource.targets:
        some = page(matching(found.of_types([target.key])), "", size=SHOWN)
        shelves.append(Shelf(capital(target.plural), [_option(one) for one in some], some.next is not None))
    seen = {value for shelf in shelves[1:] for value, _ in shelf.options}
    return [shelf for shelf in shelves[1 if typed.target in seen else 0 :] if shelf.options]


def _chosen_before(typed: Typed, place: Place, actor: Actor) -> Shelf:
    """What is chosen stays chosen while something else is searched for."""
    assert actor.tenant
    type_, _, external_id = typed.target.partition("=")
    if not external_id or place.resource.target(type_) is None:
        return Shelf("Chosen", [], False)
    chosen = Resource.objects.in_tenant(actor.tenant).live().named_by([(type_, external_id)])
    return Shelf("Chosen", [_option(one) for one in chosen], False)


def _option(one: Resource) -> tuple[str, str]:
    label = one.name if one.name == one.external_id else f"{one.name} · {one.external_id}"
    return f"{one.type}={one.external_id}", label


def _row(grant: Grant, names: Names, actor: Actor) -> Row:
    """What is not offered any more stands as it is written."""
    resource, action = catalogue().resource(grant.resource), catalogue().action_of(grant)
    if resource is None or action is None:
        return Row(grant, grant.resource, grant.target_id or "everywhere", grant.action)
    place = next((one for one in custom.places_of(resource) if one.boundary == grant.boundary), None)
    target = resource.target(grant.target_type)
    on = f"{capital(target.name)}: {named(grant.target_type, grant.target_id, names)}" if target else grant.target_id
    everywhere = f"All {resource.unit} in {actor.tenant}"
    return Row(grant, place.name if place else resource.name, on or everywhere, action.name)


def available_to(actor: Actor) -> Grants:
    assert actor.tenant
    return actor.grants.without(Forbidden.parse(rules_of(actor.tenant).forbidden))


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]
