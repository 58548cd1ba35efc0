"""Tests of `own_channel_layer`, which every test has. Over Redis one of these fails without it."""

import asyncio

import pytest
from channels.layers import get_channel_layer


@pytest.mark.parametrize("turns", range(2, 9))  # of the loop; in one of them it waits for the layer's own lock
async def test_whoever_gives_up_listening_keeps_no_later_test_from_it(turns):
    layer = get_channel_layer()
    mine = await layer.new_channel()
    for number in range(5):
        await layer.send(mine, {"type": "told", "number": number})
    for number in range(4):
        assert (await layer.receive(mine))["number"] == number
    waiting = asyncio.create_task(layer.receive(mine))
    for _ in range(turns):
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
