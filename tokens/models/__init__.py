"""What is stored, one noun a file."""

from tokens.models.credentials import ManagementCredential
from tokens.models.keys import RevokedJwt, SigningKey
from tokens.models.offers import Offer
from tokens.models.refresh import RefreshToken
from tokens.models.token import (
    DESCRIPTION_CHARACTERS,
    NAME_CHARACTERS,
    NEVER,
    REASON_CHARACTERS,
    IdempotencyKey,
    Token,
    TokenRole,
)

__all__ = [
    "DESCRIPTION_CHARACTERS",
    "NAME_CHARACTERS",
    "NEVER",
    "REASON_CHARACTERS",
    "IdempotencyKey",
    "ManagementCredential",
    "Offer",
    "RefreshToken",
    "RevokedJwt",
    "SigningKey",
    "Token",
    "TokenRole",
]
