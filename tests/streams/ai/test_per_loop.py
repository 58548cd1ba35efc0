import asyncio

import pytest

from streams.ai.per_loop import PerLoop


class Thing:
    def __init__(self):
        self.closed_in = None

    async def close(self):
        await asyncio.sleep(0)
        self.closed_in = asyncio.get_running_loop()


@pytest.fixture
def things():
    return PerLoop(Thing, Thing.close)


async def test_a_loop_has_one(things):
    assert things.here() is things.here()


def test_another_loop_has_another_and_each_is_closed_in_its_own_before_that_ends(things):
    async def use():
        return things.here(), asyncio.get_running_loop()

    (one, first_loop), (other, second_loop) = asyncio.run(use()), asyncio.run(use())
    assert one is not other
    assert (one.closed_in, other.closed_in) == (first_loop, second_loop)


async def test_it_can_be_closed_by_hand_and_made_anew(things):
    await things.close_here()
    one = things.here()
    await things.close_here()
    assert one.closed_in is asyncio.get_running_loop()
    assert things.here() is not one
