"""From an empty database to people at work, as an operator does it: refusals, https, and links that work once."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.durability.installation import BEHIND_A_PROXY, Installation, Server, free_port, in_production
from tests.durability.stores import rows
from tests.durability.visitor import TOKENS, Answer, Visitor
from tests.portal.operator import environment, manage

CHOSEN = "chosen-by-the-person-herself"
LINK = re.compile(r"https://tokens\.example\.com(/account/password/reset/key/\S+)")
UNSAFE = {
    "SECRET_KEY": "too short",
    "TOKEN_TAG_KEYS": "a:dG9vIHNob3J0",
    "ALLOWED_HOSTS": "*",
    "PUBLIC_ORIGIN": "http://tokens.example.com",
    "TRUSTED_PROXIES": "0.0.0.0/0",
    "PROXY_COUNT": "many",
    "CATALOGUE": "/nowhere/catalogue.toml",
    "DATABASE_URL": "mysql://portal:hidden@db/portal",
    "MAIL_TLS": "perhaps",
}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with in_production(tmp_path_factory.mktemp("production")) as installation:
        yield installation


@pytest.fixture(scope="module")
def server(portal: Installation) -> Iterator[Server]:
    with portal.served(workers=1) as server:
        yield server


@pytest.fixture
def visitor(server: Server) -> Iterator[Visitor]:
    with Visitor(server.port, BEHIND_A_PROXY) as visitor:
        yield visitor


def link_in(printed: str) -> str:
    found = LINK.search(printed)
    assert found, printed
    return found[1]


def choose_password(visitor: Visitor, link: str) -> Answer:
    """Follow the link and fill the page that it leads to."""
    page = urlsplit(visitor.get(link).headers["Location"]).path
    return visitor.fill(page, {"password1": CHOSEN, "password2": CHOSEN})


def test_every_unsafe_setting_is_told_at_once_and_no_value_is_repeated(tmp_path: Path) -> None:
    refused = manage("serve", f"--port={free_port()}", environ={**environment(tmp_path), **UNSAFE})
    assert refused.returncode != 0
    assert [name for name in UNSAFE if f"- {name} " not in refused.stderr] == []
    assert "hidden" not in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.postgres
def test_a_tenants_first_owner_comes_in_by_a_link_that_works_once(portal: Installation, visitor: Visitor) -> None:
    printed = portal.manage("create_tenant", "acme", "Acme", "olivia@acme.test", "--owner-name=Olivia")
    assert choose_password(visitor, link_in(printed)).status == 302
    assert "no longer works" in visitor.get(link_in(printed)).text
    assert visitor.sign_in("olivia@acme.test", CHOSEN).status == 302
    secret = visitor.create("The first one")
    assert visitor.use(secret) == 200
    assert visitor.revoke(secret).status == 302
    assert visitor.use(secret) == 401
    again = portal.manage("create_tenant", "acme-two", "Acme Two", "olivia@acme.test")
    assert "They have a password already." in again
    assert visitor.get(TOKENS.replace("acme", "acme-two")).status == 200


def test_a_platform_admin_comes_in_by_a_link_and_sees_tenants(portal: Installation, visitor: Visitor) -> None:
    printed = portal.manage("create_platform_admin", "petra@portal.test", "--name=Petra")
    assert choose_password(visitor, link_in(printed)).status == 302
    assert visitor.sign_in("petra@portal.test", CHOSEN).status == 302
    assert visitor.get("/").headers["Location"] == "/platform/tenants/"
    assert visitor.get("/platform/tenants/").status == 200
    assert visitor.get(TOKENS).status == 404


def test_a_link_with_another_key_is_refused(portal: Installation, visitor: Visitor) -> None:
    printed = portal.manage("create_platform_admin", "paul@portal.test", "--name=Paul")
    wrong = re.sub(r"-(\w)", lambda digit: "-" + ("x" if digit[1] != "x" else "y"), link_in(printed), count=1)
    assert "no longer works" in visitor.get(wrong).text
    assert choose_password(visitor, link_in(printed)).status == 302


def test_a_signed_in_person_has_host_cookies_and_the_address_that_the_proxy_tells(
    portal: Installation, visitor: Visitor
) -> None:
    printed = portal.manage("create_platform_admin", "pia@portal.test", "--name=Pia")
    choose_password(visitor, link_in(printed))
    signed_in = visitor.sign_in("pia@portal.test", CHOSEN)
    cookies = {line.partition("=")[0]: line for line in signed_in.headers.get_all("Set-Cookie") or []}
    assert {"__Host-session", "__Host-csrf"} == set(cookies)
    for line in cookies.values():
        assert all(word in line for word in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"))
        assert "Domain" not in line
    assert "max-age=31536000" in signed_in.headers["Strict-Transport-Security"]
    told = rows(portal.database, "SELECT address FROM audit_event WHERE action = 'session.signed_in'")
    assert set(told) == {(BEHIND_A_PROXY["X-Forwarded-For"],)}


def test_a_form_of_another_site_is_refused(server: Server, visitor: Visitor) -> None:
    hidden = visitor.get("/account/sign-in/").hidden
    with Visitor(server.port, {**BEHIND_A_PROXY, "Origin": "https://evil.example.com"}) as other:
        other.cookies = visitor.cookies
        refused = other.post("/account/sign-in/", {**hidden, "login": "olivia@acme.test", "password": CHOSEN})
    assert refused.status == 403


def test_static_files_are_served_with_names_that_may_be_kept_for_ever(visitor: Visitor) -> None:
    found = re.search(r'href="(/static/css/portal\.\w+\.css)"', visitor.get("/account/sign-in/").text)
    assert found
    file = visitor.get(found[1])
    assert file.status == 200
    assert "immutable" in file.headers["Cache-Control"]
