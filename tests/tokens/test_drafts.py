"""What may be wrong with what somebody asks for, field by field."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.grants import SCOPE_LIMIT, Grants
from audit import clock
from tests import factories
from tests.cast import Cast
from tests.tokens.jwts import Forge
from tokens import drafts, lifecycle, metadata, policy
from tokens.drafts import Draft
from tokens.kinds import Kind

FINE = Draft(kind=Kind.PERSONAL, name="Nightly", grants=Grants.parse("assets:read"))


@pytest.mark.parametrize(
    "change",
    [
        {"name": "N" * 100},
        {"name": "Zoë's token 東京 🚀"},
        {"name": "<script>alert(1)</script>"},
        {"description": "Two\nlines"},
        {"description": "d" * 500},
        {"grants": Grants.parse("shared/inboxes:write assets:read@project=p-1")},
    ],
)
def test_what_is_fine(cast: Cast, change: dict[str, Any]) -> None:
    drafts.validate(_draft(**change), by=cast.marc.actor)


@pytest.mark.parametrize(
    ("field", "change", "message"),
    [
        ("name", {"name": ""}, "Give the token a name."),
        ("name", {"name": "N" * 101}, "Use at most 100 characters; this has 101."),
        ("name", {"name": "Two\nlines"}, "Use printable characters only."),
        ("name", {"name": "ring\x07"}, "Use printable characters only."),
        ("name", {"name": "turned \u202e around"}, "Use printable characters only."),
        ("name", {"name": "red \x1b[31m"}, "Use printable characters only."),
        ("description", {"description": "d" * 501}, "Use at most 500 characters; this has 501."),
        ("description", {"description": "a\rb"}, "Use printable characters only."),
        ("scopes", {"grants": Grants()}, "Choose at least one scope. A token with none can do nothing."),
        ("scopes", {"grants": Grants.parse("nothing:read")}, "nothing"),
        ("scopes", {"grants": Grants.parse("inboxes:read")}, "inboxes"),
        ("scopes", {"grants": Grants.parse("assets:read@device=7")}, "device"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(cast: Cast, field: str, change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        drafts.validate(_draft(**change), by=cast.marc.actor)
    assert list(caught.value.message_dict) == [field]
    assert message in caught.value.message_dict[field][0]


def test_a_token_in_a_name_or_description_is_refused(cast: Cast) -> None:
    text = factories.token(cast.marc.actor).secret.value
    for field in ("name", "description"):
        with pytest.raises(ValidationError) as caught:
            drafts.validate(_draft(**{field: f"see {text}."}), by=cast.marc.actor)
        assert list(caught.value.message_dict) == [field]
        assert text not in str(caught.value)


@pytest.mark.parametrize("cut", [None, 300], ids=["whole", "cut off by a full field"])
def test_so_is_a_jwt_whoever_made_it(cast: Cast, cut: int | None) -> None:
    forge = Forge.of(cast)
    for text in (forge.text[:cut], forge.claiming(iss="https://other.test")[:cut]):
        for problems in (drafts.name_problems(text), metadata.problems({"note": text})):
            assert ["contains a token" in problem for problem in problems] == [True]


def test_scopes_that_would_not_fit_a_header_are_refused(cast: Cast) -> None:
    many = " ".join(f"assets:read@project={number:0100}" for number in range(20))
    with pytest.raises(ValidationError, match=f"{SCOPE_LIMIT:,} is the limit"):
        drafts.validate(_draft(grants=Grants.parse(many, limit=None)), by=cast.marc.actor)


@pytest.mark.parametrize(
    ("days", "message"),
    [(-1, "Choose a date in the future."), (0, "Choose a date in the future."), (31, "Choose a date on or before")],
)
def test_an_end_lies_in_the_future_and_within_policy(cast: Cast, days: int, message: str) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, max_days=30)
    with clock.at(clock.now()), pytest.raises(ValidationError) as caught:
        drafts.validate(_draft(expires_at=clock.now() + timedelta(days=days)), by=cast.marc.actor)
    assert message in caught.value.message_dict["expires"][0]


def test_the_policys_maximum_itself_is_allowed(cast: Cast) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, max_days=30)
    cast.acme.refresh_from_db()
    with clock.at(clock.now()):
        drafts.validate(_draft(expires_at=clock.now() + timedelta(days=30)), by=cast.marc.actor)


@pytest.mark.parametrize(
    ("kind", "never", "allowed"),
    [
        (Kind.PERSONAL, False, False),
        (Kind.PERSONAL, True, False),
        (Kind.TENANT, False, False),
        (Kind.TENANT, True, True),
    ],
)
def test_only_a_tenant_token_may_go_without_an_end_where_policy_allows(
    cast: Cast, kind: Kind, never: bool, allowed: bool
) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, never=never)
    draft = replace(FINE, kind=kind, expires_at=None)
    if allowed:
        assert lifecycle.issue(draft, by=cast.olivia.actor).token.expires_at is None
        return
    with pytest.raises(ValidationError) as caught:
        lifecycle.issue(draft, by=cast.olivia.actor)
    assert list(caught.value.message_dict) == ["expires"]


def test_what_could_not_be_read_is_reported_with_the_rest(cast: Cast) -> None:
    draft = _draft(name="", problems={"networks": "'x' is not a network"})
    with pytest.raises(ValidationError) as caught:
        drafts.validate(draft, by=cast.marc.actor)
    assert set(caught.value.message_dict) == {"networks", "name"}


def _draft(**change: Any) -> Draft:
    return replace(FINE, **{"expires_at": clock.now() + timedelta(days=7), **change})
