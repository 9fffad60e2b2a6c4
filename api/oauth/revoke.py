"""`POST /oauth/revoke`: a client gives up its own token, or one JWT of its own (RFC 7009)."""

from django.http import HttpRequest, HttpResponse

from accounts.origin import client_address, origin_of
from api.oauth import clients
from api.oauth.forms import Form, endpoint, required
from tokens.surrender import surrender
from tokens.verification import Verified, inspect


@endpoint
def revoke(request: HttpRequest, form: Form) -> HttpResponse:
    """200 without a body, also for what is unknown, dead or another client's: nobody learns here which tokens live."""
    client, token = clients.authenticate(request, form), required(form, "token")
    verdict = inspect(token.strip(" "), address=client_address(request))
    if isinstance(verdict, Verified) and verdict.token_id == client.token_id:
        surrender(verdict, origin=origin_of(request))
    return HttpResponse(headers={"Cache-Control": "no-store"})
