"""Addresses that a lookup may ask: what a builder may write. Where a name leads is checked again with every request."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def why_not(address: str, *, this_machine: bool = False) -> str:
    """Why this address may not be asked, as a sentence that says what to write; "" when it may.

    Only https on its usual port, by name. `this_machine` also allows http on loopback, for development and tests.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "This is not a web address. Write it as https://orders.example.com/status."
    if not address.isascii() or any(ord(character) <= 32 or character == "\\" for character in address):
        return "This is not a web address. Leave out spaces and special characters."
    if parts.username is not None or parts.password is not None:
        return "Leave out the name and password before the @. Put a secret into its own field."
    if this_machine and parts.scheme == "http" and parts.hostname in LOOPBACK:
        return ""
    if parts.scheme != "https":
        return "Only addresses that begin with https:// can be asked."
    if port not in (None, 443):
        return "Leave out the port: only the usual one of https can be asked."
    return _host_problem(parts)


def _host_problem(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if not host or "." not in host or _is_a_number(host):
        return "Write the name of a site on the internet, such as orders.example.com, not a number."
    if host.endswith((".localhost", ".local", ".internal", ".localdomain")):
        return "This name leads into a private network, which cannot be reached from here."
    return ""


def _is_a_number(host: str) -> bool:
    """True for an address in digits, also as 0x7f.1 or 2130706433, which some systems still read as one."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        last = host.rpartition(".")[2]
        return last[:1].isdigit()
    return True
