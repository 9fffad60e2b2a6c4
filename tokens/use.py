"""How a token is used: lines for a shell that work as pasted. They never hold the secret itself."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from accounts.models import Tenant
from tokens import metadata
from tokens.kinds import Form
from tokens.models import ManagementCredential, Token
from tokens.rights import Right

ENV = (".env file", ".env")
EXCHANGE = "/identity/resources/auth/v2/api-token"


@dataclass(frozen=True, slots=True)
class Snippet:
    """`lines` are shown in a code block; `key` is part of HTML ids."""

    key: str
    label: str
    language: str
    lines: str


def snippets(token: Token) -> list[Snippet]:
    """Reading the secret from the keyboard keeps it out of the shell's history and of other people's `ps`."""
    variable = shell_variable(token.tenant)
    ask, form = _asking(variable), Form(token.form)
    ways = []
    if form is not Form.PAIR:
        ways.append(("bearer", "Bearer", _as_bearer(variable)))
    if form is not Form.JWT:
        ways.append(("jwt", "OAuth 2.0", _for_a_jwt(variable, token)))
    if form is not Form.JWT and settings.FRONTEGG_API:
        ways.append(("exchange", "Exchange", _exchange(variable, token)))
    env = f"# Never commit this file.\n{variable}=paste-the-secret-here"
    return [*(Snippet(key, label, "Shell", ask + said) for key, label, said in ways), Snippet("env", *ENV, env)]


def metadata_of(token: Token) -> Snippet | None:
    """What its maker attached to it, if anything, ready to copy."""
    text = metadata.as_text(token.metadata)
    return Snippet("metadata", "Metadata", "JSON", text) if text else None


def management_snippets(credential: ManagementCredential) -> list[Snippet]:
    """What the credential is for, right by right."""
    variable = "PORTAL_SECRET"
    env = f"# Never commit this file.\nPORTAL_CLIENT_ID={credential.pk}\n{variable}=paste-the-secret-here"
    lines = {
        Right.INTROSPECT: ("Check a token", _introspection(variable, credential)),
        Right.PROVISION: ("Provision", _provision(variable)),
        Right.SESSIONS: ("Hand over", _hand_over(variable)),
    }
    chosen = [(right.value, *lines[right]) for right in credential.rights if right in lines]
    return [
        *[Snippet(key, label, "Shell", _asking(variable) + said) for key, label, said in chosen],
        Snippet("env", *ENV, env),
    ]


def _asking(variable: str) -> str:
    hint = "# Paste the secret when asked. It stays out of your shell history."
    return f"{hint}\nread -rs {variable} && export {variable}\n\n"


def _introspection(variable: str, credential: ManagementCredential) -> str:
    """RFC 7662. The token to ask about is read the same way."""
    return (
        "# Paste the token to ask about.\nread -rs TOKEN\n\n"
        f"curl {settings.PUBLIC_ORIGIN}{reverse('oauth-introspect')} \\\n"
        f'  --user "{credential.pk}:${variable}" \\\n'
        '  --data-urlencode "token=$TOKEN"'
    )


def _provision(variable: str) -> str:
    """A tenant by the vendor's own id."""
    address = f"{settings.PUBLIC_ORIGIN}{reverse('management-tenant', args=['org-17'])}"
    return (
        f"curl --request PUT {address} \\\n"
        f'  --header "Authorization: Bearer ${variable}" \\\n'
        """  --json '{"name": "Umbrella"}'"""
    )


def _hand_over(variable: str) -> str:
    """Answers the address to send a browser to."""
    return (
        f"curl {settings.PUBLIC_ORIGIN}{reverse('portal-sessions')} \\\n"
        f'  --header "Authorization: Bearer ${variable}" \\\n'
        """  --json '{"tenant": "org-17", "user": "user-4"}'"""
    )


def _as_bearer(variable: str) -> str:
    return f'curl {settings.PUBLIC_ORIGIN}{reverse("api-me")} \\\n  --header "Authorization: Bearer ${variable}"'


def _for_a_jwt(variable: str, token: Token) -> str:
    """OAuth 2.0. curl takes what follows --user out of the list of processes."""
    return (
        "# Answers an access_token for the next five minutes: a signed JWT.\n"
        f"curl {settings.PUBLIC_ORIGIN}{reverse('oauth-token')} \\\n"
        f'  --user "{token.pk}:${variable}" \\\n'
        "  --data grant_type=client_credentials"
    )


def _exchange(variable: str, token: Token) -> str:
    """As Frontegg's clients do it. printf is the shell's own: what it prints is in no list of processes."""
    return (
        "# Answers an access_token as Frontegg's clients expect it.\n"
        f"""printf '{{"clientId": "%s", "secret": "%s"}}' {token.pk} "${variable}" | \\\n"""
        f"  curl {settings.PUBLIC_ORIGIN}{EXCHANGE} --json @-"
    )


def shell_variable(tenant: Tenant) -> str:
    """ACME_TOKEN; a name may not begin with a digit."""
    name = tenant.slug.upper().replace("-", "_")
    return f"{'T_' if name[0].isdigit() else ''}{name}_TOKEN"
