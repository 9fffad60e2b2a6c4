"""How an API is put behind the portal: files to copy, filled in for this installation. The tests run what is shown."""

from django.conf import settings
from django.template.loader import render_to_string

from accounts.catalogue import PORTAL
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


def check() -> Snippet:
    """Lines for a shell that show whether it works."""
    return Snippet("check", "Check it", "Shell", _filled("check.sh"))


def example_scope() -> str:
    """Some scope of the API's own, from whatever catalogue is installed: a check for an unknown one admits nobody."""
    areas = [area for area in catalogue().areas if area.key != PORTAL] or catalogue().areas
    resource = areas[0].resources[0]
    return str(resource.grants(resource.actions[0])[0])


def _filled(file: str) -> str:
    context = {
        "origin": settings.PUBLIC_ORIGIN,
        "origin_is_https": settings.PUBLIC_ORIGIN.startswith("https://"),
        "scope": example_scope(),
        "variable": VARIABLE,
    }
    return render_to_string(f"tokens/guide/{file}", context).strip()
