"""The carrier's part on calls that a site orders: machines that it hears, and the end that the site asks for."""

import asyncio
import json
from dataclasses import replace

import pytest

from streams.phone import outbound
from streams.phone.call import Application
from streams.phone.callers import MachineCaller
from streams.phone.desk import Desk, Order
from streams.phone.profile import DEFAULT
from tests.streams.phone.site import ACCOUNT

ANSWER, TOLD = "/plivo/answer/", "/told/"
PROFILE = replace(DEFAULT, direction="outbound")


@pytest.fixture
def order(site):
    site.answers = {ANSWER: '<Response><Wait length="20"/></Response>', TOLD: ""}
    wanted = {"from": "14155550199", "to": "14155550142", "answer_url": f"{site.url}{ANSWER}", "hangup_url": ""}
    return Order({**wanted, "machine_detection": "true", "machine_detection_url": f"{site.url}{TOLD}"})


@pytest.fixture
def carried(call, order):
    async def carry(machine, then=lambda call: None):
        def begin(phone_call):
            outbound.carried(phone_call, order, machine=machine)
            then(phone_call)

        application = Application(order.wanted["answer_url"])
        caller = MachineCaller(outbound.GREETING)
        return await call(caller, site=application, profile=PROFILE, on_call=begin)

    return carry


def told(site):
    return [request.form for request in site.requests if request.path == TOLD]


@pytest.mark.parametrize("machine", [True, False])
async def test_the_site_is_told_what_picked_up_a_little_after_the_answer(site, carried, machine):
    record = await carried(machine)
    (form,) = told(site)
    assert (form["Event"], form["Machine"], form["Direction"]) == ("MachineDetection", str(machine).lower(), "outbound")
    assert record.hangup_code == 4010


async def test_a_site_that_did_not_ask_is_not_told(site, carried, order):
    del order.wanted["machine_detection"]
    await carried(True)
    assert told(site) == []


async def test_the_carrier_itself_hangs_up_on_machines_where_it_was_told_to(site, carried, order):
    order.wanted["machine_detection"] = "hangup"
    record = await carried(True)
    assert (record.hangup_code, told(site)) == (9100, [])


async def test_the_site_may_end_its_call(carried, order):
    order.status = "live"
    desk = Desk(ACCOUNT, print)
    desk._orders[order.uuid] = order
    key = desk._key
    path = f"/v1/Account/{ACCOUNT.auth_id}/Call/{order.uuid}/"

    def end_soon(phone_call):
        asyncio.get_running_loop().call_later(0.05, desk.answer, "DELETE", path, key, b"")

    record = await carried(False, end_soon)
    assert (record.hangup_code, record.ending) == (1000, "the site ended the call")
    order.status = "over"
    assert desk.answer("DELETE", path, key, b"")[0] == 404


async def test_an_order_is_cancelled_only_while_nobody_has_picked_up(carried, order):
    desk, said = Desk(ACCOUNT, print), []
    desk._orders[order.uuid] = order
    path = f"/v1/Account/{ACCOUNT.auth_id}/Request/{order.uuid}/"

    def cancel():
        said.append(desk.answer("DELETE", path, desk._key, b"")[0])

    def cancel_twice(phone_call):
        phone_call.once_answered.append(lambda: asyncio.sleep(0, cancel()))

    cancel()  # nobody carries it yet
    record = await carried(False, cancel_twice)
    assert (said, record.hangup_code) == ([404, 404], 4010)
    record = await carried(False, lambda phone_call: cancel())
    assert (said[-1], record.hangup_code, record.answered_at) == (204, 1000, None)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, 201),
        ({"ring_timeout": 30, "machine_detection": "hangup"}, 201),
        ({"ring_timeout": "long"}, 400),
        ({"ring_timeout": 0}, 400),
        ({"machine_detection": "yes"}, 400),
    ],
)
def test_the_desk_takes_what_the_carrier_takes(more, status):
    desk = Desk(ACCOUNT, lambda order: None)
    wanted = {"from": "1", "to": "2", "answer_url": "a", "hangup_url": "h"}
    assert desk._take(json.dumps({**wanted, **more}).encode())[0] == status


def test_an_order_rings_as_long_as_it_says():
    assert (Order({}).ring_seconds, Order({"ring_timeout": 30}).ring_seconds) == (120, 30)
