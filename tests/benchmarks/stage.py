"""Everything that is measured, started and filled: the portal, its peers, and a callable that does nothing."""

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.benchmarks.measuring import Ask, Case, serving
from tests.benchmarks.rows import Stored
from tests.durability.installation import ROOT, Installation, installed
from tests.durability.stores import rows, store

CHECK = "/authz/verify/scope/assets:read"
INTROSPECT, TOKEN = "/oauth/introspect", "/oauth/token"
FRONTEGG = "/identity/resources/auth/v1/api-token"
SETTLE = "from tests.benchmarks.rows import settle; settle({})"
GRANT = "grant_type=client_credentials"
GARBAGE = "tpp_" + "0" * 71
BACKENDS = """
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@contextmanager
def set_up(folder: Path, stored: int) -> Iterator[dict[str, Case]]:
    """What can be asked of whom, by the name of its row in the table; `stored` tokens and keys lie in each database."""
    with ExitStack() as stack:
        portal = stack.enter_context(installed(folder))
        peers = stack.enter_context(_peers(folder / "peers"))
        tokens = _settled(portal, "manage.py", "shell", "-v0", "-c", SETTLE.format(stored))
        keys = _settled(peers, "-m", "tests.benchmarks.peers", str(stored))
        bare, least, ours, inside, forgetful, theirs = (
            stack.enter_context(serving(installation, target))
            for installation, target in (
                (portal, "callables:nothing"),
                (portal, "callables:least"),
                (portal, "callables:portal"),
                (portal, "callables:inside_django"),
                (portal, "callables:forgetful"),
                (peers, "peers:application"),
            )
        )
        here, there = _backends(portal.database), _backends(peers.database)
        yield {
            "bare": Case(bare, Ask("/", status=204)),
            "least": Case(least, _asked(Stored(**tokens))["introspection"], here),
            **{name: Case(ours, ask, here) for name, ask in _asked(Stored(**tokens)).items()},
            "first": Case(forgetful, Ask(CHECK, _bearer(tokens["one"])), here),
            "inside": Case(inside, Ask(CHECK, _bearer(tokens["one"])), here),
            "peer": Case(theirs, Ask("/checked", {"Authorization": f"Api-Key {keys['key']}"}, 204), there),
            "peer's exchange": Case(theirs, _exchange("/token", keys["client_id"], keys["client_secret"]), there),
        }


def _asked(tokens: Stored) -> dict[str, Ask]:
    good = _bearer(tokens.one)
    return {
        "check": Ask(CHECK, good),
        "introspection": Ask(INTROSPECT, _bearer(tokens.many), form=f"token={tokens.one}"),
        "one of many": Ask(CHECK, _bearer(tokens.many)),
        "wrong secret": Ask(CHECK, _bearer(tokens.wrong), 401),
        "garbage": Ask(CHECK, _bearer(GARBAGE), 401),
        "exchange": _exchange(TOKEN, tokens.client_id, tokens.one),
        "Frontegg's exchange": Ask(FRONTEGG, form=f"clientId={tokens.client_id}&secret={tokens.one}"),
    }


def _exchange(path: str, client_id: str, client_secret: str) -> Ask:
    pair = b64encode(f"{client_id}:{client_secret}".encode()).decode()
    return Ask(path, {"Authorization": f"Basic {pair}"}, form=GRANT)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@contextmanager
def _peers(folder: Path) -> Iterator[Installation]:
    folder.mkdir()
    with store(folder) as database:
        yield Installation(folder, database, {"PEERS_DATABASE_URL": database})


def _settled(installation: Installation, *command: str) -> dict[str, Any]:
    """What a process of the installation's own printed last."""
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=installation.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _backends(database: str) -> Callable[[], list[int]]:
    """The processes of a PostgreSQL server that work for this database; an embedded one works in the server's own."""
    if database.startswith("sqlite:"):
        return list
    return lambda: [int(pid) for (pid,) in rows(database, BACKENDS)]
