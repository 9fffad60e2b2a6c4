"""The algorithms that JWTs are signed with here, and their keys. Pure: no settings, no database, no connection."""

from enum import StrEnum
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_pem_public_key,
)

type PrivateKey = EllipticCurvePrivateKey | RSAPrivateKey
type PublicKey = EllipticCurvePublicKey | RSAPublicKey

RSA_BITS = 2048  # 3072 signs five times slower, and some clients refuse less
RSA_EXPONENT = 65537
KEYS_CACHE = 16  # parsed keys per process: two algorithms, each with a few keys in their overlap
PUBLISHED = frozenset({"kty", "crv", "x", "y", "n", "e"})


class Algorithm(StrEnum):
    """RFC 7518 section 3.1. Nothing else is signed with, and nothing else is looked at."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "Algorithm":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    ES256 = "ES256", "For the JWTs of /oauth/token"
    RS256 = "RS256", "For clients that know nothing else"


def generate(algorithm: Algorithm) -> PrivateKey:
    """A new key. RSA takes about a tenth of a second: call it before a transaction opens."""
    if algorithm is Algorithm.ES256:
        return generate_private_key(SECP256R1())
    return generate_rsa_key(RSA_EXPONENT, RSA_BITS)


def private_bytes(key: PrivateKey) -> bytes:
    """PKCS 8, in clear: only ever to be encrypted."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def private_key(der: bytes) -> PrivateKey:
    key = load_der_private_key(der, password=None)
    assert isinstance(key, EllipticCurvePrivateKey | RSAPrivateKey)
    return key


def public_pem(key: PrivateKey) -> str:
    """SPKI, as clients that want a PEM expect it: `-----BEGIN PUBLIC KEY-----` and line feeds alone."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def public_jwk(algorithm: Algorithm, pem: str, kid: str) -> dict[str, str]:
    """RFC 7517: what a verifier needs, and no private member."""
    written: dict[str, Any] = jwt.get_algorithm_by_name(algorithm).to_jwk(_public_key(pem), as_dict=True)
    numbers = {name: str(value) for name, value in written.items() if name in PUBLISHED}
    return {**numbers, "kid": kid, "use": "sig", "alg": algorithm.value}


def sign(claims: dict[str, Any], key: PrivateKey, *, algorithm: Algorithm, kid: str, kind: str) -> str:
    """A compact JWS; `kind` is its `typ`."""
    return jwt.encode(claims, key, algorithm=algorithm.value, headers={"kid": kid, "typ": kind})


def is_right(signature: bytes, signed: bytes, *, algorithm: Algorithm, pem: str) -> bool:
    """Whether the key made this signature over these bytes. The caller has seen that the key is of that algorithm."""
    return jwt.get_algorithm_by_name(algorithm).verify(signed, _public_key(pem), signature)


@lru_cache(maxsize=KEYS_CACHE)
def _public_key(pem: str) -> PublicKey:
    key = load_pem_public_key(pem.encode("ascii"))
    assert isinstance(key, EllipticCurvePublicKey | RSAPublicKey)
    return key
