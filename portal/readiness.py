"""What must be true before this installation may serve; each missing thing as one sentence that says what to do."""

from collections.abc import Iterator

from django.conf import settings
from django.core import checks
from django.db import DatabaseError

from portal.health import unapplied
from portal.values import is_loopback
from tokens import keyring

OWN_WARNINGS = ("portal.W",)  # told, but no reason to refuse


def refusals(host: str) -> list[str]:
    """Every reason not to serve on `host`; empty when all is well."""
    return [*_checks(), *_database(), *_static_files(), *_address(host)]


def warnings() -> list[str]:
    """What an operator should hear although the portal starts."""
    return [message.msg for message in _messages() if (message.id or "").startswith(OWN_WARNINGS)]


def _messages() -> list[checks.CheckMessage]:
    found = checks.run_checks(include_deployment_checks=settings.MODE == "production")
    return [message for message in found if not message.is_silenced() and message.level >= checks.WARNING]


def _checks() -> Iterator[str]:
    for message in _messages():
        if not (message.id or "").startswith(OWN_WARNINGS):
            yield f"{message.msg} ({message.id}){f' {message.hint}' if message.hint else ''}"


def _database() -> Iterator[str]:
    try:
        missing = unapplied()
    except DatabaseError:
        yield "The database does not answer: look at DATABASE_URL and at the server it names."
        return
    if missing:
        yield f"The database lacks {len(missing)} migrations: run `manage.py migrate`, or add --migrate."
    else:
        yield from keyring.troubles()


def _static_files() -> Iterator[str]:
    if settings.MODE == "production" and not (settings.STATIC_ROOT / "staticfiles.json").is_file():
        yield "The static files are not collected: run `manage.py collectstatic`, or add --collectstatic."


def _address(host: str) -> Iterator[str]:
    if settings.MODE != "production" and not is_loopback(host):
        yield f"PORTAL_MODE={settings.MODE} has known keys and speaks plain http: it serves on this machine only."
