import asyncio

import pytest

from streams.ai.openai.fetching import fetched


async def source(*steps):
    for step in steps:
        if isinstance(step, Exception):
            raise step
        if step is None:
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        yield step


def read(pieces, within=0.05):
    return fetched(pieces, first_seconds=within, next_seconds=within)


async def test_pieces_come_in_order_without_empty_ones():
    assert [piece async for piece in read(source(b"a", b"", b"b"))] == [b"a", b"b"]


@pytest.mark.parametrize("before", [(), (b"a",)])
async def test_a_piece_that_does_not_come_in_time_is_told(before):
    pieces = read(source(*before, None))
    for piece in before:
        assert await anext(pieces) == piece
    with pytest.raises(TimeoutError):
        await anext(pieces)


async def test_what_reading_raises_is_raised_after_what_came_before():
    pieces = read(source(b"a", KeyError("ours")))
    assert await anext(pieces) == b"a"
    with pytest.raises(KeyError):
        await anext(pieces)


async def test_closing_ends_the_reading_at_once():
    unwound = []

    async def inner():
        try:
            yield b"a"
            await asyncio.Event().wait()
        finally:
            unwound.append(True)

    async def outer():
        async for piece in inner():
            yield piece

    pieces = read(outer())
    await anext(pieces)
    await pieces.aclose()
    assert unwound == [True]
    assert asyncio.all_tasks() == {asyncio.current_task()}
