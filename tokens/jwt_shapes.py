"""What each JWT that is signed here says: the claims that it has, no fewer and no others. Pure.

Two `typ` tell two families apart: RFC 9068 access tokens, and the JWTs that Frontegg's clients read, whose `type` says
which one of five it is. Source: api.md, section 1.
"""

from dataclasses import dataclass
from datetime import timedelta

ACCESS_TOKEN = "at+jwt"  # noqa: S105 - RFC 9068 section 2.1
PLAIN = "JWT"

LONGEST = timedelta(hours=1)
"""The longest life of a JWT that an exchange gives. Where it is verified offline nobody can take it back before."""

VENDOR_LIFETIME = timedelta(hours=24)

HEADER = frozenset({"alg", "kid", "typ"})
_TIMES = frozenset({"iat", "exp"})
_ABOUT = frozenset({"iss", "aud", "sub", "jti"})
_OF_A_TOKEN = _ABOUT | {"type", "tenantId", "applicationId"}
_EXCHANGED = _OF_A_TOKEN | _TIMES | {"roles", "permissions", "metadata", "createdByUserId"}
_RFC_9068 = _ABOUT | _TIMES | {"client_id", "tenantId", "scope"}


@dataclass(frozen=True, slots=True)
class Shape:
    """`name` is the claim `type`, empty where there is none. `optional` claims may be left out.

    `longest` bounds its life; None is for what lives as long as its token's row.
    """

    name: str
    typ: str
    claims: frozenset[str]
    optional: frozenset[str] = frozenset()
    longest: timedelta | None = LONGEST

    def fits(self, names: frozenset[str]) -> bool:
        return self.claims <= names <= self.claims | self.optional


OAUTH = Shape("", ACCESS_TOKEN, _RFC_9068, optional=frozenset({"userId", "serviceUserId"}))
USER_API_TOKEN = Shape("userApiToken", PLAIN, _EXCHANGED | {"userId", "email", "userMetadata"})
TENANT_API_TOKEN = Shape("tenantApiToken", PLAIN, _EXCHANGED)
USER_ACCESS_TOKEN = Shape(
    "userAccessToken", PLAIN, _OF_A_TOKEN | {"iat", "userId"}, optional=frozenset({"exp"}), longest=None
)
TENANT_ACCESS_TOKEN = Shape(
    "tenantAccessToken", PLAIN, _OF_A_TOKEN | {"iat"}, optional=frozenset({"exp"}), longest=None
)
VENDOR = Shape(
    "vendor",
    PLAIN,
    _ABOUT | _TIMES | {"type", "vendorId", "scopes", "applicationId"},
    longest=VENDOR_LIFETIME,
)
LASTING = frozenset({USER_ACCESS_TOKEN, TENANT_ACCESS_TOKEN})

_TYPED = {
    shape.name: shape for shape in (USER_API_TOKEN, TENANT_API_TOKEN, USER_ACCESS_TOKEN, TENANT_ACCESS_TOKEN, VENDOR)
}


def shape_of(typ: object, name: object) -> Shape:
    """The shape of a `typ` in the header and a `type` among the claims. Raises ValueError for any other."""
    if typ == ACCESS_TOKEN:
        return OAUTH
    if typ != PLAIN or not isinstance(name, str) or name not in _TYPED:
        raise ValueError("another kind of JWT")
    return _TYPED[name]
