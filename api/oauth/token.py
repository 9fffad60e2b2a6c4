"""`POST /oauth/token`: client credentials (RFC 6749 section 4.4) for an RFC 9068 access token."""

from django.core.exceptions import ValidationError

from accounts.origin import client_address
from api.calls import Call
from api.forward_answers import Answer
from api.oauth import clients
from api.oauth.answers import INVALID_SCOPE, UNSUPPORTED_GRANT_TYPE, answer, bad
from api.oauth.forms import Form, endpoint, required
from tokens.exchange import Exchanged, exchange
from tokens.signing import TOO_LONG
from tokens.verification import Refused, Verified

CLIENT_CREDENTIALS = "client_credentials"


@endpoint
def token(call: Call, form: Form) -> Answer:
    """200 `{access_token, token_type, expires_in, scope}`; `scope` asks for less than the token may do."""
    if required(form, "grant_type") != CLIENT_CREDENTIALS:
        raise bad(UNSUPPORTED_GRANT_TYPE, f"Only {CLIENT_CREDENTIALS} is offered.")
    client = clients.authenticate(call, form)
    made = _exchange(client, form.get("scope", ""))
    if isinstance(made, Refused):
        clients.refuse(made, client_address(call))
    return answer(_shown(made))


def _exchange(client: Verified, scope: str) -> Exchanged | Refused:
    try:
        return exchange(client, scope=scope)
    except ValidationError as error:
        told = "The scope is unknown, malformed or more than the token has."
        if error.code == TOO_LONG:
            told = f"{error.message} Name fewer scopes in the parameter scope."
        raise bad(INVALID_SCOPE, told) from None


def _shown(made: Exchanged) -> dict[str, object]:
    """The one place of this door that reads a JWT's value."""
    return {
        "access_token": made.jwt.value,
        "token_type": "Bearer",
        "expires_in": made.expires_in,
        "scope": made.scope,
    }
