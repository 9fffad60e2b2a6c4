"""Forward authentication: a proxy asks whether a request may pass, and as whom.

`/authz/verify` asks for a good token, `/authz/verify/scope/<scope>` for one that has the scope too; several are joined
by `+`. The answer is 200, 401 or 403, and 503 when it cannot be known: nginx makes a 500 of anything else, so also a
wrong method, a wrong address and too many wrong tokens are told in these.

What is needed stands in the path, which the proxy's configuration says. What a visitor sends besides a token (query,
cookies, body, other headers) can make the answer stricter and never looser. Source: api.md, "Forward authentication".

An answer is a plain value made from a WSGI environ, so that it can be given before Django and inside it (`front`).
"""

import logging
from functools import lru_cache
from typing import Any

from django.db import DatabaseError, InterfaceError

from accounts.grants import EMPTY, SCOPE_LIMIT, Grant, GrantError, Grants
from accounts.installed import catalogue
from accounts.origin import address_in, is_from_a_proxy, origin_of
from api import forward_answers as answers
from api import limits
from api.auth import GUESSES
from api.calls import Call
from api.forward_answers import VERIFY, WITH_SCOPE, Answer
from tokens import leaks
from tokens.verification import Refused, Verified, verify

type Environ = dict[str, Any]

ALSO = "+"  # between scopes in the path: a space would be, and a slash is, part of a path
PATHS_REMEMBERED = 256
ANSWERS_REMEMBERED = 1024  # per process, about 2 kB each
ORIGINAL_ADDRESSES = ("HTTP_X_ORIGINAL_URI", "HTTP_X_FORWARDED_URI")

log = logging.getLogger(__name__)


def answer(environ: Environ, request_id: str) -> Answer:
    """The answer to a request below PREFIX, whatever it is. Never raises: what cannot be known is not let through."""
    try:
        return _leaked(environ, request_id) or _decide(environ)
    except (DatabaseError, InterfaceError) as error:
        log.warning("A token could not be checked: %s", error)
    except Exception:
        log.exception("A token could not be checked.")
    return answers.UNKNOWN


def _leaked(environ: Environ, request_id: str) -> Answer | None:
    """A visitor's query holds a token: refused, and its tenant is told.

    Some proxies pass the query on, others tell the original address; that counts when a configured proxy sent it.
    """
    others = ORIGINAL_ADDRESSES if is_from_a_proxy(environ) else ()
    written = " ".join([environ.get(name, "") for name in ("PATH_INFO", "QUERY_STRING", *others)])
    found = leaks.in_address(written, lambda: origin_of(Call(environ, request_id)))
    return answers.IN_ADDRESS if found else None


def _decide(environ: Environ) -> Answer:
    credential = _credential(environ)
    if isinstance(credential, Answer):
        return credential
    address = address_in(environ)
    verdict = verify(credential, address=address, client=environ.get("HTTP_USER_AGENT", ""))
    if isinstance(verdict, Refused):
        return _refused(verdict, address)
    return _admitted(verdict, environ["PATH_INFO"])


def _credential(environ: Environ) -> str | Answer:
    """The one token that was sent. An empty header is what a proxy makes of an absent one."""
    authorization, key = environ.get("HTTP_AUTHORIZATION", ""), environ.get("HTTP_X_API_KEY", "")
    if authorization and key:
        return answers.TWO
    if not authorization:
        return key.strip(" ") if key else answers.MISSING
    scheme, _, credential = authorization.partition(" ")
    return credential.strip(" ") if scheme.lower() == "bearer" else ""  # an empty one is malformed


def _refused(refused: Refused, address: str) -> Answer:
    """A guess counts here as at every door, but is never told to wait: a proxy would make a 500 of that."""
    if refused.proven:
        return answers.dead(refused)
    if refused.reason in GUESSES:
        limits.count_failure(address)
    return answers.INVALID


def _admitted(bearer: Verified, path: str) -> Answer:
    needed = required(path)
    return answers.NO_SUCH_CHECK if needed is None else _compared(bearer, needed)


@lru_cache(maxsize=ANSWERS_REMEMBERED)
def _compared(bearer: Verified, needed: Grants) -> Answer:
    """Remembered by all that it is made of, as clients come again with the same token for the same path."""
    missing = [grant for grant in needed if not bearer.grants.covers(grant)]
    return answers.insufficient(needed, missing) if missing else answers.welcome(bearer, needed)


def required(path: str) -> Grants | None:
    """The scopes that a path asks for; None when it asks for what there is not."""
    if path in (VERIFY, f"{VERIFY}/"):
        return EMPTY
    return _required(path) if len(path) <= len(WITH_SCOPE) + SCOPE_LIMIT else None


@lru_cache(maxsize=PATHS_REMEMBERED)
def _required(path: str) -> Grants | None:
    """Remembered, so that a mistake in a proxy's configuration is logged once and not with each request."""
    try:
        if not path.startswith(WITH_SCOPE):
            raise GrantError(f"use {VERIFY} or {WITH_SCOPE}<scope>")
        grants = Grants(Grant.parse(word) for word in path.removeprefix(WITH_SCOPE).split(ALSO))
        if problems := catalogue().problems(grants):
            raise GrantError(problems[0])
    except GrantError as error:
        log.warning("A proxy asks for what there is not, so it lets nobody through: %r: %s", path, error)
        return None
    return grants
