"""What a builder may write as the address of a lookup. Hostile ones are in tests/streams/test_egress.py."""

import pytest

from flows.web_addresses import why_not


@pytest.mark.parametrize(
    "address",
    ["https://orders.example.com", "https://orders.example.com:443/a/b?c=d", "HTTPS://Orders.Example.Com/status"],
)
def test_an_address_on_the_internet_may_be_asked(address):
    assert why_not(address) == ""


@pytest.mark.parametrize("address", ["http://127.0.0.1:8001/orders", "http://localhost:8001/", "http://[::1]:9/"])
def test_this_machine_may_be_asked_only_while_developing(address):
    assert why_not(address)
    assert why_not(address, this_machine=True) == ""


@pytest.mark.parametrize("address", ["http://127.0.0.1.example.com/", "http://10.0.0.1/", "https://127.0.0.1/"])
def test_nothing_else_is_opened_by_that(address):
    assert why_not(address, this_machine=True)


def test_each_refusal_says_what_to_write():
    assert "https://" in why_not("orders.example.com/status")
    assert "port" in why_not("https://orders.example.com:8443/")
    assert "its own field" in why_not("https://ann:secret@orders.example.com/")
