"""A lookup for a call: what is sent, what is read, and what is never asked."""

import asyncio
import json

import pytest

from flows.models import Lookup
from streams import egress, lookups
from streams.egress import EgressError
from streams.off_loop import query
from tests.streams.rows import CALLER, ringing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def network(monkeypatch):
    """What was asked, and what is answered."""

    class Network:
        requests, answer = [], {"order": {"status": "shipped", "items": [{"name": "Saw"}], "paid": True, "cents": 4200}}

    async def fetch(request, *, this_machine=False):
        Network.requests.append(request)
        if isinstance(Network.answer, Exception):
            raise Network.answer
        return Network.answer

    Network.requests = []
    monkeypatch.setattr(egress, "fetch", fetch)
    return Network


def orders(**about):
    given = {
        "key": "orders",
        "name": "Order status",
        "address": "https://orders.example.com/status",
        "sends": [
            {"name": "order", "hint": "the number", "form": "digits"},
            {"name": "phone", "hint": "", "form": "caller"},
        ],
        "finds": [
            {"name": "status", "path": "order.status"},
            {"name": "first item", "path": "order.items.0.name"},
            {"name": "paid", "path": "order.paid"},
            {"name": "cents", "path": "order.cents"},
            {"name": "whole", "path": "order"},
            {"name": "gone", "path": "order.items.7.name"},
        ],
        **about,
    }
    return Lookup.objects.create(**given)


async def asked(**fields):
    call, _ = await query(ringing)
    return await lookups.look_up(call.pk, "orders", fields)


async def test_what_is_named_is_read_from_the_answer_and_nothing_else(network):
    await query(orders)
    assert await asked(order="4711") == {"status": "shipped", "first item": "Saw", "paid": "yes", "cents": "4200"}


async def test_the_callers_number_is_the_lines_word_never_the_models(network):
    await query(orders, header="X-Api-Key", secret="s3cret")
    await asked(order="4711", phone="+19005550123", extra="no")
    (request,) = network.requests
    assert request.fields == {"order": "4711", "phone": CALLER}
    assert request.secret == ("X-Api-Key", "s3cret")


async def test_a_lookup_that_waits_for_approval_or_is_gone_is_not_asked(network, caplog):
    assert await asked(order="1") is None
    await query(orders, awaits_approval=True)
    assert await asked(order="1") is None
    assert network.requests == []
    assert "was refused" in caplog.text


async def test_a_secret_that_can_no_longer_be_read_is_not_left_out_but_stops_the_lookup(network, settings, caplog):
    await query(orders, header="X-Api-Key", secret="s3cret")
    settings.SECRET_KEY = "another"
    assert await asked(order="1") is None
    assert network.requests == []
    assert "can no longer be read" in caplog.text


async def test_a_failure_is_none_and_no_word_of_what_was_asked_is_in_the_log(network, caplog):
    await query(orders, header="X-Api-Key", secret="s3cret")
    for failure in (EgressError("It did not answer in time."), RuntimeError("4711 s3cret")):
        network.answer = failure
        assert await asked(order="4711") is None
    assert "4711" not in caplog.text
    assert "s3cret" not in caplog.text


async def test_what_the_other_system_does_not_have_is_not_found_and_no_failure(network, caplog):
    await query(orders)
    network.answer = egress.NothingThere("HTTP 404")
    assert await asked(order="4711") == {}
    assert not caplog.records


@pytest.mark.parametrize("answer", [[], None, "text", 7, {"order": None}, {"order": {"status": ["a"]}}, {"order": []}])
async def test_an_answer_of_another_shape_finds_nothing(network, answer):
    network.answer = answer
    await query(orders)
    assert await asked(order="1") == {}


async def test_a_long_text_is_cut(network):
    network.answer = {"order": {"status": "x\n" * 10_000}}
    await query(orders)
    assert len((await asked(order="1"))["status"]) == lookups.LONGEST


async def test_no_more_calls_ask_at_once_than_a_system_can_bear(network, monkeypatch):
    await query(orders)
    monkeypatch.setattr(lookups, "AT_ONCE", 2)
    go_on = asyncio.Event()

    async def slow(request, *, this_machine=False):
        await go_on.wait()
        return {}

    monkeypatch.setattr(egress, "fetch", slow)
    call, _ = await query(ringing)
    asking = [asyncio.create_task(lookups.look_up(call.pk, "orders", {})) for _ in range(2)]
    await asyncio.sleep(0)
    assert await lookups.look_up(call.pk, "orders", {}) is None
    go_on.set()
    assert await asyncio.gather(*asking) == [{}, {}]
    assert await lookups.look_up(call.pk, "orders", {}) == {}


async def test_a_true_server_on_this_machine_is_asked_end_to_end(settings):
    settings.LOOKUPS_ON_THIS_MACHINE = True
    heard = []

    async def serve(reader, writer):
        heard.append((await reader.readuntil(b"\r\n\r\n")).decode())
        body = json.dumps({"order": {"status": "shipped"}}).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    await query(orders, address=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/status")
    assert await asked(order="4711") == {"status": "shipped"}
    assert heard[0].startswith("GET /status?order=4711&phone=%2B14155550142 HTTP/1.1")
    server.close()
