"""Every address of the house: each demands a sign-in, is hardened, takes no foreign form, and knows no other tenant."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts import invitations, managing, resources, roles
from accounts.access import Actor
from accounts.models import Invitation, Membership, Role, ServiceUser, Tenant, User
from accounts.resources import Said
from audit import clock
from audit.ids import uuid7
from audit.models import Event
from audit.record import Origin
from tests import factories
from tests.cast import Cast, SignIn
from tests.unnamed import unnamed
from tokens.kinds import Kind
from tokens.models import Token

OPEN_TO_ALL = {  # by name: signing in and what leads there
    "hand-over",
    "confirm-email",
    "accept-invitation",
    "brand-stylesheet",
    "brand-logo",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}
MACHINES = (
    "/api/",
    "/oauth/",
    "/.well-known/",
    "/auth/",
    "/identity/",
    "/frontegg/",
)  # doors that know no sign-in; what is for people there is named
FOR_PEOPLE = {"api-docs"}
CHANGES_WITH_EACH_ANSWER = {"X-Request-ID", "Date"}
METHODS = ["GET", "POST", "HEAD", "PUT", "DELETE"]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def routes(patterns: list[Any], prefix: str = "/") -> Iterator[tuple[str, str]]:
    """Address with its converters, and name, of everything in the URL map."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern.name or ""


ALL = dict(routes(get_resolver().url_patterns))
SIGNED_IN = [
    route
    for route, name in ALL.items()
    if name not in OPEN_TO_ALL and (name in FOR_PEOPLE or not route.startswith(MACHINES))
]
LINKS = [route for route in SIGNED_IN if "<str:code>" in route]
OF_A_TENANT = [route for route in SIGNED_IN if "<slug:tenant>" in route]
OF_A_SERVICE_USER = [route for route in OF_A_TENANT if "<uuid:service_user>" in route]
OF_A_TOKEN = [route for route in OF_A_TENANT if "<uuid:pk>" in route]


def _a_member() -> object:
    return Membership.objects.get(user__email="marc@acme.test").pk


def _an_invitation() -> object:
    """A new one if there is none: what a page shows must be there."""
    olivia = factories.membership_of(User.objects.get(email="olivia@acme.test"), Tenant.objects.get(slug="acme"))
    there = Invitation.objects.first()
    by = Actor.member(olivia, Origin())
    return (there or invitations.invite("noor@acme.test", role=roles.built_in("viewer"), by=by)).pk


def _a_resource() -> object:
    by = Actor.operator(Tenant.objects.get(slug="acme"))
    return resources.put(Said("group", "eu-1"), by=by)[0].pk


def _a_role() -> object:
    """One of their own: a built-in one is not for changing."""
    acme = Tenant.objects.get(slug="acme")
    return Role.objects.get_or_create(tenant=acme, key="walker", defaults={"name": "Walker"})[0].pk


THERE = {  # what routes name besides tokens
    "<uuid:role>": _a_role,
    "<uuid:member>": _a_member,
    "<uuid:invitation>": _an_invitation,
    "<uuid:resource>": _a_resource,
}


def address(route: str, tenant: str = "acme", pk: object = UUID(int=1), member: object = None) -> str:
    if member is not None:
        route = route.replace("<uuid:member>", str(member))
    for placeholder, find in THERE.items():
        route = route.replace(placeholder, str(find())) if placeholder in route else route
    found = route.replace("<slug:tenant>", tenant).replace("<uuid:pk>", str(pk)).replace("<str:algorithm>", "ES256")
    found = found.replace("<str:code>", "x" * 43).replace("<uuid:service_user>", str(pk))
    assert "<" not in found, f"teach this test what to put into {found}"
    return found


def shown(response: Any) -> tuple[int, bytes, dict[str, str]]:
    heads = {name: text for name, text in response.headers.items() if name not in CHANGES_WITH_EACH_ANSWER}
    return response.status_code, unnamed(response), heads


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    """With a session that needs no more writing, so that answers do not differ by a cookie."""
    browser = sign_in(cast.olivia.user)
    browser.get("/t/acme/settings/developers/tokens/")
    return browser


