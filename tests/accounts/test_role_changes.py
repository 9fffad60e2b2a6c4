"""What another role changes: true for every pair of roles, and said plainly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.catalogue import SHIPPED, load
from accounts.grants import Grants
from accounts.role_changes import Difference, differences
from audit.actions import Action
from audit.models import Event
from tests.accounts.invited import MEMBERS
from tests.cast import Cast, SignIn

CATALOGUE = load(SHIPPED)
ALL = sorted({grant for role in CATALOGUE.roles for grant in role.grants})
some = st.lists(st.sampled_from(ALL), max_size=12).map(Grants)


def told(before: str, after: str) -> list[Difference]:
    return differences(Grants.parse(before), Grants.parse(after), CATALOGUE)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("assets:read", "assets:read", []),
        ("assets:write", "assets:read", [("Read and change", "Read", "assets")]),
        ("", "assets:read projects:read", [("nothing", "Read", "projects and assets")]),
        ("assets:read projects:read", "assets:read", [("Read", "nothing", "projects")]),
        (
            "shared/inboxes:read private/inboxes:read",
            "shared/inboxes:write private/inboxes:write",
            [("Read", "Read and change", "shared and private inboxes")],
        ),
        ("assets:read@project=7", "", [("Read", "nothing", "assets in project 7")]),
    ],
)
def test_it_is_said_plainly(before: str, after: str, said: list[tuple[str, str, str]]) -> None:
    assert told(before, after) == [Difference(*one) for one in said]


@given(some, some)
def test_nothing_is_said_exactly_where_nothing_changes(one: Grants, other: Grants) -> None:
    there, back = (differences(*pair, CATALOGUE) for pair in ((one, other), (other, one)))
    assert bool(there) == (one != other)
    assert {(d.before, d.after, d.things) for d in there} == {(d.after, d.before, d.things) for d in back}


def test_the_role_that_they_have_comes_first_and_changes_nothing(cast: Cast, sign_in: SignIn) -> None:
    olivia = sign_in(cast.olivia.user)
    here = f"{MEMBERS}{cast.marc.membership.pk}/role/"
    page = olivia.get(here)
    assert [one["role"].key for one in page.context["choices"]] == ["developer", "owner", "admin", "viewer"]
    again = olivia.post(here, {"role": cast.marc.membership.role_id}, follow=True).content.decode()
    assert "Nothing was changed: Marc Test is Developer" in again
    assert not Event.objects.filter(action=Action.ROLE_CHANGED).exists()
