"""The rows that all browsers of a process share: few looks, and none that is older than whoever asks."""

import asyncio

import pytest

from streams.desk import board


class Looks(list):
    def __init__(self):
        super().__init__()
        self.began = asyncio.Event()


@pytest.fixture
def looks(monkeypatch):
    """What the database shows; each look at it gives the next number, and tells that it began."""
    made = Looks()

    async def query(work):
        made.append(len(made) + 1)
        made.began.set()
        await asyncio.sleep(0)
        return list(made), []

    monkeypatch.setattr(board, "query", query)
    monkeypatch.setattr(board, "APART", 0.02)
    return made


async def test_whoever_asks_after_a_look_began_is_told_what_came_since(looks):
    shared = board.Board()
    first = asyncio.ensure_future(shared.rows())
    await looks.began.wait()
    assert await asyncio.gather(first, shared.rows()) == [[1], [1, 2]]


async def test_all_who_ask_at_once_share_one_look(looks):
    shared = board.Board()
    await asyncio.gather(*(shared.rows() for _ in range(20)))
    assert looks == [1]
    await asyncio.gather(*(shared.rows() for _ in range(20)))
    assert looks == [1, 2]


def test_looks_that_take_long_come_seldom_but_come():
    assert [board.pause(took) for took in (0.01, 0.4, 9.0)] == [board.APART, 2.0, board.LONGEST]
