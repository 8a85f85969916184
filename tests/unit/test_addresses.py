"""From which address a browser asks: what proxies say counts where they are known, and nobody else's word."""

from __future__ import annotations

import pytest

from labeling.addresses import browser_address, household, networks


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "address"),
    [
        ("203.0.113.7", [], "", "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "", "203.0.113.7"),
        ("127.0.0.1", [], "", ""),
        ("127.0.0.1", ["203.0.113.7"], "", ""),
        ("::1", ["203.0.113.7"], "", ""),
        ("", ["203.0.113.7"], "", ""),
        ("a socket", [], "", ""),
        ("127.0.0.1", ["203.0.113.7"], "127.0.0.1", "203.0.113.7"),
        ("127.0.0.1", ["203.0.113.7:4711"], "127.0.0.1", "203.0.113.7"),
        ("127.0.0.1", ["[2001:db8::7]:4711"], "127.0.0.1", "2001:db8::7"),
        ("::ffff:127.0.0.1", ["::ffff:203.0.113.7"], "127.0.0.1", "203.0.113.7"),
        ("127.0.0.1", ["198.51.100.1, 203.0.113.7"], "127.0.0.1", "203.0.113.7"),
        ("127.0.0.1", ["198.51.100.1", "203.0.113.7"], "127.0.0.1", "203.0.113.7"),
        ("10.0.0.2", ["198.51.100.1, 203.0.113.7, 10.0.0.1"], "10.0.0.0/8", "203.0.113.7"),
        ("10.0.0.2", [], "10.0.0.0/8", ""),
        ("127.0.0.1", ["nonsense"], "127.0.0.1", ""),
        # As Streamlit's server puts it, which believes whatever this computer forwards.
        ("203.0.113.7", ["203.0.113.7"], "", ""),
        ("203.0.113.7", ["198.51.100.1, 203.0.113.7"], "127.0.0.1", "203.0.113.7"),
        ("203.0.113.7", ["203.0.113.7, 127.0.0.1"], "127.0.0.1", "203.0.113.7"),
    ],
)
def test_the_address_of_a_browser(peer: str, forwarded: list[str], proxies: str, address: str) -> None:
    assert browser_address(peer, forwarded, networks(proxies)) == address


def test_a_household_counts_as_one() -> None:
    assert household("203.0.113.7") == "203.0.113.7"
    assert household("2001:db8:1:2:3::4") == household("2001:db8:1:2::1") == "2001:db8:1:2::/64"
    assert household("") == ""
