"""A script that holds a token: it calls the portal over the network, as curl would."""

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

CLIENT = "nightly-sync/1.0"


def call(origin: str, secret: str) -> tuple[int, dict[str, Any]]:
    """Status and body of GET /api/v1/me."""
    address = urlsplit(origin)
    assert address.hostname
    connection = HTTPConnection(address.hostname, address.port, timeout=10)
    try:
        headers = {"Authorization": f"Bearer {secret}", "User-Agent": CLIENT}
        connection.request("GET", "/api/v1/me", headers=headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()
