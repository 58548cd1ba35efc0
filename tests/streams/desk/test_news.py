import asyncio
import threading

import pytest
from channels.layers import InMemoryChannelLayer

from streams.desk import news


@pytest.fixture
def layer(monkeypatch):
    """A layer of this test's own, and a sender that nothing has used."""
    made = InMemoryChannelLayer()
    monkeypatch.setattr(news, "get_channel_layer", lambda: made)
    monkeypatch.setattr(news, "_sender", news.Sender())
    return made


async def hears(layer, group):
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    return lambda: asyncio.wait_for(layer.receive(channel), 5)


async def test_news_of_a_call_reaches_the_desk(layer):
    news.opened()
    next_one = await hears(layer, news.DESK)
    news.tell(7, "entered", step="welcome")
    assert await next_one() == {"type": "desk.news", "call": 7, "kind": "entered", "step": "welcome"}


async def test_news_from_a_thread_reaches_the_desk_in_its_order(layer):
    news.opened()
    next_one = await hears(layer, news.DESK)
    thread = threading.Thread(target=lambda: [news.tell(7, "interim", text=str(n)) for n in range(20)])
    thread.start()
    assert [(await next_one())["text"] for _ in range(20)] == [str(n) for n in range(20)]
    thread.join()


def test_a_loop_that_ended_before_it_sent_its_news_keeps_no_later_one_from_sending(layer):
    async def ends_at_once():
        news.opened()
        news.tell(7, "entered", step="old")

    async def goes_on():
        news.opened()
        next_one = await hears(layer, news.DESK)
        news.tell(7, "entered", step="new")
        return (await next_one())["step"]

    asyncio.run(ends_at_once())
    assert asyncio.run(goes_on()) == "new"


async def test_what_is_asked_of_a_call_reaches_its_own_process_alone(layer):
    news.opened()
    its_own, other = await hears(layer, news.group_of(7)), await hears(layer, news.group_of(8))
    news.ask(7, "end")
    news.ask(8, "listen")
    assert await its_own() == {"type": "desk.ask", "call": 7, "act": "end"}
    assert (await other())["act"] == "listen"


async def test_a_layer_that_fails_troubles_no_call(layer, monkeypatch, caplog):
    async def fails(*_):
        raise ConnectionError("redis is away")

    monkeypatch.setattr(layer, "group_send", fails)
    news.opened()
    news.tell(7, "entered")
    for _ in range(5):
        await asyncio.sleep(0)
    assert "could not be sent (ConnectionError)" in caplog.text
    monkeypatch.undo()


def test_a_process_without_sockets_sends_at_once(layer):
    sent = []

    async def keep(group, message):
        sent.append((group, message["kind"]))

    layer.group_send = keep
    news.tell(7, "summary")
    assert sent == [("desk", "summary")]


async def test_the_oldest_news_gives_way_when_too_much_waits(layer):
    news.opened()
    next_one = await hears(layer, news.DESK)
    layer.capacity = news.MOST_WAITING + 10
    for n in range(news.MOST_WAITING + 5):
        news.tell(7, "interim", n=n)
    assert (await next_one())["n"] == 5


async def test_the_process_that_carries_a_call_hears_what_is_asked_and_that_it_may_have_missed_something(
    layer, monkeypatch
):
    asked = news.asked(7)
    assert await anext(asked) == {"act": news.JOINED}
    news.opened()
    news.ask(8, "end")
    news.ask(7, "stop_listening")
    assert (await anext(asked))["act"] == "stop_listening"
    await asked.aclose()
    assert news.group_of(7) not in layer.groups


async def test_a_layer_that_is_away_is_asked_again(layer, monkeypatch, caplog):
    monkeypatch.setattr(news, "AGAIN_SECONDS", 0.0)
    join, tries = layer.group_add, []

    async def fails_once(*names):
        tries.append(names)
        if len(tries) == 1:
            raise ConnectionError("redis is away")
        await join(*names)

    monkeypatch.setattr(layer, "group_add", fails_once)
    assert await anext(news.asked(7)) == {"act": news.JOINED}
    assert (len(tries), "cannot be heard (ConnectionError)" in caplog.text) == (2, True)


async def test_a_desk_that_stays_open_for_days_goes_on_hearing(layer, monkeypatch):
    monkeypatch.setattr(news, "STAY_SECONDS", 0.01)
    told = news.heard(news.DESK)
    assert await anext(told) == {"act": news.JOINED}
    layer.groups.clear()  # as a layer does after a day, and in a restart
    join, joined = layer.group_add, asyncio.Event()

    async def joins(*names):
        await join(*names)
        joined.set()

    monkeypatch.setattr(layer, "group_add", joins)
    news.opened()
    await asyncio.wait_for(joined.wait(), 5)
    news.tell(7, "entered")
    assert (await anext(told))["kind"] == "entered"
    await told.aclose()


async def test_who_is_cancelled_while_the_layer_is_away_ends(layer, monkeypatch):
    async def fails(*_):
        raise ConnectionError("redis is away")

    monkeypatch.setattr(layer, "group_discard", fails)
    listening = asyncio.ensure_future(anext(aiter_of_the_second(news.heard(news.DESK))))
    for _ in range(5):
        await asyncio.sleep(0)
    listening.cancel()
    done, _ = await asyncio.wait([listening], timeout=1)
    assert done


async def aiter_of_the_second(told):
    """Waits for what comes after having joined."""
    assert await anext(told) == {"act": news.JOINED}
    yield await anext(told)
