"""What the guide promises of whatever stands in front of an API: `test_nginx` and others hold it to that."""

import pytest

from tests.api.proxies import IDENTITY
from tests.durability.stores import away
from tests.gateways.tokens import FAR, NEAR, Tokens
from tests.gateways.visiting import Gateway, bearer

SPELLINGS = (str, str.lower, str.upper, lambda name: name.replace("-", "_"), lambda name: name.replace("-", "_", 1))

# Whatever a server could take for where somebody comes from.
PRETENDING = [
    (spelling(name), NEAR) for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded") for spelling in SPELLINGS
]


class Promises:
    """Modules with a subclass bring the fixtures `gateway`, and `orphan`: the same without a portal to ask."""

    unknown = 503  # the status that a visitor gets when the portal cannot know

    def test_a_good_token_reaches_the_api_with_who_it_is(self, gateway: Gateway, tokens: Tokens) -> None:
        for headers in (bearer(tokens.good), [("X-API-Key", tokens.good)]):
            visited = gateway.visit(headers)
            assert visited.told("X-Auth-Subject") == [tokens.subject]
            assert visited.told("X-Auth-Tenant") == [tokens.tenant]
            assert visited.told("X-Auth-Client-Id") == visited.told("X-Auth-Token-Id") == [tokens.client_id]
            assert visited.told("X-Auth-Scopes") == ["projects:read"]

    @pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
    def test_method_path_query_and_body_arrive(self, gateway: Gateway, tokens: Tokens, method: str) -> None:
        body = "x" * 100_000 if method in {"POST", "PUT"} else ""
        path = "/files/a%20b?scope=assets:admin&x=1&x=2"
        visited = gateway.visit(bearer(tokens.good), method=method, path=path, body=body)
        arrived = visited.repeated
        assert (arrived["method"], arrived["path"], arrived["body"]) == (method, path, body)

    def test_a_head_request_passes_and_is_refused(self, gateway: Gateway, tokens: Tokens) -> None:
        assert gateway.visit(bearer(tokens.good), method="HEAD").status == 200
        assert gateway.visit(bearer(tokens.revoked), method="HEAD").status == 401

    @pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
    def test_without_a_good_token_nothing_reaches_the_api(self, gateway: Gateway, tokens: Tokens, method: str) -> None:
        before = len(gateway.upstream.reached)
        body = "x" * 10_000 if method != "GET" else ""
        bad = [[], bearer(tokens.revoked), bearer("garbage"), [*bearer(tokens.good), ("X-API-Key", tokens.good)]]
        for headers in bad:
            visited = gateway.visit(headers, method=method, body=body)
            assert visited.status == 401
            assert visited.headers.get_all("WWW-Authenticate", [""])[0].startswith("Bearer realm=")
        assert gateway.visit(bearer(tokens.lacking), method=method, body=body).status == 403
        assert len(gateway.upstream.reached) == before

    @pytest.mark.parametrize("spelling", SPELLINGS)
    def test_a_visitor_cannot_say_who_he_is(self, gateway: Gateway, tokens: Tokens, spelling: type[str]) -> None:
        claims = [(spelling(name), "olivia") for name in IDENTITY for _ in range(2)]
        visited = gateway.visit([*claims, *bearer(tokens.good)])
        assert visited.told("X-Auth-Subject") == [tokens.subject]
        assert all(len(visited.told(name)) == 1 for name in IDENTITY)
        assert "olivia" not in str(visited.repeated)
        assert gateway.visit(claims).status == 401

    def test_a_visitor_cannot_change_what_is_asked(self, gateway: Gateway, tokens: Tokens) -> None:
        claims = [
            ("X-Original-URI", "/authz/verify"),
            ("X-Original-Method", "OPTIONS"),
            ("X-Forwarded-Uri", "/authz/verify"),
            ("X-Forwarded-Method", "OPTIONS"),
            ("X-Forwarded-Host", "localhost"),
            ("X-HTTP-Method-Override", "OPTIONS"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ]
        before = len(gateway.upstream.reached)
        for path in ("/?scope=policy:read", "/authz/verify", "//authz/verify/../x"):
            assert gateway.visit([*claims, *bearer(tokens.lacking)], path=path).status == 403
            assert gateway.visit(claims, path=path).status == 401
        assert gateway.visit(bearer(tokens.lacking), path="/_token").status in {403, 404}
        assert len(gateway.upstream.reached) == before

    def test_a_token_in_the_query_is_refused(self, gateway: Gateway, tokens: Tokens) -> None:
        path = f"/?key={tokens.good}"
        assert gateway.visit(path=path).status == 401
        assert gateway.visit(bearer(tokens.good), path=path).status == 401

    def test_many_wrong_tokens_stay_a_401(self, gateway: Gateway, tokens: Tokens) -> None:
        wrong = tokens.good[:-7] + "0" + tokens.good[-6:]
        assert {gateway.visit(bearer(wrong)).status for _ in range(80)} == {401}
        assert gateway.visit(bearer(tokens.good)).status == 200

    def test_a_token_with_networks_works_from_there_alone(self, gateway: Gateway, tokens: Tokens) -> None:
        assert gateway.visit(bearer(tokens.near_only), come_from=NEAR).status == 200
        assert gateway.visit(bearer(tokens.near_only), come_from=FAR).status == 401
        assert gateway.visit([*bearer(tokens.near_only), *PRETENDING], come_from=FAR).status == 401

    def test_many_cookies_are_not_the_portal_s_concern(self, gateway: Gateway, tokens: Tokens) -> None:
        cookies = [("Cookie", f"{name}={'x' * 6_000}") for name in "abc"]
        assert gateway.visit([*cookies, *bearer(tokens.good)]).status == 200

    def test_without_the_database_nobody_passes(self, gateway: Gateway, tokens: Tokens, database: str) -> None:
        before = len(gateway.upstream.reached)
        with away(database):
            visited = gateway.visit(bearer(tokens.good))
        assert visited.status == self.unknown
        assert len(gateway.upstream.reached) == before
        assert gateway.visit(bearer(tokens.good)).status == 200

    def test_without_an_answer_from_the_portal_nobody_passes(self, orphan: Gateway, tokens: Tokens) -> None:
        assert orphan.visit(bearer(tokens.good)).status in {500, 502, 503}
        assert not orphan.upstream.reached
