"""Of a grant on everything, each single target can be left: what is effective then is more than fits anywhere."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accounts.grants import SCOPE_LIMIT, Grants
from accounts.models import ServiceUser
from tests import factories
from tests.api import oauth
from tests.api.frontegg import vendor as frontegg
from tests.api.proxies import DOORS, SCOPE, VERIFY, ask, bearing
from tests.cast import Cast
from tests.examples import examples
from tokens import api_tokens
from tokens.exchange import exchange
from tokens.lifecycle import Issued
from tokens.models import RefreshToken, Token
from tokens.signing import TOO_LONG
from tokens.verification import Refused, Verified, verify

HERE = "192.0.2.1"
WIDE = " ".join(f"assets:write@project=p{number}" for number in range(200))


@pytest.fixture
def issued(cast: Cast) -> Issued:
    """Made while its service user could write everywhere."""
    return factories.token(
        cast.olivia.actor, "assets:write", service_user=factories.worker(cast.olivia.actor, grants="assets:write")
    )


def give(issued: Issued, grants: str) -> None:
    ServiceUser.objects.filter(name="Warehouse sync").update(grants_text=grants)


def verdict(text: str) -> Verified:
    found = verify(text, address=HERE)
    assert isinstance(found, Verified), found
    return found


def test_the_exchange_names_the_limit_and_gives_a_part(issued: Issued) -> None:
    give(issued, WIDE)
    refused = oauth.token(oauth.basic(issued))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")
    assert f"{SCOPE_LIMIT:,} is the limit" in refused.json()["error_description"]
    part = oauth.token(oauth.basic(issued), scope="assets:read@project=p7 assets:write@project=p9")
    assert part.status_code == 200
    assert str(verdict(part.json()["access_token"]).grants) == part.json()["scope"]


def test_frontegg_names_it_too_and_a_refresh_token_is_not_lost_by_it(issued: Issued) -> None:
    pair = str(issued.token.pk), issued.secret.value
    token = frontegg.exchange(*pair).json()["refreshToken"]
    give(issued, WIDE)
    for refused in (frontegg.exchange(*pair), frontegg.refresh(token)):
        assert refused.status_code == 400
        assert f"{SCOPE_LIMIT:,} is the limit" in refused.json()["errors"][0]
    assert RefreshToken.objects.count() == 1
    give(issued, "assets:write")
    assert frontegg.refresh(token).status_code == 200


@pytest.mark.parametrize("door", DOORS)
def test_no_header_is_longer_than_a_scope_may_be(issued: Issued, door: str) -> None:
    give(issued, WIDE)
    asked = "assets:read@project=p7"
    for path, told in ((VERIFY, ""), (SCOPE + asked, asked)):
        answer = ask(door, path, headers=bearing(issued.secret.value))
        assert (answer.status, answer.headers["X-Auth-Scopes"]) == (200, told)
    assert ask(door, f"{SCOPE}assets:read", headers=bearing(issued.secret.value)).status == 403
    give(issued, "assets:read@project=p7 assets:read@project=p8")
    whole = ask(door, SCOPE + asked, headers=bearing(issued.secret.value)).headers["X-Auth-Scopes"]
    assert whole == "assets:read@project=p7 assets:read@project=p8"


def test_introspection_tells_all(issued: Issued) -> None:
    give(issued, WIDE)
    told = oauth.introspect(oauth.basic(issued), issued.secret.value).json()["scope"]
    assert len(told) > SCOPE_LIMIT
    assert Grants.parse(told, limit=None) == Grants.parse(WIDE, limit=None)


_rights = st.builds(
    lambda count, width, actions: " ".join(
        f"assets:{action}@project={number:0{width}}" for number in range(count) for action in actions
    ),
    st.integers(0, 130) | st.integers(55, 100),
    st.integers(3, 128) | st.integers(3, 8),
    st.sampled_from([["read"], ["write"]]),
)
_metadata = st.builds(lambda size, letter: {"a": letter * size}, st.integers(0, 4000), st.sampled_from("aé"))


@settings(max_examples=examples(60))
@example(grants=WIDE[:SCOPE_LIMIT].rpartition(" ")[0], metadata={"a": "a" * 4000})
@example(grants=WIDE[:SCOPE_LIMIT].rpartition(" ")[0], metadata={"a": "é" * 4000})
@given(grants=_rights, metadata=_metadata)
def test_whatever_jwt_is_given_out_is_taken_back(issued: Issued, grants: str, metadata: dict[str, str]) -> None:
    """Both kinds, up to the limit of each; what is refused instead was too long for a scope, or for any JWT."""
    give(issued, grants)
    Token.objects.filter(pk=issued.token.pk).update(metadata=metadata)
    bearer = verdict(issued.secret.value)
    for trade in (exchange, api_tokens.trade):
        try:
            made = trade(bearer)
        except ValidationError as error:
            assert error.code == TOO_LONG
            assert not bearer.grants.travels or trade is api_tokens.trade
        else:
            assert not isinstance(made, Refused)
            assert verdict(made.jwt.value).grants == bearer.grants
