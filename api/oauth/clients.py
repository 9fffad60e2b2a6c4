"""Who calls: a client id with its secret, by Basic or in the form, never both (RFC 6749 section 2.3.1)."""

from typing import NoReturn

from accounts.origin import client_address, client_of
from api import limits
from api.auth import GUESSES, HEADER_LIMIT_BYTES, pair_in
from api.calls import Call
from api.oauth.answers import INVALID_REQUEST, bad, too_many, unknown_client
from api.oauth.forms import Form
from tokens import credentials, exchange
from tokens.credentials import Manager
from tokens.verification import Reason, Refused, Verified

TWO_WAYS = "The client is named in two ways. Use the Authorization header or the form."


def authenticate(call: Call, form: Form) -> Verified:
    """The calling client. Raises Problem; what was wrong with an unproven secret is not told."""
    return _as_token(call, *_pair(call, form))


def authenticate_any(call: Call, form: Form) -> Verified | Manager:
    """The same where a management credential may call too."""
    client_id, client_secret = _pair(call, form)
    parsed = credentials.parse(client_secret)
    if parsed is None:
        return _as_token(call, client_id, client_secret)
    address, client = client_address(call), client_of(call)
    if str(parsed.id) != client_id:
        refuse(Refused(Reason.WRONG_SECRET), address)
    verdict = credentials.check(client_secret, address=address, client=client)
    if isinstance(verdict, Refused):
        refuse(verdict, address)
    return verdict


def _as_token(call: Call, client_id: str, client_secret: str) -> Verified:
    address, client = client_address(call), client_of(call)
    verdict = exchange.authenticate(client_id, client_secret, address=address, client=client)
    if isinstance(verdict, Refused):
        refuse(verdict, address)
    return verdict


def refuse(refused: Refused, address: str) -> NoReturn:
    """The holder of a right secret may know what became of the token; a guess counts, and too many have to wait."""
    if refused.proven:
        raise unknown_client(f"The token is refused: {refused.reason.replace('_', ' ')}.")
    wait = limits.count_failure(address) if refused.reason in GUESSES else 0
    raise too_many(wait) if wait else unknown_client("The client id or its secret is not valid.")


def _pair(call: Call, form: Form) -> tuple[str, str]:
    header = call.META.get("HTTP_AUTHORIZATION", "")
    if not header:
        return _in_form(form)
    client_id, client_secret = _in_header(header)
    if "client_secret" in form or form.get("client_id", client_id) != client_id:
        raise bad(INVALID_REQUEST, TWO_WAYS)
    return client_id, client_secret


def _in_form(form: Form) -> tuple[str, str]:
    if "client_id" not in form or "client_secret" not in form:
        raise unknown_client("Send the client id and its secret, by Basic or in the form.")
    return form["client_id"], form["client_secret"]


def _in_header(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    try:
        if scheme.lower() != "basic" or len(header) > HEADER_LIMIT_BYTES:
            raise ValueError
        return pair_in(encoded)
    except ValueError:
        raise unknown_client("The Authorization header must be Basic.") from None
