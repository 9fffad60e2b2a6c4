"""Where a request came from: the client's address as far as it can be trusted."""

from collections.abc import Mapping
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from audit.record import Origin

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network

UNIX_SOCKET_PEER = ""
OPAQUE = "null"
LONGEST_ADDRESS = 64  # characters; an IPv6 address with an IPv4 one in it and a zone
ADDRESSES_REMEMBERED = 4096


def client_address(request: HttpRequest) -> str:
    """The peer, or what a configured proxy says of it."""
    return address_in(request.META)


def address_in(environ: Mapping[str, Any]) -> str:
    """The same from a WSGI environ, which is all there is before Django has made a request.

    X-Forwarded-For is read from the right and only across configured proxies, so a visitor cannot add to it. It ends
    at what cannot be parsed: to the left of that stands what a visitor sent. The last address that is certain counts.
    """
    peer = _peer(environ)
    for text in reversed(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        named = _parse(text)
        if peer is None or named is None or not _is_proxy(peer):
            break
        peer = named
    return str(peer) if peer else ""


def is_from_a_proxy(environ: Mapping[str, Any]) -> bool:
    """Whether the peer is a configured proxy: only then do other headers of a proxy's say anything."""
    peer = _peer(environ)
    return peer is not None and _is_proxy(peer)


def origin_of(request: HttpRequest) -> Origin:
    client = request.headers.get("User-Agent", "")
    return Origin(client_address(request), client[:200], getattr(request, "id", ""))


def name_own_origin(request: HttpRequest) -> None:
    """Without a referrer a browser calls its origin "null", even to that very origin, and Django refuses it.

    The browser itself says beside it where the request was started; no page can write that header.
    """
    own = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if own and request.META.get("HTTP_ORIGIN") == OPAQUE:
        request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"


def _peer(environ: Mapping[str, Any]) -> Address | None:
    return _parse(environ.get("REMOTE_ADDR", UNIX_SOCKET_PEER))


def _parse(text: str) -> Address | None:
    text = text.strip()
    return _parsed(text) if len(text) <= LONGEST_ADDRESS else None


@lru_cache(maxsize=ADDRESSES_REMEMBERED)
def _parsed(text: str) -> Address | None:
    """Remembered: every check of a token asks for its client's address, and clients come again."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_proxy(address: Address) -> bool:
    return any(address in network for network in _proxies(tuple(settings.TRUSTED_PROXIES)))


@cache
def _proxies(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)
