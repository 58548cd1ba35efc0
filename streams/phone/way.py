"""The way to a site. Pure.

A site on this machine may have a public address that leads elsewhere, or nowhere yet: then the phone dials this
machine, and speaks as the proxy in front of it would.

`connects_to` is HOST:PORT, "" for the way that the address itself names.
"""

from typing import Any
from urllib.parse import urlsplit


def to_page(url: str, connects_to: str) -> tuple[str, dict[str, str]]:
    """The URL to dial, and the headers that say what was meant."""
    if not connects_to:
        return url, {}
    meant = urlsplit(url)
    return meant._replace(scheme="http", netloc=connects_to).geturl(), {
        "Host": meant.netloc,
        "X-Forwarded-Proto": meant.scheme,
    }


def to_socket(url: str, connects_to: str) -> tuple[str, dict[str, Any]]:
    """The address of a WebSocket, and where to open it."""
    if not connects_to:
        return url, {}
    host, _, port = connects_to.rpartition(":")
    return urlsplit(url)._replace(scheme="ws").geturl(), {"host": host, "port": int(port)}
