"""Log lines: one record, one line, without control characters and without a secret."""

import logging
import re
import time
from typing import Any

from audit.ids import in_hand

# A token is brand, kind letter, `_`, and 71 characters: id 22, secret 43, checksum 6. Anything that holds the beginning
# of a secret counts: a token cut short, or with more behind it.
TOKEN = re.compile(r"(?P<prefix>[a-z][a-z0-9]{1,6}[a-z]_)[0-9A-Za-z]{16}(?P<id>[0-9A-Za-z]{6})[0-9A-Za-z]+")
JWT = re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+")
CREDENTIAL = re.compile(r"(?i)(?P<scheme>\b(?:bearer|basic)\s+)(?!\S*\.\.\.)[^\s\"',;]{8,}")
# One-time links. What an invitation is called inside the settings and in the API is its id, which is no secret.
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])"
SLASH = "(?:/|%2f)"
LINKS = rf"hand-over|invitations|claim|account{SLASH}email|reset{SLASH}key"
ONE_TIME = re.compile(rf"(?i)(?P<where>(?:{LINKS}){SLASH})(?!{UUID})[\w-]{{8,}}")
NOT_PRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def redact(text: str) -> str:
    """Tokens become `tpp_...` plus the last six of their id; JWTs, one-time codes, Bearer and Basic, `[redacted]`."""
    text = ONE_TIME.sub(r"\g<where>[redacted]", text)
    text = JWT.sub("[redacted]", TOKEN.sub(r"\g<prefix>...\g<id>", text))
    return CREDENTIAL.sub(r"\g<scheme>[redacted]", text)


def escape(text: str) -> str:
    r"""Control and direction characters as `\n`, `\x1b`, ...: no record can forge a second line or move a cursor."""
    return NOT_PRINTABLE.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), text)


class LineFormatter(logging.Formatter):
    """Time in UTC, level, logger, the request's id or `-`, message; a traceback follows on the same line, escaped."""

    converter = time.gmtime  # type: ignore[assignment]  # the stubs say it needs an argument

    def __init__(self) -> None:
        super().__init__("{asctime}Z {levelname} {name} {request} {message}", datefmt="%Y-%m-%dT%H:%M:%S", style="{")

    def format(self, record: logging.LogRecord) -> str:
        record.request = in_hand.name
        return escape(redact(super().format(record)))


# For Django and for the server around it alike. Django's own handlers would write a record a second time, and mail it.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "portal.logs.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        **{name: {"handlers": [], "propagate": True} for name in ("django", "django.server", "_granian")},
        "django.request": {"level": "ERROR"},  # a line for each refused token would be a flood that strangers steer
    },
}
