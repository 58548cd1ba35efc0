"""Fixtures of every test. Nothing here reaches the network."""

import functools
import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import httpcore2
import hypothesis
import pytest

from tests.properties import PROFILE

# Those that cost seconds come first: a worker that began one last would leave the others idle.
FIRST = ("tests/test_whole_site.py", "tests/standins/test_main.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-calls", action="store_true", help="rewrite tests/calls/*.txt as calls go now")


def pytest_configure() -> None:
    hypothesis.settings.load_profile(PROFILE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


@pytest.fixture(autouse=True, scope="session")
def authorities_are_read_once() -> Iterator[None]:
    """The list of whom to trust takes 20 ms to read, and nearly every client of every test would read it again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpcore2, "default_ssl_context", functools.cache(httpcore2.default_ssl_context))
        yield


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for another machine fails at once, and says for what."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def checked(address: Any) -> None:
        if isinstance(address, tuple) and not _is_here(str(address[0])):
            raise AssertionError(f"A test tried to reach {address[0]}:{address[1]}. Fake what it talks to.")

    def guarded(self: socket.socket, address: Any) -> None:
        checked(address)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        checked(address)
        return connect_ex(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_ex)


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