@pytest.fixture
def ours(cast: Cast) -> Token:
    return factories.token(cast.olivia.actor).token


@pytest.fixture
def theirs(cast: Cast) -> list[Token]:
    return [factories.token(cast.stella.actor, kind=kind).token for kind in Kind]


def test_the_walk_finds_the_house() -> None:
    assert "/t/<slug:tenant>/settings/developers/tokens/<uuid:pk>/revoke/" in OF_A_TOKEN
    assert len(OF_A_TENANT) >= 10
    assert set(ALL.values()) >= OPEN_TO_ALL | FOR_PEOPLE
    assert all(any(route.startswith(door) for route in ALL) for door in MACHINES)


@pytest.mark.parametrize("route", SIGNED_IN)
def test_a_visitor_is_sent_to_sign_in(ours: Token, client: Client, route: str) -> None:
    for method in METHODS:
        answer = client.generic(method, address(route, pk=ours.pk))
        assert answer.status_code == 302, method
        assert answer["Location"].startswith("/account/sign-in/?next="), method


@pytest.mark.parametrize("route", OF_A_TENANT)
def test_another_tenant_is_an_unknown_tenant(theirs: list[Token], olivia: Client, route: str) -> None:
    for method in METHODS:
        foreign = olivia.generic(method, address(route, "globex", theirs[0].pk))
        unknown = olivia.generic(method, address(route, "nowhere", theirs[0].pk))
        assert foreign.status_code == 404, method
        assert shown(foreign) == shown(unknown), method


@pytest.mark.parametrize("route", OF_A_TOKEN)
def test_another_tenants_token_is_an_unknown_token(theirs: list[Token], olivia: Client, route: str) -> None:
    before = list(Token.objects.values())
    for method in METHODS:
        form = {"confirm": theirs[0].short_id, "name": "Mine now", "scope:assets": "read"} if method == "POST" else None
        unknown = shown(_send(olivia, method, address(route, pk=uuid7()), form))
        assert unknown[0] in {404, 405}, method
        for foreign in theirs:
            assert shown(_send(olivia, method, address(route, pk=foreign.pk), form)) == unknown, method
    assert list(Token.objects.values()) == before


@pytest.mark.parametrize("route", OF_A_SERVICE_USER)
def test_another_tenants_service_user_is_an_unknown_one(cast: Cast, olivia: Client, route: str) -> None:
    worker = factories.worker(cast.stella.actor)
    before = list(ServiceUser.objects.values())
    for method in METHODS:
        form = {"confirm": worker.name, "name": "Mine", "email": "olivia@acme.test"} if method == "POST" else None
        foreign, unknown = (shown(_send(olivia, method, address(route, pk=pk), form)) for pk in (worker.pk, uuid7()))
        assert foreign == unknown, method
        assert foreign[0] in {404, 405}, method
    assert list(ServiceUser.objects.values()) == before


@pytest.mark.parametrize("route", OF_A_SERVICE_USER)
def test_who_does_not_manage_a_service_user_does_not_find_it(cast: Cast, sign_in: SignIn, route: str) -> None:
    worker, marc = factories.worker(cast.olivia.actor), sign_in(cast.marc.user)
    marc.get("/t/acme/settings/developers/tokens/")
    for method in METHODS:
        found, unknown = (marc.generic(method, address(route, pk=pk)) for pk in (worker.pk, uuid7()))
        assert found.status_code in {404, 405}, method
        assert shown(found) == shown(unknown), method


@pytest.mark.parametrize("name", ["like", "subject", "about", "actor", "q"])
def test_another_tenants_ids_in_an_address_are_unknown_ids(
    cast: Cast, theirs: list[Token], olivia: Client, name: str
) -> None:
    known = [theirs[0].pk, cast.stella.membership.pk, cast.stella.user.pk]
    for route in [route for route in OF_A_TENANT if route not in OF_A_TOKEN + OF_A_SERVICE_USER]:
        with clock.at(clock.now()):
            unknown = _without_ids(olivia, address(route), name, uuid7())
            assert [_without_ids(olivia, address(route), name, pk) for pk in known] == [unknown] * 3, route


