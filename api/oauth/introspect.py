"""`POST /oauth/introspect`: is this token good, and for what (RFC 7662)?

A management credential with the right `introspect` asks about every tenant's tokens: a protected API holds one.
Any live token of a tenant may ask about that tenant's, and needs no scope for it: who asks holds the token in question,
and could learn the same by using it. Whatever is not the caller's to know is as unknown as what never was.
"""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from django.http import HttpResponse

from accounts.origin import client_address, client_of
from api.auth import authenticate, refuse
from api.calls import Call
from api.forward_answers import Answer
from api.oauth import clients
from api.oauth.answers import INVALID_REQUEST, Problem, answer, bad
from api.oauth.forms import Form, endpoint, required
from api.oauth.metadata import issuer
from tokens import credentials
from tokens.credentials import Manager
from tokens.rights import Right
from tokens.verification import Reason, Refused, Verified, read_together, verify, verify_within

ANSWERS_REMEMBERED = 1024  # per process, about 2 kB each


@endpoint
def introspect(call: Call, form: Form) -> Answer:
    """200 with what the check says of `token` for a client at `client_address`, or exactly `{"active": false}`."""
    bearer = call.META.get("HTTP_AUTHORIZATION", "").partition(" ")[2]
    with read_together(bearer.strip(" "), form.get("token", "").strip(" ")):
        caller = _caller(call, form)
        token, address = required(form, "token"), _address(form.get("client_address", ""))
        verdict = _verdict(caller, token.strip(" "), address)
    return _INACTIVE if isinstance(verdict, Refused) else _active(verdict, issuer())


def _verdict(caller: Verified | Manager, token: str, address: str) -> Verified | Refused:
    if isinstance(caller, Verified):
        return verify_within(caller.tenant_id, token, address=address)
    return verify(token, address=address) if Right.INTROSPECT in caller.rights else Refused(Reason.UNKNOWN)


def _caller(call: Call, form: Form) -> Verified | Manager:
    """By client credentials as at the other endpoints, or by a Bearer token (RFC 7662 section 2.1)."""
    scheme, _, sent = call.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer":
        return clients.authenticate_any(call, form)
    if "client_secret" in form:
        raise bad(INVALID_REQUEST, clients.TWO_WAYS)
    bearer = _manager(call, sent.strip(" ")) if credentials.begins_like_one(sent.lstrip(" ")) else authenticate(call)
    if isinstance(bearer, Verified | Manager):
        return bearer
    raise Problem(bearer)


def _manager(call: Call, text: str) -> Manager | HttpResponse:
    verdict = credentials.check(text, address=client_address(call), client=client_of(call))
    return refuse(call, verdict) if isinstance(verdict, Refused) else verdict


def _address(text: str) -> str:
    """Where the token was sent from, in its one spelling. Without it a token with networks is not active."""
    if not text:
        return ""
    try:
        address = ip_address(text)
    except ValueError:
        raise bad(INVALID_REQUEST, "client_address must be an IP address.") from None
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Address(int(address)))  # without a zone, which means something there alone


_INACTIVE = answer({"active": False})


@lru_cache(maxsize=ANSWERS_REMEMBERED)
def _active(verified: Verified, origin: str) -> Answer:
    """Remembered by all that it is made of."""
    client_id = str(verified.token_id)
    end = {"exp": int(verified.expires_at.timestamp())} if verified.expires_at else {}
    about = {
        "active": True,
        "scope": str(verified.grants),
        "client_id": client_id,
        "sub": client_id,
        "aud": origin,
        "iss": origin,
        **end,
        "iat": int(verified.issued_at.timestamp()),
        "jti": str(verified.jti or verified.token_id),
        "token_type": "Bearer",
        "tenantId": str(verified.tenant_id),
        **verified.subject_claim,
    }
    return answer(about)
