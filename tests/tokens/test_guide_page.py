"""The page "Protect your API": the files that the gateway tests run, word for word, filled in for this installation."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from accounts import installed
from accounts.catalogue import load
from accounts.grants import Grants
from accounts.models import User
from tests import factories
from tests.api.proxies import ask, bearing
from tests.cast import Cast, SignIn
from tokens import protecting
from tokens.kinds import Kind

GUIDE = "/platform/guide/"
ORIGIN = "https://tokens.example.com"


def blocks(page: str) -> dict[str, str]:
    """What the copy buttons copy, by key."""
    found = re.findall(r'<code id="code-(\w+)">(.*?)</code>', page, re.DOTALL)
    return {key: unescape(text) for key, text in found}


@override_settings(PUBLIC_ORIGIN=ORIGIN)
def test_a_platform_admin_sees_each_file_filled_in(petra: User, sign_in: SignIn) -> None:
    answer = sign_in(petra).get(GUIDE)
    shown = blocks(answer.content.decode())
    asking = [*protecting.proxies(), protecting.check()]
    assert shown == {snippet.key: snippet.lines for snippet in [*asking, protecting.offline()]}
    for snippet in asking:
        assert f"/authz/verify/scope/{protecting.example_scope()}" in snippet.lines
    for text in shown.values():
        assert ORIGIN in text
        assert "{{" not in text and "{%" not in text


def test_every_file_sets_every_identity_header() -> None:
    names = ("X-Auth-Subject", "X-Auth-Tenant", "X-Auth-Client-Id", "X-Auth-Scopes", "X-Auth-Token-Id")
    for snippet in protecting.proxies():
        assert all(name in snippet.lines for name in names), snippet.key


def test_it_names_every_sort_of_subject_that_is_told(cast: Cast, petra: User, sign_in: SignIn) -> None:
    page = sign_in(petra).get(GUIDE).content.decode()
    [row] = re.findall(r"<code>X-Auth-Subject</code></th><td>(.*?)</td>", page)
    told = set()
    for kind in Kind:
        issued = factories.token(cast.olivia.actor, kind=kind)
        subject, _, _ = ask("inside", headers=bearing(issued.secret.value)).identity["X-Auth-Subject"].rpartition(":")
        told.add(f"{subject}:")
    assert set(re.findall(r"<code>(.*?)</code>", row)) == told


def test_what_was_not_tried_says_so() -> None:
    says_so = {snippet.key for snippet in protecting.proxies() if "not tested here" in snippet.lines}
    assert says_so == {"traefik"}


def test_the_example_is_a_scope_of_the_installed_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not installed.catalogue().problems(Grants.parse(protecting.example_scope()))
    text = settings.CATALOGUE.read_text(encoding="utf-8").replace("projects", "boards")
    other = tmp_path / "catalogue.toml"
    other.write_text(text, encoding="utf-8")
    monkeypatch.setattr(protecting, "catalogue", lambda: load(other))
    assert protecting.example_scope() == "boards:read"


def test_it_is_for_those_whose_api_it_is(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.olivia.user).get(GUIDE).status_code == 403
