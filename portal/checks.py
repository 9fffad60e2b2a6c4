"""System checks: what a start may survive, but an operator should hear."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.core.checks import Error as CheckError

from portal.values import is_loopback


@register(Tags.security, deploy=True)
def visitors_have_addresses(**_: Any) -> list[CheckMessage]:
    """Behind an undeclared proxy every visitor is the proxy: one throttle for all, one address in the ledger."""
    if settings.MODE != "production" or settings.TRUSTED_PROXIES:
        return []
    return [
        Warning(
            "TRUSTED_PROXIES is empty: every visitor will seem to come from the proxy that speaks https.",
            hint="Name the proxy's network in TRUSTED_PROXIES, for example 127.0.0.1 or 10.0.0.0/8.",
            id="portal.W001",
        )
    ]


@register(Tags.security, deploy=True)
def mail_has_a_host(**_: Any) -> list[CheckMessage]:
    """The default is this machine, where often nobody listens."""
    if settings.MODE != "production" or not is_loopback(settings.MAILERS["default"]["OPTIONS"]["host"]):
        return []
    return [Warning("MAIL_HOST is this machine: password resets arrive only if it relays mail.", id="portal.W002")]


@register(Tags.security)
def errors_are_never_shown(**_: Any) -> list[CheckMessage]:
    """DEBUG prints settings and local variables into pages."""
    return [CheckError("DEBUG must be off.", id="portal.E001")] if settings.DEBUG else []
