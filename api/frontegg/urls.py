"""Frontegg's addresses: at the root of the origin, with or without a slash at the end, and never redirected."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from api.front import inside
from api.frontegg import access_tokens, api_tokens, configuration, permissions, quick, roles
from api.frontegg.door import View, door, nothing

RESOURCES = "identity/resources/"


def _addresses() -> Iterator[tuple[str, View]]:
    for exchange in quick.ADDRESSES:
        yield exchange, inside
    yield f"{RESOURCES}configurations/v1", door(GET=configuration.read)
    yield from _api_tokens()
    yield from _access_tokens()
    yield from _roles()


def _api_tokens() -> Iterator[tuple[str, View]]:
    users, tenants = f"{RESOURCES}users/api-tokens", f"{RESOURCES}tenants/api-tokens"
    yield f"{users}/v1", door(GET=api_tokens.users, POST=api_tokens.create_users)
    yield f"{users}/v1/<uuid:token_id>", door(DELETE=api_tokens.delete_users)
    for version in ("v1", "v2"):
        yield f"{tenants}/{version}", door(GET=api_tokens.tenants, POST=api_tokens.create_tenants)
        one = door(PATCH=api_tokens.change_tenants, DELETE=api_tokens.delete_tenants)
        yield f"{tenants}/{version}/<uuid:token_id>", one


def _access_tokens() -> Iterator[tuple[str, View]]:
    for kind, views in access_tokens.BY_KIND.items():
        own, vendors = f"{RESOURCES}{kind}/access-tokens/v1", f"{RESOURCES}vendor-only/{kind}/access-tokens/v1"
        yield own, door(GET=views.index, POST=views.create)
        yield f"{own}/<uuid:token_id>", door(DELETE=views.delete)
        yield f"{vendors}/active", door(GET=views.active)
        yield f"{vendors}/<uuid:token_id>", door(GET=views.detail)


def _roles() -> Iterator[tuple[str, View]]:
    own, every = f"{RESOURCES}roles/v1", f"{RESOURCES}permissions/v1"
    fixed = door(PATCH=permissions.change, DELETE=permissions.change)
    yield own, door(GET=roles.index, POST=roles.create)
    yield f"{own}/<uuid:role_id>", door(PATCH=roles.change, DELETE=roles.delete)
    yield f"{own}/<uuid:role_id>/permissions", door(PUT=roles.permit)
    yield f"{RESOURCES}roles/v2", door(GET=roles.search)
    yield every, door(GET=permissions.index, POST=permissions.create)
    yield f"{every}/categories", door(GET=permissions.categories)
    yield f"{every}/<uuid:permission_id>", fixed
    yield f"{every}/<uuid:permission_id>/roles", door(PUT=permissions.change)


urlpatterns: list[URLPattern] = [path(address, view) for base, view in _addresses() for address in (base, f"{base}/")]
for everything_else in ("auth/", RESOURCES.partition("/")[0] + "/"):
    urlpatterns += [path(everything_else, door(ANY=nothing)), path(f"{everything_else}<path:rest>", door(ANY=nothing))]
