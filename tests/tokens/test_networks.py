"""Where a token may be used from."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokens.networks import NETWORKS_LIMIT, admits, canonical, canonical_list, inside


def _limits(networks: list[Any]) -> bool:
    try:
        return canonical(" ".join(map(str, networks))) is not None
    except ValueError:
        return False


def _plain(address: str) -> IPv4Address | IPv6Address:
    found = ip_address(address)
    return (isinstance(found, IPv6Address) and found.ipv4_mapped) or found


addresses = st.ip_addresses().map(str)
some_networks = st.lists(
    st.builds(
        lambda ip, bits: ip_network((ip, min(bits, ip.max_prefixlen)), strict=False),
        st.ip_addresses(),
        st.integers(1, 128),
    ),
    max_size=6,
).filter(_limits)


def test_networks_are_sorted_single_and_separated_by_spaces() -> None:
    typed = "203.0.113.0/24\n10.0.0.0/8, 2001:db8::/32\t10.0.0.0/8,198.51.100.7"
    assert canonical(typed) == "10.0.0.0/8 198.51.100.7/32 203.0.113.0/24 2001:db8::/32"


@given(some_networks)
def test_canonical_text_stays_as_it_is(networks: list[object]) -> None:
    text = canonical("\n".join(map(str, networks)))
    assert canonical(text) == text


@pytest.mark.parametrize(
    "wrong", ["10.0.0.1/8", "10.0.0.0/33", "acme.example", "10.0.0", "::1/129", "10.0.0.0/8;", "\x00"]
)
def test_what_is_no_network_is_named_in_a_sentence(wrong: str) -> None:
    with pytest.raises(ValueError, match="is not a network") as caught:
        canonical(f"192.0.2.0/24 {wrong}")
    assert repr(wrong) in str(caught.value)


def test_a_message_repeats_only_the_beginning_of_what_was_typed() -> None:
    with pytest.raises(ValueError, match="is not a network") as caught:
        canonical("x" * 5000)
    assert len(str(caught.value)) < 6000
    assert "x" * 51 not in str(caught.value).partition(" is not")[0]


def test_there_is_a_limit_to_how_many() -> None:
    many = [f"10.0.{number}.0/24" for number in range(NETWORKS_LIMIT + 1)]
    assert canonical(" ".join(many[:-1]))
    with pytest.raises(ValueError, match=f"At most {NETWORKS_LIMIT}"):
        canonical(" ".join(many))


@given(some_networks, addresses)
def test_an_address_is_admitted_exactly_when_a_network_holds_it(networks: list[object], address: str) -> None:
    text = canonical(" ".join(map(str, networks)))
    inside = any(_plain(address) in ip_network(word) for word in text.split())
    assert admits(text, address) == (inside or not text)


@pytest.mark.parametrize("address", ["", "unknown", "10.0.0.1:4711", "10.0.0.0/8"])
def test_without_a_known_address_a_limited_token_is_not_admitted(address: str) -> None:
    assert not admits("0.0.0.0/0 ::/0", address)
    assert admits("", address)


def test_both_versions_are_told_apart() -> None:
    assert admits("0.0.0.0/0", "192.0.2.1")
    assert not admits("0.0.0.0/0", "2001:db8::1")
    assert not admits("::/0", "192.0.2.1")


@given(some_networks, some_networks, addresses)
def test_what_is_inside_is_admitted_nowhere_else(inner: list[object], outer: list[object], address: str) -> None:
    text, limit = canonical(" ".join(map(str, inner))), canonical(" ".join(map(str, outer)))
    if inside(text, limit) and admits(text, address):
        assert admits(limit, address)


def test_to_be_limited_to_nothing_is_to_be_inside_nothing_but_everything() -> None:
    assert inside("", "")
    assert inside("10.0.0.0/8", "")
    assert inside("10.1.0.0/16 ::1/128", "10.0.0.0/8 ::/0")
    assert not inside("", "0.0.0.0/0")
    assert not inside("10.0.0.0/8 192.0.2.0/24", "10.0.0.0/8")


@pytest.mark.parametrize(
    "every",
    ["0.0.0.0/0", "::/0", "0.0.0.0/0 ::/0", "0.0.0.0/1 128.0.0.0/1", "::/1 8000::/1 10.0.0.0/8", "::ffff:0:0/96"],
)
def test_every_address_is_no_limit(every: str) -> None:
    with pytest.raises(ValueError, match=r"covers all of (0\.0\.0\.0|::)/0"):
        canonical(every)


def test_nothing_typed_is_no_limit_but_something_is_not_nothing() -> None:
    assert [canonical(blank) for blank in ("", " ", "\r\n", "\u2028")] == [""] * 4
    for text in (",", " , ,"):
        with pytest.raises(ValueError, match="is not a network"):
            canonical(text)


@pytest.mark.parametrize("blank", ["", " ", "\u2028", ",", "\t"])
def test_an_entry_of_a_list_says_something(blank: str) -> None:
    assert canonical_list([]) == ""
    assert canonical_list(["::1", "10.0.0.0/8"]) == "10.0.0.0/8 ::1/128"
    for entries in ([blank], ["10.0.0.0/8", blank]):
        with pytest.raises(ValueError, match="is empty"):
            canonical_list(entries)


def test_ipv4_in_the_clothes_of_ipv6_is_ipv4() -> None:
    assert canonical("::ffff:127.0.0.1 ::ffff:10.0.0.0/104 127.0.0.1") == "10.0.0.0/8 127.0.0.1/32"
    assert admits("127.0.0.1/32", "::ffff:127.0.0.1")
    assert admits("::ffff:127.0.0.1/128", "127.0.0.1")  # as one was stored before
    assert not admits("127.0.0.1/32", "::ffff:127.0.0.2")
    assert inside("::ffff:10.1.0.0/112", "10.0.0.0/8")