@pytest.mark.parametrize("route", OF_A_TOKEN)
def test_a_developer_does_not_find_an_admins_token(cast: Cast, ours: Token, sign_in: SignIn, route: str) -> None:
    marc = sign_in(cast.marc.user)
    marc.get("/t/acme/settings/developers/tokens/")
    for method in METHODS:
        found, unknown = (marc.generic(method, address(route, pk=pk)) for pk in (ours.pk, uuid7()))
        assert found.status_code in {404, 405}, method
        assert shown(found) == shown(unknown), method


@pytest.mark.parametrize("route", ["/t/<slug:tenant>/settings/audit-log/", "/platform/tenants/"])
def test_a_developer_is_refused_an_admins_page_and_it_is_written_down(cast: Cast, sign_in: SignIn, route: str) -> None:
    assert sign_in(cast.marc.user).get(address(route)).status_code == 403
    assert Event.objects.get(action="access.refused").detail["path"] == address(route)


@pytest.mark.parametrize("route", SIGNED_IN)
def test_every_page_is_hardened_and_stored_nowhere(cast: Cast, ours: Token, olivia: Client, route: str) -> None:
    answer = olivia.get(_of_olivia(route, ours, cast))
    assert answer.status_code in {200, 302, 403, 405} or (route in LINKS and answer.status_code == 410)
    assert answer["Content-Security-Policy"] == POLICY
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == ("no-referrer" if route in LINKS else "same-origin")
    assert answer["Cross-Origin-Opener-Policy"] == answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "clipboard-write=(self)" in answer["Permissions-Policy"]
    assert not re.search(r"\son[a-z]+=|\sstyle=|javascript:", answer.content.decode())


@pytest.mark.parametrize("route", [route for route in SIGNED_IN if not route.startswith(MACHINES)])
def test_a_form_from_elsewhere_is_refused(ours: Token, cast: Cast, petra: User, sign_in: SignIn, route: str) -> None:
    browser, token = _strict(sign_in(petra if route.startswith("/platform/") else cast.olivia.user))
    path, before = _of_olivia(route, ours, cast), list(Token.objects.values())
    assert browser.post(path).status_code == 403
    assert browser.post(path, {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
    for site in ("cross-site", "same-site", "nonsense"):
        sent = browser.post(path, {"csrfmiddlewaretoken": token}, headers={"Sec-Fetch-Site": site})
        assert sent.status_code == 403, site
    taken = browser.post(path, {"csrfmiddlewaretoken": token}, headers={"Sec-Fetch-Site": "same-origin"})
    assert taken.status_code != 403
    assert list(Token.objects.values()) == before


@pytest.mark.parametrize("path", ["/nowhere/", "/admin/", "/t/", "/account/", "/static/../manage.py"])
def test_what_does_not_exist_is_the_same_for_everybody(cast: Cast, olivia: Client, client: Client, path: str) -> None:
    answers = [browser.get(path) for browser in (client, olivia)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert unnamed(answers[0]) == unnamed(answers[1])


def _of_olivia(route: str, ours: Token, cast: Cast) -> str:
    """The address of something that she has."""
    if route not in OF_A_SERVICE_USER:
        return address(route, pk=ours.pk)
    worker = factories.worker(cast.olivia.actor)
    managing.add(worker, cast.marc.membership, by=cast.olivia.actor)
    return address(route, pk=worker.pk)


def _send(browser: Client, method: str, path: str, form: dict[str, str] | None) -> Any:
    return browser.post(path, form) if form else browser.generic(method, path)


def _without_ids(browser: Client, path: str, name: str, pk: object) -> tuple[int, str]:
    """An answer less what is another one each time and what the address itself said."""
    answer = browser.get(path, {name: str(pk)})
    fresh = r'name="(key|csrfmiddlewaretoken)" value="\w+"|name="csrf-token" content="\w+"'
    text = re.sub(fresh, "", unnamed(answer).decode())
    return answer.status_code, unescape(text).replace(str(pk), "")


def _strict(browser: Client) -> tuple[Client, str]:
    """The same session in a browser that is held to the CSRF rules, and the token of a page."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    page = strict.get("/account/password/").content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found
    return strict, found[1]
