"""Where a request came from: only configured proxies are believed, and only as far as they can be read."""

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from accounts.origin import client_address, neighbourhood, origin_of

PROXY, INNER, CLIENT, FORGED = "10.0.0.1", "10.0.0.2", "198.51.100.7", "203.0.113.66"


@pytest.fixture(autouse=True)
def behind_proxies(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ("10.0.0.0/8", "fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        (CLIENT, "", CLIENT),
        (CLIENT, FORGED, CLIENT),
        (PROXY, "", ""),
        (PROXY, CLIENT, CLIENT),
        (PROXY, f"{FORGED}, {CLIENT}", CLIENT),
        (PROXY, f"{FORGED}, {CLIENT}, {INNER}", CLIENT),
        (PROXY, f" {CLIENT} ", CLIENT),
        (PROXY, "10.0.0.9, 10.0.0.8", "10.0.0.9"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:10.0.0.1", f"::ffff:{CLIENT}", CLIENT),
        ("", CLIENT, ""),
        ("unix:", CLIENT, ""),
    ],
)
def test_who_a_proxy_speaks_for_counts(rf: RequestFactory, peer: str, forwarded: str, address: str) -> None:
    assert client_address(rf.get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)) == address


@pytest.mark.parametrize("unreadable", ["unknown", "", f"{CLIENT}:4711", "_hidden", "10.0.0.1/8", "\x00", "x" * 5000])
def test_a_proxy_that_cannot_be_read_speaks_for_nobody_known(rf: RequestFactory, unreadable: str) -> None:
    """To the left of it stands what the visitor sent, and the proxy's own address is not the visitor's."""
    request = rf.get("/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=f"{FORGED}, {unreadable}")
    assert client_address(request) == ""
    request = rf.get("/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=f"{FORGED}, {unreadable}, {INNER}")
    assert client_address(request) == ""


def test_without_configured_proxies_nobody_is_believed(rf: RequestFactory, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ()
    assert client_address(rf.get("/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=CLIENT)) == PROXY


@given(sent=st.text(st.characters(max_codepoint=255), max_size=60), client=st.ip_addresses())
def test_whatever_a_visitor_sends_the_proxys_word_counts(rf: RequestFactory, sent: str, client: object) -> None:
    real = client_address(rf.get("/", REMOTE_ADDR=str(client)))
    request = rf.get("/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=f"{sent}, {client}")
    if not real.startswith(("10.", "fd")):
        assert client_address(request) == real


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("198.51.100.7", "198.51.100.7", True),
        ("198.51.100.7", "::ffff:198.51.100.7", False),  # no address here is ever written like the second
        ("198.51.100.7", "198.51.100.8", False),
        ("", "", True),
        ("", "198.51.100.7", False),
    ],
)
def test_attempts_from_one_network_of_ipv6_are_counted_together(one: str, other: str, together: bool) -> None:
    assert (neighbourhood(one) == neighbourhood(other)) is together


def test_an_origin_is_address_client_and_request(rf: RequestFactory) -> None:
    request = rf.get("/", REMOTE_ADDR=CLIENT, HTTP_USER_AGENT="U" * 1000)
    request.id = "req_1"  # type: ignore[attr-defined]
    origin = origin_of(request)
    assert (origin.address, origin.client, origin.request_id) == (CLIENT, "U" * 200, "req_1")
