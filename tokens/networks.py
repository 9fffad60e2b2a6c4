"""Where a token may be used from: a list of networks in CIDR notation. Pure. An empty list allows every address."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

NETWORKS_LIMIT = 20
NETWORKS_CACHE = 1024


def canonical(text: str) -> str:
    """Sorted networks separated by spaces. Raises ValueError with a sentence that names the wrong one."""
    found: set[IPv4Network | IPv6Network] = set()
    for word in text.replace(",", " ").split():
        try:
            found.add(ip_network(word))
        except ValueError as error:
            raise ValueError(f"{word[:50]!r} is not a network: {error}. Write it like 203.0.113.0/24.") from None
    if len(found) > NETWORKS_LIMIT:
        raise ValueError(f"At most {NETWORKS_LIMIT} networks.")
    return " ".join(str(network) for network in sorted(found, key=lambda one: (one.version, one)))


def admits(text: str, address: str) -> bool:
    """Whether a token limited to `text` may be used from `address`. Without a known address a limited token may not."""
    if not text:
        return True
    try:
        client = ip_address(address)
    except ValueError:
        return False
    return any(client in network for network in _parsed(text))


def inside(text: str, limit: str) -> bool:
    """Whether a token limited to `text` may be used from nowhere that `limit` does not allow."""
    return not limit or (bool(text) and all(_is_within(one, _parsed(limit)) for one in _parsed(text)))


def _is_within(one: IPv4Network | IPv6Network, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    return any(one.version == other.version and one.subnet_of(other) for other in networks)  # type: ignore[arg-type]


@lru_cache(maxsize=NETWORKS_CACHE)
def _parsed(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(word) for word in text.split())
