"""Pairs of a client id and a secret for JWTs: the vendor's, and those of API tokens in two spellings.

The second version differs from the first by its names alone; a refresh token of either is good at both.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import NoReturn

from django.core.exceptions import ValidationError
from django.utils.http import http_date
from django.views.decorators.debug import sensitive_variables

from accounts.origin import client_address, client_of
from api import limits
from api.auth import GUESSES
from api.calls import Call, said
from api.forward_answers import Answer
from api.frontegg.answers import DISABLED, INVALID, Problem, bad, sentences, too_many
from api.frontegg.bodies import read_call
from tokens import exchange, refreshing, vendor
from tokens.refreshing import Refreshable
from tokens.verification import Refused

CAMEL = ("accessToken", "refreshToken", "expiresIn", "expires")
SNAKE = ("access_token", "refresh_token", "expires_in", "expires")
SPELLINGS = {"v1": CAMEL, "v2": SNAKE}


@sensitive_variables()
def sign_in(call: Call) -> Answer:
    """`{clientId, secret}` of a management credential for `{token, expiresIn}`. Other headers are not looked at."""
    body, address, client = read_call(call), client_address(call), client_of(call)
    manager = vendor.authenticate(body.text("clientId"), body.text("secret"), address=address, client=client)
    if isinstance(manager, Refused):
        refuse(manager, address)
    made = vendor.sign_in(manager)
    return said({"token": made.jwt.value, "expiresIn": made.expires_in})


@sensitive_variables()
def api_token(call: Call, version: str) -> Answer:
    """`{clientId, secret}` of a token for a JWT and what gets the next one."""
    body, address, client = read_call(call, forms=True), client_address(call), client_of(call)
    bearer = exchange.authenticate(body.text("clientId"), body.text("secret"), address=address, client=client)
    with _in_its_words():
        made = bearer if isinstance(bearer, Refused) else refreshing.begin(bearer)
    return _shown(made, version, address)


@sensitive_variables()
def refresh(call: Call, version: str) -> Answer:
    """`{refreshToken}` for the same again. Some clients write it the other version's way."""
    body, address, client = read_call(call, forms=True), client_address(call), client_of(call)
    name = "refresh_token" if "refresh_token" in body else "refreshToken"
    with _in_its_words():
        made = refreshing.refresh(body.text(name), address=address, client=client)
    return _shown(made, version, address)


def refuse(refused: Refused, address: str) -> NoReturn:
    """One 401 for everything but a kind that policy switched off; too many guesses have to wait."""
    if refused.is_off:
        raise Problem(HTTPStatus.FORBIDDEN, DISABLED)
    wait = limits.count_failure(address) if refused.reason in GUESSES else 0
    raise too_many(wait) if wait else Problem(HTTPStatus.UNAUTHORIZED, INVALID)


@contextmanager
def _in_its_words() -> Iterator[None]:
    """What does not fit into a JWT is a 400."""
    try:
        yield
    except ValidationError as error:
        raise bad(*sentences(error)) from None


def _shown(made: Refreshable | Refused, version: str, address: str) -> Answer:
    """The one place of this door that reads what was exchanged. `expires` is an HTTP date: some clients parse that."""
    if isinstance(made, Refused):
        refuse(made, address)
    new = made.exchanged
    values = (new.jwt.value, made.refresh_token.value, new.expires_in, http_date(new.expires_at.timestamp()))
    return said(dict(zip(SPELLINGS[version], values, strict=True)))
