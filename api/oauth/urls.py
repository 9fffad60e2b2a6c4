"""The OAuth door, at the root of the origin: its addresses are fixed by RFC 8414 and by what clients were told."""

from django.urls import path

from api.oauth.introspect import introspect
from api.oauth.metadata import jwks, metadata
from api.oauth.revoke import revoke
from api.oauth.token import token

urlpatterns = [
    path("oauth/token", token, name="oauth-token"),
    path("oauth/introspect", introspect, name="oauth-introspect"),
    path("oauth/revoke", revoke, name="oauth-revoke"),
    path(".well-known/oauth-authorization-server", metadata, name="oauth-metadata"),
    path(".well-known/jwks.json", jwks, name="jwks"),
]
