"""Everything that is known to have fooled a JWT verifier, and what might: each by its name."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.tokens.jwts import Forge, encoded
from tokens import signatures
from tokens.signatures import Algorithm

type Forgery = Callable[[Forge], str]

FOREIGN = signatures.generate(Algorithm.ES256)
FOREIGN_JWK = signatures.public_jwk(Algorithm.ES256, signatures.public_pem(FOREIGN), "foreign")
NOBODY = UUID("0197a3f0-0000-7000-8000-00000000abcd")
ELSEWHERE = "https://keys.attacker.test/jwks.json"
DIGESTS = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


type Odd = tuple[object, ...]

# Values that a member must not have; `...` leaves it out.
# fmt: off
ALGORITHMS: Odd = ("RS256", "ES384", "ES512", "PS256", "EdDSA", "es256", "ES256 ", ["ES256"], None, 256, {}, ...)
KIDS: Odd = (
    ..., None, 7, ["x"], {}, "", "0", "../../../../dev/null", "/etc/passwd", "' OR '1'='1", "x\x00y", ELSEWHERE,
    "k" * 5000, str(NOBODY), str(NOBODY).upper(), f"urn:uuid:{NOBODY}", f"{{{NOBODY}}}", NOBODY.hex,
)
TYPES: Odd = (..., None, "", "JWT", "AT+JWT", "application/at+jwt", "id+jwt", [])
ISSUERS: Odd = (..., None, "", "https://other.test", "http://testserver/", "HTTP://TESTSERVER", ["http://testserver"])
AUDIENCES: Odd = (..., None, "", "https://other.test", "http://testserver/", ["http://testserver"], [])
ENDS: Odd = (..., None, "", "9999999999", 9999999999, 0, -1, 1.5, True, 10**30, [], float("nan"), float("inf"))
STARTS: Odd = (..., None, "1", 1, 1.5, True, -1, 10**30)
# fmt: on


def unsigned(alg: str, signature: str) -> Forgery:
    def forge(it: Forge) -> str:
        header, claims = json.dumps({**it.header, "alg": alg}).encode(), json.dumps(it.claims).encode()
        return f"{encoded(header)}.{encoded(claims)}.{signature}"

    return forge


def with_public_key_as_secret(alg: str, secret: Callable[[str], bytes] = str.encode) -> Forgery:
    """The classic: the verifier takes the public key for an HMAC's secret."""

    def forge(it: Forge) -> str:
        header, claims = json.dumps({**it.header, "alg": alg}).encode(), json.dumps(it.claims).encode()
        body = f"{encoded(header)}.{encoded(claims)}"
        return f"{body}.{encoded(hmac.digest(secret(it.pem), body.encode(), DIGESTS[alg]))}"

    return forge


def heading(**changes: object) -> Forgery:
    return lambda it: it.heading(**changes)


def claiming(**changes: object) -> Forgery:
    return lambda it: it.claiming(**changes)


def raw_claims(old: str, new: str) -> Forgery:
    """The claims as text, with a piece replaced that JSON's own writer would not write; then really signed."""

    def forge(it: Forge) -> str:
        text = json.dumps(it.claims)
        assert old in text
        return it.signed(it.header, text.replace(old, new, 1).encode())

    return forge


def raw_header(old: str, new: str) -> Forgery:
    def forge(it: Forge) -> str:
        text = json.dumps(it.header)
        assert old in text
        return it.signed(text.replace(old, new, 1).encode(), it.claims)

    return forge


def by_a_foreign_key(**changes: object) -> Forgery:
    return lambda it: it.signed({**it.header, **changes}, it.claims, key=FOREIGN)


def payload(data: bytes) -> Forgery:
    return lambda it: it.signed(it.header, data)


