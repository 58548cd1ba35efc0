import socket

import pytest

from ivrsite.launch import ports


@pytest.fixture
def busy():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_busy_port_is_named_with_one_that_is_free(busy):
    with pytest.raises(SystemExit) as refused:
        ports.required(busy)
    said = refused.value.code
    assert said.startswith(f"Port {busy} is in use by another program.")
    assert ports.is_free(int(said.rpartition("PORT=")[2]))


def test_the_highest_port_has_no_neighbour_and_still_gets_an_offer(monkeypatch):
    free = ports.any_free()
    monkeypatch.setattr(ports, "is_free", lambda port: port == free)
    with pytest.raises(SystemExit, match="make run PORT="):
        ports.required(65535)


def test_a_free_port_is_taken_as_it_is():
    port = ports.any_free()
    assert ports.required(port) == port


@pytest.mark.parametrize("given", ["", "http", "0", "65536", "-1", "8000 ", "８０８０x", "1e4"])
def test_what_is_no_port_is_refused_in_words(given):
    with pytest.raises(SystemExit) as refused:
        ports.parsed(given)
    assert refused.value.code == f"PORT is “{given}”; it must be a number from 1 to 65535, such as: make run PORT=8001"


def test_a_port_is_read():
    assert ports.parsed("8000") == 8000
