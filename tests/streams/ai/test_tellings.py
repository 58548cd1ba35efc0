"""What an engine has to tell."""

import pytest

from streams.ai.provider import AgentEnded, HeardSpeech, ProviderUnavailable, Used
from streams.ai.tellings import Tellings

USED = Used(engine="e", model="m", unit="seconds", quantity=1.0)


async def test_all_is_told_in_order_before_a_failure():
    told = Tellings()
    told.put(HeardSpeech(), USED)
    told.fail(ProviderUnavailable("gone"))
    told.fail(KeyError("too late"))
    told.put(HeardSpeech())
    telling = aiter(told)
    assert [await anext(telling), await anext(telling)] == [HeardSpeech(), USED]
    with pytest.raises(ProviderUnavailable, match="gone"):
        await anext(telling)


async def test_nothing_follows_an_end():
    told = Tellings()
    told.put(AgentEnded(outcome="done"), HeardSpeech())
    assert [one async for one in told] == [AgentEnded(outcome="done")]


async def test_once_it_is_closed_nothing_is_told_but_what_is_owing_and_that_once():
    told = Tellings()
    told.put(HeardSpeech(), USED)
    told.close()
    assert [one async for one in told] == []
    assert told.owing() == (USED,)
    assert told.owing() == ()


async def test_what_was_used_and_comes_after_the_end_is_owing():
    told = Tellings()
    told.close()
    told.put(HeardSpeech(), USED)
    assert [one async for one in told] == []
    assert told.owing() == (USED,)


async def test_what_was_taken_is_not_owing():
    told = Tellings()
    told.put(USED)
    assert await anext(aiter(told)) == USED
    assert told.owing() == ()
