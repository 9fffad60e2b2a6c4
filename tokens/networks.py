"""Where a token may be used from: a list of networks in CIDR notation. Pure. An empty list allows every address.

An IPv4 address that is written as an IPv6 one, ::ffff:192.0.2.1, is the IPv4 address, in a list and as a client's.
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, collapse_addresses, ip_address, ip_network

NETWORKS_LIMIT = 20
NETWORKS_CACHE = 1024
MAPPED_BITS = 96  # of ::ffff:0:0/96, which stands for IPv4

type Network = IPv4Network | IPv6Network


def canonical(text: str) -> str:
    """Sorted networks separated by spaces. Raises ValueError with a sentence that names the wrong one.

    Nothing comes of nothing alone: what limits nobody is wrong, be it that there is no network in a text, or that there
    is every address.
    """
    words = text.replace(",", " ").split()
    if not words and text.strip():
        raise ValueError(f"{text.strip()[:50]!r} is not a network. Write it like 203.0.113.0/24.")
    found = {_read(word) for word in words}
    if len(found) > NETWORKS_LIMIT:
        raise ValueError(f"At most {NETWORKS_LIMIT} networks.")
    if whole := _whole(found):
        raise ValueError(f"This covers all of {whole}, which is no limit. Name smaller networks, or none.")
    return " ".join(str(network) for network in sorted(found, key=lambda one: (one.version, one)))


def canonical_list(entries: Iterable[str]) -> str:
    """The same of a list, where each entry says something."""
    entries = list(entries)
    if not all(entry.replace(",", " ").strip() for entry in entries):
        raise ValueError("An entry of this list is empty. Write it like 203.0.113.0/24, or leave it out.")
    return canonical(" ".join(entries))


def admits(text: str, address: str) -> bool:
    """Whether a token limited to `text` may be used from `address`. Without a known address a limited token may not."""
    if not text:
        return True
    try:
        client = _unmapped(ip_address(address))
    except ValueError:
        return False
    return any(client in network for network in _parsed(text))


def inside(text: str, limit: str) -> bool:
    """Whether a token limited to `text` may be used from nowhere that `limit` does not allow."""
    return not limit or (bool(text) and all(_is_within(one, _parsed(limit)) for one in _parsed(text)))


def _is_within(one: Network, networks: tuple[Network, ...]) -> bool:
    return any(one.version == other.version and one.subnet_of(other) for other in networks)  # type: ignore[arg-type]


@lru_cache(maxsize=NETWORKS_CACHE)
def _parsed(text: str) -> tuple[Network, ...]:
    return tuple(_network(word) for word in text.split())


def _read(word: str) -> Network:
    try:
        return _network(word)
    except ValueError as error:
        raise ValueError(f"{word[:50]!r} is not a network: {error}. Write it like 203.0.113.0/24.") from None


def _network(word: str) -> Network:
    found = ip_network(word)
    first = _unmapped(found.network_address)
    if found.version == first.version or found.prefixlen < MAPPED_BITS:
        return found
    return IPv4Network((int(first), found.prefixlen - MAPPED_BITS))


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def _whole(networks: Iterable[Network]) -> Network | None:
    """All of IPv4 or of IPv6, if that is what they are together."""
    fours = list(collapse_addresses(one for one in networks if isinstance(one, IPv4Network)))
    sixes = list(collapse_addresses(one for one in networks if isinstance(one, IPv6Network)))
    together: list[Network] = [*fours, *sixes]
    return next((one for one in together if not one.prefixlen), None)
