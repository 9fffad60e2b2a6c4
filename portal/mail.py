"""How mail leaves: SMTP in production, a page and the terminal in the demo, nowhere in tests."""

from typing import Any

from portal.databases import BASE_DIR
from portal.env import Env
from portal.values import is_loopback

DEMO_OUTBOX = BASE_DIR / "var" / "demo" / "outbox"
TIMEOUT_SECONDS = 10
PORT_OF_TLS = {"no": 25, "starttls": 587, "tls": 465}


def mailer(env: Env, mode: str) -> dict[str, Any]:
    """One entry of MAILERS."""
    if mode == "demo":
        return {"BACKEND": "portal.outbox.EmailBackend", "OPTIONS": {"folder": str(DEMO_OUTBOX)}}
    if mode == "test":
        return {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
    host, user = env.text("MAIL_HOST", "localhost"), env.text("MAIL_USER", "")
    tls = env.parse("MAIL_TLS", _tls, "no" if is_loopback(host) else "starttls", "no")
    if user and tls == "no" and not is_loopback(host):
        env.problem("MAIL_TLS must not be no with MAIL_USER: the password would cross the network in clear.")
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": host,
            "port": env.number("MAIL_PORT", PORT_OF_TLS[tls], least=1),
            "username": user,
            "password": env.text("MAIL_PASSWORD", ""),
            "use_tls": tls == "starttls",
            "use_ssl": tls == "tls",
            "timeout": TIMEOUT_SECONDS,
        },
    }


def _tls(text: str) -> str:
    if text not in PORT_OF_TLS:
        raise ValueError("must be starttls, tls or no.")
    return text
