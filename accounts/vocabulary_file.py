"""From the tables of a catalogue file to the nouns: areas, resources, actions.

A mistake is noted in the document and reading goes on; `catalogue.load` refuses the whole.
"""

from collections.abc import Iterator, Mapping

from accounts.grants import LEVELS, NAME
from accounts.toml_tables import Table, unknown
from accounts.vocabulary import Action, Area, Boundary, Resource, Risk, TargetType

SHORT = "all"
"""In presets and roles of the file, every resource; so nothing else can have that name."""


def areas(root: Table) -> tuple[Area, ...]:
    """The areas of a catalogue file, whole."""
    resources = _resources(root)
    found = [_area(table, resources) for table in named(root, "areas")]
    # A resource of an unknown area stays known, so that one mistake is one problem.
    lost = [r for r in resources if r.area not in {area.key for area in found}]
    return (*found, Area("", "", "", tuple(lost))) if lost else tuple(found)


def _area(table: Table, resources: list[Resource]) -> Area:
    mine = tuple(resource for resource in resources if resource.area == table.key)
    area = Area(table.key, table.text("name"), table.text("description"), mine)
    if not mine:
        table.complain("no resource is in this area")
    table.close()
    return area


def _resources(root: Table) -> list[Resource]:
    words = _words(root)
    boundaries = {table.key: _boundary(table) for table in named(root, "boundaries")}
    targets = {table.key: _target(table) for table in named(root, "targets")}
    areas = root.tables("areas")
    return [_resource(table, areas, words, boundaries, targets) for table in named(root, "resources")]


def _resource(
    table: Table,
    areas: Mapping[str, Table],
    words: Mapping[str, Action],
    boundaries: Mapping[str, Boundary],
    targets: Mapping[str, TargetType],
) -> Resource:
    resource = Resource(
        key=table.key,
        area=table.text("area"),
        name=table.text("name"),
        description=table.text("description"),
        unit=table.text("unit"),
        actions=tuple(_action(inner, words.get(inner.key)) for inner in named(table, "actions")),
        boundaries=table.chosen("boundaries", boundaries),
        targets=table.chosen("targets", targets),
    )
    if resource.area and resource.area not in areas:
        table.complain(f"area: {unknown(resource.area, areas)}", key="area")
    if not resource.actions:
        table.complain("it has no actions")
    if tuple(level.key for level in resource.levels) != LEVELS[: len(resource.levels)]:
        table.complain("its levels have a gap: each of read, write, admin needs those before it")
    table.close()
    return resource


def _action(table: Table, word: Action | None) -> Action:
    """An action; a level takes from its `word` what it does not say itself."""
    name = table.text("name", word.name if word else None)
    action = Action(
        key=table.key,
        name=name,
        verb=table.text("verb", word.verb if word else name),
        description=table.text("description"),
        risk=_risk(table, word.risk if word else None),
        note=table.text("note", ""),
    )
    table.close()
    return action


def _words(root: Table) -> dict[str, Action]:
    """What the levels are called where an action does not say."""
    tables = root.tables("words")
    for key in tables.keys() - set(LEVELS):
        tables[key].complain(f"words are only for {', '.join(LEVELS)}")
    for key in LEVELS:
        if key not in tables:
            root.complain(f"the table [words.{key}] is missing")
    return {key: _word(key, tables.get(key)) for key in LEVELS}


def _word(key: str, table: Table | None) -> Action:
    if table is None:
        return Action(key, key, key, "", Risk.HIGH, "")
    word = Action(key, table.text("name"), table.text("verb"), "", _risk(table, None), "")
    table.close()
    return word


def _risk(table: Table, default: Risk | None) -> Risk:
    risks = {risk.word: risk for risk in Risk}
    word = table.text("risk", default.word if default else None)
    if word and word not in risks:
        table.complain(f"risk: {unknown(word, risks)}", key="risk")
    return risks.get(word, Risk.HIGH)


def _boundary(table: Table) -> Boundary:
    boundary = Boundary(table.key, table.text("name"), table.text("adjective"), table.text("description"))
    table.close()
    return boundary


def _target(table: Table) -> TargetType:
    target = TargetType(table.key, table.text("name"), table.text("plural"), table.text("preposition"))
    table.close()
    return target


def named(parent: Table, key: str) -> Iterator[Table]:
    """The tables inside `key` whose names can stand in a grant; the others are a problem."""
    for name, table in parent.tables(key).items():
        if name != SHORT and NAME.fullmatch(name):
            yield table
        else:
            table.complain(f"“{name}” cannot be a name: it must match {NAME.pattern}, and not be {SHORT}")
