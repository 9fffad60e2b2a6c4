"""Reading the catalogue: a TOML file into areas, presets and built-in roles, or every reason why not.

Pure but for reading that one file. The format is explained on top of `catalogue.toml`, the shipped
example. Source: product.md, "Scopes: one model for all five".
"""

import tomllib
from dataclasses import replace
from pathlib import Path

from accounts.grants import LEVELS, NAME, Grant, GrantError, Grants
from accounts.toml_tables import Document, Problem, Table, syntax_problem
from accounts.vocabulary import (
    Action,
    Area,
    Boundary,
    BuiltinRole,
    Catalogue,
    Preset,
    Resource,
    Risk,
    TargetType,
)
from accounts.vocabulary_file import SHORT, areas

__all__ = [
    "PORTAL",
    "SHIPPED",
    "Action",
    "Area",
    "Boundary",
    "BuiltinRole",
    "Catalogue",
    "CatalogueError",
    "Preset",
    "Resource",
    "Risk",
    "TargetType",
    "load",
]

SHIPPED = Path(__file__).with_name("catalogue.toml")
"""The example, in use until the installation names its own file."""

PORTAL = "portal"
"""The area of the portal's own rights; the code asks for these by key, so a file cannot drop them."""

_PORTAL_RIGHTS = Grants.parse(
    "tokens:write tokens:custom members:write service-users:write service-users:create roles:write policy:write"
    " resources:write ledger:read"
)
_ROLES = ("owner", "admin", "developer", "viewer")
_ALONE = "stand-alone"  # after `all:`, every action that is no level


class CatalogueError(Exception):
    """The catalogue cannot be used. The message has a line `file:line: reason` for each problem."""

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(f"{path}:{p.line}: {p.reason}" for p in self.problems))


def load(path: Path) -> Catalogue:
    """The catalogue in the file. Raises `CatalogueError` with every mistake in it, not just one."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise CatalogueError(path, [Problem(line, "this is not UTF-8 text")]) from None
    except OSError as error:
        raise CatalogueError(path, [Problem(1, f"cannot be read: {error.strerror}")]) from None
    try:
        root = (document := Document(text)).root()
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(path, [syntax_problem(error, text)]) from None
    catalogue = _catalogue(root)
    if document.problems:
        raise CatalogueError(path, document.problems)
    return catalogue


def _catalogue(root: Table) -> Catalogue:
    bare = Catalogue(areas(root))
    presets = tuple(_preset(table, bare) for table in root.tables("presets").values())
    roles = tuple(_role(table, bare) for table in root.tables("roles").values())
    whole = replace(bare, presets=presets, roles=roles)
    _check_portal(root, whole)
    _check_roles(root, whole)
    _check_ladders_of_presets(root, whole)
    root.close()
    return whole


def _preset(table: Table, catalogue: Catalogue) -> Preset:
    name, colon, action = table.key.partition(":")
    if not NAME.fullmatch(name) or (colon and not NAME.fullmatch(action)):
        table.complain(f"“{table.key}” cannot be a preset: write a name or name:action")
    if colon and catalogue.resource(name):
        table.complain(f"“{table.key}” would read like a scope of the resource {name}")
    preset = Preset(table.key, table.text("name"), table.text("description"), _grants(table, catalogue))
    table.close()
    return preset


def _role(table: Table, catalogue: Catalogue) -> BuiltinRole:
    role = BuiltinRole(table.key, table.text("name"), table.text("description"), _grants(table, catalogue))
    table.close()
    return role


def _grants(table: Table, catalogue: Catalogue) -> Grants:
    """What the words of `grants` stand for; the short ones within `areas`, or in all of them."""
    offered = {area.key: area for area in catalogue.areas}
    within = table.chosen("areas", offered) or catalogue.areas
    resources = [resource for area in within for resource in area.resources]
    found: list[Grant] = []
    words = table.texts("grants")
    for word in words:
        try:
            found += _expanded(word, resources, catalogue)
        except GrantError as error:
            table.complain(str(error), key="grants", near=f'"{word}"')
    if not words:
        table.complain("grants are missing: it would allow nothing")
    return Grants(found)


def _expanded(word: str, resources: list[Resource], catalogue: Catalogue) -> list[Grant]:
    boundary, _, right = word.rpartition("/")
    resource, _, which = right.partition(":")
    if resource != SHORT:
        grant = Grant.parse(word)
        if problems := catalogue.problems([grant]):
            raise GrantError(problems[0])
        return [grant]
    if which not in ("", _ALONE, *LEVELS):
        raise GrantError(f"{word}: after {SHORT}: comes one of {', '.join(LEVELS)}, {_ALONE}.")
    grants = [g for r in resources for action in _actions(r, which) for g in r.grants(action)]
    found = [grant for grant in grants if boundary in ("", grant.boundary)]
    if not found:
        raise GrantError(f"{word}: nothing matches it.")
    return found


def _actions(resource: Resource, which: str) -> tuple[Action, ...]:
    if which == "":
        return resource.actions
    if which == _ALONE:
        return resource.alone
    reach = LEVELS[: LEVELS.index(which) + 1]
    return tuple(action for action in resource.levels if action.key in reach)


def _check_portal(root: Table, catalogue: Catalogue) -> None:
    for grant in _PORTAL_RIGHTS:
        area = catalogue.area_of(grant.resource)
        if area is None or area.key != PORTAL or not catalogue.all_grants().covers(grant):
            root.complain(f"the portal needs its own right {grant} in the area “{PORTAL}”")


def _check_roles(root: Table, catalogue: Catalogue) -> None:
    roles = {role.key: role for role in catalogue.roles}
    for key in _ROLES:
        if key not in roles:
            root.complain(f"the built-in role [roles.{key}] is missing")
    # Who cannot hold a right cannot hand it out either: nobody could ever get it.
    if "owner" in roles and roles["owner"].grants != catalogue.all_grants():
        root.tables("roles")["owner"].complain(f'grants must be "{SHORT}"', key="grants")


def _check_ladders_of_presets(root: Table, catalogue: Catalogue) -> None:
    """`basic:write` must include `basic:read`: people read the names as levels."""
    presets = {preset.key: preset for preset in catalogue.presets}
    tables = root.tables("presets")
    for key, preset in presets.items():
        name, _, level = key.partition(":")
        for lower in LEVELS[: LEVELS.index(level)] if level in LEVELS else ():
            below = presets.get(f"{name}:{lower}")
            if below and not preset.grants.covers(below.grants):
                tables[key].complain(f"it must include all of “{below.key}”", key="grants")
