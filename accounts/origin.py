"""Where a request came from: the client's address as far as it can be trusted."""

from collections.abc import Mapping
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Protocol

from django.conf import settings

from audit.record import Origin

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network

UNIX_SOCKET_PEER = ""
LONGEST_ADDRESS = 64  # characters; an IPv6 address with an IPv4 one in it and a zone
ADDRESSES_REMEMBERED = 4096
LONGEST_REMEMBERED = 4 * LONGEST_ADDRESS  # characters of all the addresses of one request


class Sent(Protocol):
    """A request of Django's, or as much of one as says where it came from."""

    META: dict[str, Any]


def client_address(request: Sent) -> str:
    """The peer, or what a configured proxy says of it."""
    return address_in(request.META)


def address_in(environ: Mapping[str, Any]) -> str:
    """The same from a WSGI environ, which is all there is before Django has made a request.

    X-Forwarded-For is read from the right and only across configured proxies, so a visitor cannot add to it. Where a
    proxy does not name whom it speaks for, or in a way that cannot be read, the address is unknown, "": taking the
    proxy's own instead would let whoever spoils the header pass for a neighbour. Unknown is in nobody's network.
    """
    peer, chain = environ.get("REMOTE_ADDR", UNIX_SOCKET_PEER), environ.get("HTTP_X_FORWARDED_FOR", "")
    told = _told if len(peer) + len(chain) <= LONGEST_REMEMBERED else _told.__wrapped__
    return told(peer, chain, tuple(settings.TRUSTED_PROXIES))


def neighbourhood(address: str) -> str:
    """Whose attempts are counted together: a subscriber of IPv6 has a whole /64 to ask from (RFC 6177)."""
    found = _parse(address)
    if not isinstance(found, IPv6Address):
        return address
    return str(ip_network((int(found) >> 64 << 64, 64)))


def is_from_a_proxy(environ: Mapping[str, Any]) -> bool:
    """Whether the peer is a configured proxy: only then do other headers of a proxy's say anything."""
    if not settings.TRUSTED_PROXIES:
        return False
    peer = _parse(environ.get("REMOTE_ADDR", UNIX_SOCKET_PEER))
    return peer is not None and _is_proxy(peer, tuple(settings.TRUSTED_PROXIES))


def client_of(request: Sent) -> str:
    """What the client calls itself. `request.headers` takes longer to make than a token to check."""
    name: str = request.META.get("HTTP_USER_AGENT", "")
    return name


def origin_of(request: Sent) -> Origin:
    return Origin(client_address(request), client_of(request)[:200], getattr(request, "id", ""))


@lru_cache(maxsize=ADDRESSES_REMEMBERED)
def _told(peer: str, chain: str, proxies: tuple[str, ...]) -> str:
    """Remembered: every check of a token asks for its client's address, and clients come again."""
    address = _parse(peer)
    for text in reversed(chain.split(",")):
        if address is None or not _is_proxy(address, proxies):
            break
        address = _parse(text)
    return str(address) if address else ""


def _parse(text: str) -> Address | None:
    text = text.strip()
    try:
        address = ip_address(text if len(text) <= LONGEST_ADDRESS else "")
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_proxy(address: Address, proxies: tuple[str, ...]) -> bool:
    return any(address in network for network in _proxies(proxies))


@cache
def _proxies(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)