def last_character_moved(it: Forge) -> str:
    """The spare bits of the last character: other text, the same bytes."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return it.text[:-1] + alphabet[alphabet.index(it.text[-1]) + 1]


def more_rights_under_the_old_signature(it: Forge) -> str:
    header, _, signature = it.text.split(".")
    return f"{header}.{encoded(json.dumps({**it.claims, 'scope': 'tokens:admin'}).encode())}.{signature}"


def as_der(it: Forge) -> str:
    return it.with_signature(lambda raw: encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:])))


FORGERIES: dict[str, Forgery] = {
    **{f"alg {alg}": unsigned(alg, "") for alg in ("none", "None", "NONE", "nOnE")},
    **{f"alg {alg} with a signature": unsigned(alg, "AAAA") for alg in ("none", "None", "NONE", "nOnE", "")},
    **{f"{alg} with the PEM": with_public_key_as_secret(alg) for alg in DIGESTS},
    "HS256 with the stripped PEM": with_public_key_as_secret("HS256", lambda pem: pem.strip().encode()),
    "HS256 with the base64 of the PEM": with_public_key_as_secret("HS256", lambda pem: b64encode(pem.encode())),
    "HS256 with nothing": with_public_key_as_secret("HS256", lambda pem: b""),
    **{
        f"alg {alg} over an ES256 key": heading(alg=alg)
        for alg in ALGORITHMS
    },
    "a foreign key under our kid": by_a_foreign_key(),
    "a foreign key under its own kid": by_a_foreign_key(kid=str(NOBODY)),
    "a foreign key that is sent along": by_a_foreign_key(jwk=FOREIGN_JWK),
    "a foreign key at an address": by_a_foreign_key(jku=ELSEWHERE, x5u=ELSEWHERE),
    "jwk": heading(jwk=FOREIGN_JWK),
    "jku": heading(jku=ELSEWHERE),
    "x5u": heading(x5u=ELSEWHERE),
    "x5c": heading(x5c=["MIIB"]),
    "x5t": heading(x5t="AAAA"),
    "crit": heading(crit=["exp"]),
    "crit with nothing": heading(crit=[]),
    "b64": heading(b64=False),
    "zip": heading(zip="DEF"),
    "cty": heading(cty="JWT"),
    **{
        f"kid {str(kid)[:20]!r}": heading(kid=kid)
        for kid in KIDS
    },
    "our kid in capitals": lambda it: it.heading(kid=it.header["kid"].upper()),
    "our kid without hyphens": lambda it: it.heading(kid=it.header["kid"].replace("-", "")),
    **{f"typ {typ}": heading(typ=typ) for typ in TYPES},
    **{
        f"iss {iss}": claiming(iss=iss)
        for iss in ISSUERS
    },
    **{
        f"aud {aud}": claiming(aud=aud)
        for aud in AUDIENCES
    },
    **{
        f"exp {str(exp)[:20]}": claiming(exp=exp)
        for exp in ENDS
    },
    "exp before iat": lambda it: it.claiming(exp=it.claims["iat"]),
    "exp as a string": lambda it: it.claiming(exp=str(it.claims["exp"])),
    "exp with a fraction": lambda it: it.claiming(exp=it.claims["exp"] + 0.5),
    "exp more than an hour after iat": lambda it: it.claiming(exp=it.claims["iat"] + 3601),
    "exp as 1e400": raw_claims('"exp": ', '"exp": 1e400, "x": '),
    "exp of 5,000 digits": raw_claims('"exp": ', f'"exp": {"9" * 5000}, "x": '),
    **{f"iat {iat}": claiming(iat=iat) for iat in STARTS},
    "nbf": claiming(nbf=1),
    "another claim": claiming(admin=True),
    **{f"{name} missing": claiming(**{name: ...}) for name in ("sub", "client_id", "tenantId", "jti", "scope")},
    **{f"{name} a number": claiming(**{name: 7}) for name in ("sub", "client_id", "tenantId", "jti", "scope")},
    **{f"{name} a list": claiming(**{name: []}) for name in ("sub", "client_id", "tenantId", "jti", "scope")},
    "sub of another": claiming(sub=str(NOBODY)),
    "client_id of another": claiming(client_id=str(NOBODY)),
    "a token that never was": claiming(sub=str(NOBODY), client_id=str(NOBODY)),
    "another tenant": claiming(tenantId=str(NOBODY)),
    "jti that is no id": claiming(jti="' OR '1'='1"),
    "jti in capitals": lambda it: it.claiming(jti=it.claims["jti"].upper()),
    "scope twice": raw_claims('"scope": ', '"scope": "tokens:admin", "scope": '),
    "exp twice": raw_claims('"exp": ', '"exp": 1, "exp": '),
    "iss twice": raw_claims('"iss": ', '"iss": "http://testserver", "iss": '),
    "sub twice, once escaped": raw_claims('"sub": ', '"s\\u0075b": "x", "sub": '),
    "alg twice": raw_header('"alg": ', '"alg": "none", "alg": '),
    "kid twice": raw_header('"kid": ', '"kid": "x", "kid": '),
    "claims that are a list": payload(b"[]"),
    "claims that are text": payload(b'"claims"'),
    "claims that are null": payload(b"null"),
    "claims that are no JSON": payload(b"{"),
    "claims that are not UTF-8": payload(b'{"iss": "\xff"}'),
    "claims in UTF-16": lambda it: it.signed(it.header, json.dumps(it.claims).encode("utf-16")),
    "claims after a byte order mark": lambda it: it.signed(it.header, b"\xef\xbb\xbf" + json.dumps(it.claims).encode()),
    "claims nested deeply": payload(b"[" * 2000 + b"]" * 2000),
    "no claims": payload(b"{}"),
    "nothing as claims": payload(b""),
    "more rights under the old signature": more_rights_under_the_old_signature,
    "a signature of zeros": lambda it: it.with_signature(lambda raw: bytes(64)),
    "a signature of the group's order": lambda it: it.with_signature(
        lambda raw: bytes.fromhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551") * 2
    ),
    "half a signature": lambda it: it.with_signature(lambda raw: raw[:32]),
    "a longer signature": lambda it: it.with_signature(lambda raw: raw + b"\x00"),
    "halves swapped": lambda it: it.with_signature(lambda raw: raw[32:] + raw[:32]),
    "a DER signature": as_der,
    "the signature in another spelling": last_character_moved,
    "padding": lambda it: it.text + "==",
    "no signature": lambda it: it.text.rpartition(".")[0],
    "an empty signature": lambda it: it.text.rpartition(".")[0] + ".",
    "four parts": lambda it: it.text + ".AAAA",
    "five parts": lambda it: it.text + ".AAAA.AAAA",
    "white space": lambda it: it.text.replace(".", ". ", 1),
    "a line feed at the end": lambda it: it.text + "\n",
    "JSON serialization": lambda it: json.dumps({"protected": it.text.split(".")[0], "payload": "", "signature": ""}),
    "standard base64": lambda it: it.text.split(".")[0] + "+/." + ".".join(it.text.split(".")[1:]),
    "too long": lambda it: it.claiming(scope="assets:read " * 1000),
    "dots": lambda it: "..",
    "the token behind a dot": lambda it: it.issued.secret.value + ".",
}  # fmt: skip
