"""Where a request came from: the client's address as far as it can be trusted."""

from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from audit.record import Origin

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network

UNIX_SOCKET_PEER = ""


def client_address(request: HttpRequest) -> str:
    """The peer, or what a configured proxy says of it.

    X-Forwarded-For is read from the right and only across configured proxies, so a visitor cannot add to it. It ends
    at what cannot be parsed: to the left of that stands what a visitor sent. The last address that is certain counts.
    """
    peer = _parse(request.META.get("REMOTE_ADDR", UNIX_SOCKET_PEER))
    for text in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        named = _parse(text)
        if peer is None or named is None or not _is_proxy(peer):
            break
        peer = named
    return str(peer) if peer else ""


def origin_of(request: HttpRequest) -> Origin:
    client = request.headers.get("User-Agent", "")
    return Origin(client_address(request), client[:200], getattr(request, "id", ""))


def _parse(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_proxy(address: Address) -> bool:
    return any(address in network for network in _proxies(tuple(settings.TRUSTED_PROXIES)))


@cache
def _proxies(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)
