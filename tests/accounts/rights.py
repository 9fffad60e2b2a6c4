"""A small world of rights, with few names so that they meet often, and how to draw from it."""

from itertools import product

from hypothesis import strategies as st

from accounts.grants import LEVELS, Forbidden, Grant, Grants, covers

ACTIONS = [*LEVELS, "run"]
TARGETS = [("", ""), ("group", "1"), ("group", "2"), ("device", "1")]
WORLD = [
    Grant(resource, action, boundary, *target)
    for resource, action, boundary, target in product(["a", "b"], ACTIONS, ["", "shared"], TARGETS)
]

grant = st.sampled_from(WORLD)
grants = st.lists(grant, max_size=8).map(Grants)
rules = st.lists(grant, max_size=4).map(lambda some: Forbidden(tuple(some)))
_names = st.from_regex(r"[a-z][a-z0-9-]{0,63}", fullmatch=True)
_ids = st.from_regex(r"[A-Za-z0-9._~-]{1,128}", fullmatch=True)
any_grant = st.builds(Grant, _names, _names, st.just("") | _names) | st.builds(
    Grant, _names, _names, st.just("") | _names, _names, _ids
)


def allowed(rights: Grants) -> set[Grant]:
    """Everything in the world that `rights` allow: their meaning, spelled out."""
    return {one for one in WORLD if any(covers(member, one) for member in rights)}
