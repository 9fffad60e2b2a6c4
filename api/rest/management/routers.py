"""Every router of the management API, and its own kind of error."""

from api.rest.management import conflicts, members, portal_sessions, tenants, users

ROUTERS = (tenants.router, members.router, users.router, portal_sessions.router)

__all__ = ["ROUTERS", "conflicts"]
