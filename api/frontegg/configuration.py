"""What a vendor's clients find out before they check anything: the key, and how tokens are made here."""

from django.http import HttpRequest, HttpResponse

from api.frontegg import callers
from api.frontegg.answers import answer
from tokens import exchange, keys, refreshing
from tokens.signatures import Algorithm
from tokens.signing import installation_id


def read(request: HttpRequest) -> HttpResponse:
    """For any live management credential. Clients keep the key for as long as they run: see the manual on rotation."""
    callers.manager(request)
    return answer(
        {
            "id": str(installation_id()),
            "publicKey": keys.public_pem(Algorithm.RS256),
            "jwtAlgorithm": Algorithm.RS256.value,
            "defaultTokenExpiration": int(exchange.LIFETIME.total_seconds()),
            "defaultRefreshTokenExpiration": int(refreshing.LIFETIME.total_seconds()),
            "apiTokensEnabled": True,
            "machineToMachineAuthStrategy": "ClientCredentials",
            "rotateRefreshTokens": True,
            "refreshTokensRotationLimit": refreshing.MOST,
            "addRolesToJwt": True,
            "addPermissionsToJwt": True,
            "cookieSameSite": "LAX",
        }
    )
