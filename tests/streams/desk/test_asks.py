"""What is asked of the process that carries a call reaches the flow of that call."""

import asyncio

import pytest
from channels.layers import InMemoryChannelLayer

from flows.engine.events import MachineAnswered
from streams.desk import asks, news


@pytest.fixture
def layer(monkeypatch):
    made = InMemoryChannelLayer()
    monkeypatch.setattr(news, "get_channel_layer", lambda: made)
    monkeypatch.setattr(news, "_sender", news.Sender())
    return made


async def test_the_flow_is_told_what_is_known_and_nothing_else(layer):
    fed = asyncio.Queue()
    listening = asyncio.create_task(asks.listen(7, fed.put_nowait, print))
    for _ in range(20):
        await asyncio.sleep(0)
    for act in ("dance", "machine"):
        news.ask(7, act)
    news.ask(8, "machine")
    assert await asyncio.wait_for(fed.get(), 5) == MachineAnswered()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    assert fed.empty()
    assert not layer.groups.get(news.group_of(7))


async def test_what_breaks_is_told_and_troubles_no_call(layer, monkeypatch):
    told = asyncio.Queue()
    monkeypatch.setattr(news, "tell", lambda pk, kind, **what: told.put_nowait((kind, what)))

    def breaks(act, what):
        raise KeyError(act)

    listening = asyncio.create_task(asks.listen(7, print, breaks))
    for _ in range(20):
        await asyncio.sleep(0)
    news.ask(7, "end", asked="a1")
    assert await asyncio.wait_for(told.get(), 5) == ("act_failed", {"asked": "a1", "sentence": asks.BROKE})
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
