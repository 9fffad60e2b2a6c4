"""Two questions of a load balancer: is the process alive, and may it get requests?"""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
RETRY_SECONDS = "2"


@login_not_required
def livez(request: HttpRequest) -> HttpResponse:
    """Always 200: who can answer is alive. Touches nothing, so a broken database never gets the process restarted."""
    return HttpResponse("alive\n", content_type="text/plain", headers=NO_STORE)


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and has every migration, 503 otherwise; the body says which."""
    trouble = _trouble()
    if not trouble:
        return HttpResponse("ready\n", content_type="text/plain", headers=NO_STORE)
    headers = {**NO_STORE, "Retry-After": RETRY_SECONDS}
    return HttpResponse(f"{trouble}\n", content_type="text/plain", status=503, headers=headers)


def _trouble() -> str:
    global _migrated
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        _migrated = _migrated or not unapplied()
    except DatabaseError:
        return "the database does not answer"
    return "" if _migrated else "the database lacks migrations"


_migrated = False  # once true, true for this process: reading the migration graph takes tens of milliseconds


def unapplied() -> list[str]:
    """The migrations that this code has and the database lacks; DatabaseError when it does not answer."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


class Probes:
    """Answers both before the host check, sessions and sign-in: a probe has no host name, no cookie and no account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.views = {"/livez": livez, "/readyz": readyz}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = self.views.get(request.path_info, self.get_response)
        return view(request)
