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
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Tokens]]:
    with in_production(tmp_path_factory.mktemp("portal")) as installation:
        settle = f"from tests.gateways.tokens import settle; settle({protecting.example_scope()!r})"
        printed = installation.manage("shell", "-v0", "-c", settle)
        with installation.served(workers=1) as server:
            yield server, Tokens(**json.loads(printed.splitlines()[-1]))


@pytest.fixture(scope="session")
def tokens(portal: tuple[Server, Tokens]) -> Tokens:
    return portal[1]


@pytest.fixture(scope="session")
def origin(portal: tuple[Server, Tokens]) -> str:
    return f"http://{HOST}:{portal[0].port}"


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with upstreams.serving() as serving:
        yield serving
