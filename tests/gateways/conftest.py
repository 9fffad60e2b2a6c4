"""A portal in production's settings, an API behind a proxy, and visitors who come from outside."""

import json
from collections.abc import Iterator

import pytest

from tests.durability.installation import HOST, Server, in_production
from tests.gateways import upstream as upstreams
from tests.gateways.tokens import Tokens
from tests.gateways.upstream import Upstream
from tokens import protecting


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Tokens, str]]:
    with in_production(tmp_path_factory.mktemp("portal")) as installation:
        settle = f"from tests.gateways.tokens import settle; settle({protecting.example_scope()!r})"
        printed = installation.manage("shell", "-v0", "-c", settle)
        with installation.served(workers=1) as server:
            yield server, Tokens(**json.loads(printed.splitlines()[-1])), installation.database


@pytest.fixture(scope="session")
def tokens(portal: tuple[Server, Tokens, str]) -> Tokens:
    return portal[1]


@pytest.fixture(scope="session")
def origin(portal: tuple[Server, Tokens, str]) -> str:
    return f"http://{HOST}:{portal[0].port}"


@pytest.fixture(scope="session")
def database(portal: tuple[Server, Tokens, str]) -> str:
    """Its address."""
    return portal[2]


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with upstreams.serving() as serving:
        yield serving
