"""How an API is put behind the portal: files to copy, filled in for this installation. The tests run what is shown."""

from django.conf import settings
from django.template.loader import render_to_string

from accounts.catalogue import PORTAL, Resource
from accounts.grants import Grant, covers
from accounts.installed import catalogue
from tokens.use import Snippet

PROXIES = (
    ("nginx", "nginx", "nginx.conf"),
    ("caddy", "Caddy", "Caddyfile"),
    ("traefik", "Traefik", "traefik.yml"),
    ("wsgi", "Django, WSGI", "token_guard.py.txt"),  # .txt: it is no module of ours
)
VARIABLE = "API_TOKEN"


def proxies() -> list[Snippet]:
    """One for each thing that can stand in front of an API."""
    return [Snippet(key, label, file.removesuffix(".txt"), _filled(file)) for key, label, file in PROXIES]


def offline() -> Snippet:
    """For a service that checks JWTs by itself, with the published keys."""
    return Snippet("jwt", "Without asking each time", "jwt_guard.py", _filled("jwt_guard.py.txt"))


def check() -> Snippet:
    """Lines for a shell that show whether it works."""
    return Snippet("check", "Check it", "Shell", _filled("check.sh"))


def example_scope() -> str:
    """Some scope of the API's own, from whatever catalogue is installed: a check for an unknown one admits nobody."""
    return str(_example().grants(_example().actions[0])[0])


def enough() -> list[str]:
    """The scopes that allow the example: a JWT names the greatest alone, and nobody who reads it knows our levels."""
    wanted = Grant.parse(example_scope())
    offered = [grant for action in _example().actions for grant in _example().grants(action)]
    return [str(grant) for grant in offered if covers(grant, wanted)]


def _example() -> Resource:
    areas = [area for area in catalogue().areas if area.key != PORTAL] or catalogue().areas
    return areas[0].resources[0]


def _filled(file: str) -> str:
    context = {
        "origin": settings.PUBLIC_ORIGIN,
        "origin_is_https": settings.PUBLIC_ORIGIN.startswith("https://"),
        "scope": example_scope(),
        "enough": " ".join(enough()),
        "variable": VARIABLE,
    }
    return render_to_string(f"tokens/guide/{file}", context).strip()
