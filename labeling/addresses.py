"""Which addresses are this computer's own, and from which one a browser asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

Network = IPv4Network | IPv6Network


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach the address; an empty one means every address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def own_host(address: str | None) -> str:
    """By what name this computer reaches what it serves at an address itself; empty means every address."""
    with suppress(ValueError):
        parsed = ip_address(address or "0.0.0.0")
        if parsed.is_unspecified:
            return "127.0.0.1" if parsed.version == 4 else "[::1]"
        return str(parsed) if parsed.version == 4 else f"[{parsed}]"
    return address or ""


def networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks with commas between them. Raises ValueError."""
    return tuple(ip_network(word.strip()) for word in text.split(",") if word.strip())


def browser_address(peer: str, forwarded: Iterable[str], proxies: Collection[Network]) -> str:
    """The address of the browser behind a request that came from `peer`; empty where it is not known.

    `forwarded` are its X-Forwarded-For headers. What a proxy has added to them is believed, and nothing else:
    anybody may send some.
    """
    hops = [hop for header in forwarded for hop in header.split(",")]
    address = _parsed(peer)
    # Streamlit's server has put there what this computer forwarded for, whoever wrote it into that header.
    written = (hop for hop in map(_parsed, reversed(hops)) if hop is not None and not hop.is_loopback)
    if address is not None and address == next(written, None):
        address = _parsed("127.0.0.1")
    while hops and _is_in(address, proxies):
        address = _parsed(hops.pop())
    if address is None or address.is_loopback or _is_in(address, proxies):
        return ""
    return str(address)


def household(address: str) -> str:
    """What counts as one address: of IPv6 the network, as one household has all of its addresses."""
    parsed = _parsed(address)
    return str(ip_network((parsed, 64), strict=False)) if isinstance(parsed, IPv6Address) else address


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """The address, which may have a port; None for what is none."""
    for form in (str, lambda text: urlsplit(f"//{text}").hostname or ""):
        with suppress(ValueError):
            address = ip_address(form(text.strip()))
            break
    else:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_in(address: IPv4Address | IPv6Address | None, proxies: Collection[Network]) -> bool:
    return address is not None and any(address in network for network in proxies)
