import asyncio

import pytest

from streams.ai.openai.deadlines import Deadlines


async def soon(seconds=0.0):
    await asyncio.sleep(seconds)
    return "here"


async def test_what_comes_in_time_is_given():
    assert await Deadlines(first=5, whole=5).wait(soon()) == "here"


@pytest.mark.parametrize(("first", "whole"), [(0.01, 5), (5, 0.01), (0, 0)])
async def test_what_is_late_for_the_first_piece_or_the_whole_is_given_up(first, whole):
    with pytest.raises(TimeoutError):
        await Deadlines(first=first, whole=whole).wait(soon(5))


async def test_after_the_first_piece_only_the_whole_counts():
    deadlines = Deadlines(first=0.01, whole=5)
    deadlines.first_came()
    assert await deadlines.wait(soon(0.02)) == "here"


async def test_waiting_is_counted_together_and_reading_is_not():
    deadlines = Deadlines(first=5, whole=0.05)
    await deadlines.wait(soon(0.03))
    await asyncio.sleep(0.05)  # a reader takes its time
    assert await deadlines.wait(soon()) == "here"
    with pytest.raises(TimeoutError):
        await deadlines.wait(soon(0.03))
