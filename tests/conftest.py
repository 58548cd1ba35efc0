"""Fixtures of every test. Nothing here reaches the network."""

import functools
import gc
import ipaddress
import os
import socket
import sqlite3
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpcore2
import hypothesis
import pytest
from channels.layers import channel_layers
from django.db import connection
from django.test import TransactionTestCase

from tests.browsing import ARGUMENTS, CHROMIUM
from tests.properties import PROFILE

# Those that cost seconds come first: a worker that began one last would leave the others idle.
FIRST = ("tests/test_whole_site.py", "tests/standins/test_main.py", "tests/deploy/test_killed")

SELDOM = (20_000, 10, 10)  # how seldom garbage is looked for: tests are short, and leave little


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-calls", action="store_true", help="rewrite tests/calls/*.txt as calls go now")


def pytest_configure() -> None:
    hypothesis.settings.load_profile(PROFILE)
    gc.disable()  # until all tests are collected: nothing of what is imported is garbage, and it is much to go through


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "new_database" in getattr(item, "fixturenames", ()):  # also where no other test wants the tests' database
            item.add_marker(pytest.mark.django_db)
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


def pytest_collection_finish() -> None:
    gc.freeze()  # what thousands of tests and all packages are made of; each full collection would go through it
    gc.set_threshold(*SELDOM)
    gc.enable()


@pytest.fixture(autouse=True, scope="session")
def authorities_are_read_once() -> Iterator[None]:
    """The list of whom to trust takes 20 ms to read, and nearly every client of every test would read it again."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((httpcore2, "default_ssl_context"), (ssl, "create_default_context")):
            patch.setattr(module, name, functools.cache(getattr(module, name)))
        yield


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One for a module. Its driver runs an event loop in this thread, which Django would refuse to query beside."""
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def browser(chromium: Any) -> Iterator[Any]:
    """A browser that nobody used before, and whose pages ask for nothing afterwards."""
    yield chromium
    for visitor in chromium.contexts:
        for page in visitor.pages:
            page.close()


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    """A file on SQLite goes with the folder that it is in; Django would begin without what is there already."""
    return django_db_keepdb or connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, pytestconfig: pytest.Config) -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    from tests import database

    with database.beginning_from(database.template(pytestconfig.cache.mkdir("database"))):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[bytes]:
    """The test database; gives what a new one is made of.

    A test that commits is cleared up a hundred times as fast as by Django's flush: on SQLite by copying the new
    database back, on PostgreSQL by deleting rows in place of truncating every table. There, too, threads of tests that
    end connected would keep the database from being dropped.
    """
    made = b""
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":
            from streams.billing.repricing import apply_new_prices
            from tests import database

            new = sqlite3.connect(":memory:")
            with django_db_blocker.unblock():
                connection.ensure_connection()  # which nobody used yet where one test runs alone
                made = connection.connection.serialize()
                apply_new_prices(datetime.now(UTC))  # of which no call knows; else each sweep of each test would look
                connection.connection.backup(new)
            patch.setattr(TransactionTestCase, "_fixture_teardown", database.putting_back(new))
        else:
            patch.setattr(type(connection.ops), "sql_flush", _deleting)
        yield made
    if connection.vendor == "postgresql":
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_terminate_backend(pid) {others}")


@pytest.fixture
def new_database(django_db_setup: bytes) -> bytes:
    """A SQLite file in which every migration was applied and nothing done since, for a process of its own, which would
    take seconds to make one; empty where the tests' database is no file: then that process makes one.
    """
    return django_db_setup


def _deleting(operations: Any, style: Any, tables: list[str], **_: bool) -> list[str]:
    """As a superuser, for whom the session may pass by every trigger."""
    delete = [f"DELETE FROM {operations.quote_name(table)}" for table in tables]
    return ["SET LOCAL session_replication_role = replica", *delete, "SET LOCAL session_replication_role = origin"]


@pytest.fixture(autouse=True, scope="session")
def only_this_machine() -> Iterator[None]:
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

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        patch.setattr(socket.socket, "connect_ex", guarded_ex)
        yield


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def own_channel_layer() -> Iterator[None]:
    """Each test makes its own: over Redis a layer keeps the locks of whoever was cancelled while waiting for one, and
    with them the event loop of that test, so that nobody could listen on the loop of a later one."""
    yield
    channel_layers.backends.clear()


@pytest.fixture(autouse=True)
def rested_engines(monkeypatch):
    """No engine rests in a test because it failed in another one."""
    from streams import engine_health
    from streams.ai.breaker import Breaker

    monkeypatch.setattr(engine_health, "_breaker", Breaker())
    monkeypatch.setattr(engine_health, "_failing", set())
