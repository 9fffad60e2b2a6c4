"""How a token is used: lines for a shell that work as pasted. They never hold the secret itself."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from accounts.models import Tenant


@dataclass(frozen=True, slots=True)
class Snippet:
    """`lines` are shown in a code block; `key` is part of HTML ids."""

    key: str
    label: str
    language: str
    lines: str


def snippets(tenant: Tenant) -> list[Snippet]:
    """Reading the secret from the keyboard keeps it out of the shell's history and of other people's `ps`."""
    variable = _variable(tenant)
    address = settings.PUBLIC_ORIGIN + reverse("api-me")
    curl = (
        "# Paste the secret when asked. It stays out of your shell history.\n"
        f"read -rs {variable} && export {variable}\n\n"
        f"curl {address} \\\n"
        f'  --header "Authorization: Bearer ${variable}"'
    )
    env = f"# Never commit this file.\n{variable}=paste-the-secret-here"
    return [Snippet("bearer", "Use as bearer", "Shell", curl), Snippet("env", ".env file", ".env", env)]


def _variable(tenant: Tenant) -> str:
    """ACME_TOKEN; a name may not begin with a digit."""
    name = tenant.slug.upper().replace("-", "_")
    return f"{'T_' if name[0].isdigit() else ''}{name}_TOKEN"
