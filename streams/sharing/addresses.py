"""Where a request comes from, as far as the site can tell, and no more exactly than it needs. Pure."""

from collections.abc import Mapping
from ipaddress import ip_address, ip_network

SHARED_BITS = {4: 24, 6: 64}  # of an address that is kept: the house, not the person
HOUSE_BITS = {4: 32, 6: 64}  # one house has one of these: a whole IPv6 network is one house


def address_of(meta: Mapping[str, str]) -> str:
    """The address of whoever asks (`request.META`); that which our own proxy names, where one stands before us."""
    near = meta.get("REMOTE_ADDR", "")
    try:
        behind = ip_address(near).is_loopback
    except ValueError:
        return ""
    named = meta.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return named if behind and named else near


def roughly(address: str) -> str:
    """The network that an address is in, as “203.0.113.0/24”; "" for what is none."""
    return _network(address, SHARED_BITS)


def house(address: str) -> str:
    """What is counted as one asker."""
    return _network(address, HOUSE_BITS)


def _network(address: str, bits: Mapping[int, int]) -> str:
    try:
        found = ip_address(address)
        return str(ip_network((found, bits[found.version]), strict=False))
    except ValueError:
        return ""
