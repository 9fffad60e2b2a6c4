"""The roof as a Django app: its commands, checks and static frame."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        """Registers the system checks."""
        from portal import checks  # noqa: F401
