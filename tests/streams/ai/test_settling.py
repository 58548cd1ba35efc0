from contextlib import asynccontextmanager

import pytest

from streams.ai.provider import Used, settled

DEBT = Used(engine="x", model="y", unit="seconds", quantity=3)


class Engine:
    def __init__(self):
        self.is_left = False

    def owing(self):
        return (DEBT,) if self.is_left else ()


@asynccontextmanager
async def opened(engine):
    try:
        yield engine
    finally:
        engine.is_left = True


@pytest.mark.parametrize("failure", [None, KeyError])
async def test_what_is_owed_once_an_engine_was_left_is_told_also_when_it_broke(failure):
    told = []
    try:
        async with settled(opened(Engine()), told.append):
            assert told == []
            if failure:
                raise failure
    except KeyError:
        assert failure
    assert told == [DEBT]


async def test_an_engine_that_could_not_be_had_owes_nothing():
    @asynccontextmanager
    async def closed():
        raise ConnectionError
        yield

    told = []
    with pytest.raises(ConnectionError):
        async with settled(closed(), told.append):
            pass
    assert told == []
