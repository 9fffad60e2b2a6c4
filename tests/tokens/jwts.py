"""JWTs for tests: real ones, ones that only the real key could have made, and forged ones."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import jwt as pyjwt

from audit import clock
from tests import factories
from tests.cast import Cast
from tokens import exchange, keys, verification
from tokens.exchange import Exchanged
from tokens.lifecycle import Issued
from tokens.models import SigningKey
from tokens.secret import Secret
from tokens.signatures import Algorithm
from tokens.verification import Verified

HERE = "192.0.2.1"

type Json = dict[str, Any]


def exchanged(issued: Issued, scope: str = "", *, address: str = HERE, **more: Any) -> Exchanged:
    """What the exchange makes of a token that works."""
    bearer = verification.verify(issued.secret.value, address=address)
    assert isinstance(bearer, Verified), bearer
    made = exchange.exchange(bearer, scope=scope, **more)
    assert isinstance(made, Exchanged), made
    return made


def made_before(issued: Issued, **more: Any) -> str:
    """A JWT from when the token still worked, whatever has become of it since."""
    token = issued.token
    bearer = Verified(
        token_id=token.pk,
        tenant_id=token.tenant_id,
        kind=token.token_kind,
        subject=token.subject,
        grants=token.grants,
        expires_at=None,
        issued_at=token.created_at,
        name=token.name,
        tenant_slug=token.tenant.slug,
        tenant_name=token.tenant.name,
    )
    made = exchange.exchange(bearer, **more)
    assert isinstance(made, Exchanged)
    return made.jwt.value


def claims_of(jwt: Secret) -> Json:
    """Read without checking anything."""
    found: Json = json.loads(decoded(jwt.value.split(".")[1]))
    return found


def header_of(jwt: Secret) -> Json:
    found: Json = json.loads(decoded(jwt.value.split(".")[0]))
    return found


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


@dataclass
class Forge:
    """A workshop in which lies the real key: with it, anything can be signed."""

    issued: Issued
    text: str
    key: Any = field(repr=False)
    pem: str

    @classmethod
    def of(cls, cast: Cast) -> "Forge":
        issued = factories.token(cast.marc.actor, "assets:write projects:read")
        text = exchanged(issued).jwt.value
        signer = keys.signer(Algorithm.ES256, clock.now())
        return cls(issued, text, signer.private_key, SigningKey.objects.get(pk=UUID(signer.kid)).public_pem)

    @property
    def header(self) -> Json:
        return header_of(Secret(self.text))

    @property
    def claims(self) -> Json:
        return claims_of(Secret(self.text))

    def claiming(self, **changes: Any) -> str:
        """Really signed, with other claims; one that is `...` is left out."""
        return self.signed(self.header, _changed(self.claims, changes))

    def heading(self, **changes: Any) -> str:
        """Really signed, with another header."""
        return self.signed(_changed(self.header, changes), self.claims)

    def signed(self, header: Json | bytes, claims: Json | bytes, algorithm: str = "ES256", key: Any = None) -> str:
        """Signed with the real key over whatever is said, unless another one is given."""
        body = f"{encoded(_bytes(header))}.{encoded(_bytes(claims))}"
        made = pyjwt.get_algorithm_by_name(algorithm)
        return f"{body}.{encoded(made.sign(body.encode(), made.prepare_key(key or self.key)))}"

    def with_signature(self, change: Callable[[bytes], bytes]) -> str:
        body, _, signature = self.text.rpartition(".")
        return f"{body}.{encoded(change(decoded(signature)))}"


def _changed(said: Json, changes: Json) -> Json:
    return {name: value for name, value in {**said, **changes}.items() if value is not ...}


def _bytes(said: Json | bytes) -> bytes:
    return said if isinstance(said, bytes) else json.dumps(said).encode()
