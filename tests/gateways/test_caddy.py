"""The guide's Caddyfile in a real Caddy, and the README's."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.api.proxies import VERIFY
from tests.durability.installation import HOST, free_port
from tests.gateways import machines
from tests.gateways.promises import PRETENDING, Promises
from tests.gateways.starting import nowhere, running, shown
from tests.gateways.tokens import FAR, NEAR, Tokens
from tests.gateways.upstream import Upstream
from tests.gateways.visiting import Gateway, bearer
from tests.test_readme import README

SITE = "api.example.com"  # what a reader replaces by his own
PORTAL = "tokens.example.com", "127.0.0.1:8000"  # the same in the README
QUIET = "{\n\tadmin off\n\tauto_https off\n}\n"


@contextmanager
def caddy(folder: Path, text: str, site: str) -> Iterator[int]:
    """The port at which it serves `site`."""
    binary, port = machines.needed("caddy"), free_port()
    file = folder / "Caddyfile"
    file.write_text(QUIET + text.replace(site, f"http://{HOST}:{port}"), encoding="utf-8")
    with running([str(binary), "run", "--config", str(file), "--adapter", "caddyfile"], folder, port):
        yield port


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, origin: str, upstream: Upstream) -> Iterator[Gateway]:
    with caddy(tmp_path_factory.mktemp("caddy"), shown("caddy", origin, upstream), SITE) as port:
        yield Gateway(port, upstream)


@pytest.fixture
def orphan(tmp_path: Path, upstream: Upstream) -> Iterator[Gateway]:
    alone = Upstream(upstream.port)
    with caddy(tmp_path, shown("caddy", nowhere(), alone), SITE) as port:
        yield Gateway(port, alone)


class TestCaddy(Promises):
    """All of them."""


def test_in_front_of_the_portal_nobody_says_where_they_come_from(
    origin: str, upstream: Upstream, tokens: Tokens, tmp_path: Path
) -> None:
    site, portal = PORTAL
    [text] = re.findall(rf"^ +{re.escape(site)} {{.*?}}$", README, re.MULTILINE | re.DOTALL)
    with caddy(tmp_path, text.replace(portal, origin.removeprefix("http://")), site) as port:
        gateway = Gateway(port, upstream)
        assert gateway.visit(bearer(tokens.near_only), path=VERIFY, come_from=NEAR).status == 200
        assert gateway.visit([*bearer(tokens.near_only), *PRETENDING], path=VERIFY, come_from=FAR).status == 401
