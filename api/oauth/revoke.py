"""`POST /oauth/revoke`: a client gives up its own token, or one JWT or refresh token of its own (RFC 7009)."""

from http import HTTPStatus

from accounts.origin import client_address, origin_of
from api.calls import Call
from api.forward_answers import NO_STORE, NOSNIFF, Answer
from api.oauth import clients
from api.oauth.forms import Form, endpoint, required
from tokens import refreshing
from tokens.surrender import surrender
from tokens.verification import Verified, inspect


@endpoint
def revoke(call: Call, form: Form) -> Answer:
    """200 without a body, also for what is unknown, dead or another client's: nobody learns here which tokens live."""
    client, token = clients.authenticate(call, form), required(form, "token")
    verdict = inspect(token.strip(" "), address=client_address(call))
    if not isinstance(verdict, Verified):
        refreshing.revoke(token.strip(" "), of=client.token_id)
    elif verdict.token_id == client.token_id:
        surrender(verdict, origin=origin_of(call))
    return Answer(HTTPStatus.OK, (NO_STORE, NOSNIFF, ("Content-Length", "0")))
