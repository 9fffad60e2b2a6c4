"""The guide's Caddyfile in a real Caddy."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.durability.installation import HOST, free_port
from tests.gateways import machines
from tests.gateways.promises import Promises
from tests.gateways.starting import nowhere, running, shown
from tests.gateways.upstream import Upstream
from tests.gateways.visiting import Gateway

SITE = "api.example.com"  # what a reader replaces by his own
QUIET = "{\n\tadmin off\n\tauto_https off\n}\n"


@contextmanager
def caddy(folder: Path, origin: str, upstream: Upstream) -> Iterator[Gateway]:
    binary, port = machines.needed("caddy"), free_port()
    file = folder / "Caddyfile"
    file.write_text(QUIET + shown("caddy", origin, upstream).replace(SITE, f"http://{HOST}:{port}"), encoding="utf-8")
    with running([str(binary), "run", "--config", str(file), "--adapter", "caddyfile"], folder, port):
        yield Gateway(port, upstream)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, origin: str, upstream: Upstream) -> Iterator[Gateway]:
    with caddy(tmp_path_factory.mktemp("caddy"), origin, upstream) as started:
        yield started


@pytest.fixture
def orphan(tmp_path: Path, upstream: Upstream) -> Iterator[Gateway]:
    with caddy(tmp_path, nowhere(), Upstream(upstream.port)) as started:
        yield started


class TestCaddy(Promises):
    """All of them."""
