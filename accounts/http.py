"""The request as our views know it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.access import Actor
from accounts.models import Membership, User


class Request(HttpRequest):
    """What the middleware has put on a request by the time a signed-in view sees it."""

    id: str
    htmx: HtmxDetails
    actor: Actor
    memberships: list[Membership]
    user: User
