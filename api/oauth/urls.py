"""The OAuth door, at the root of the origin: its addresses are fixed by RFC 8414 and by what clients were told."""

from django.urls import path

from api.front import inside
from api.oauth.metadata import jwks, metadata

urlpatterns = [
    path("oauth/token", inside, name="oauth-token"),
    path("oauth/introspect", inside, name="oauth-introspect"),
    path("oauth/revoke", inside, name="oauth-revoke"),
    path(".well-known/oauth-authorization-server", metadata, name="oauth-metadata"),
    path(".well-known/jwks.json", jwks, name="jwks"),
]
