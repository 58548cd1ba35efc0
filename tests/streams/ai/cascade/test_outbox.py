import asyncio

import pytest

from streams.ai.cascade.outbox import Outbox
from streams.ai.cascade.spoken import Spoken
from streams.ai.provider import AgentAudio, AgentEnded, AgentSaid, HeardSpeech, ProviderError

SOUND = AgentAudio(audio=b"s" * 800)


def turn_of(text):
    turn = Spoken()
    turn.begin(text)
    turn.add(800 * len(text))
    turn.end()
    turn.finish()
    return turn


async def take(outbox, count):
    sayings = aiter(outbox)
    async with asyncio.timeout(5):
        return [await anext(sayings) for _ in range(count)]


async def test_everything_comes_in_order_and_nothing_after_the_end():
    outbox, turn = Outbox(), turn_of("One two.")
    for saying in (SOUND, AgentSaid(text="One two."), AgentEnded(outcome="done"), HeardSpeech()):
        outbox.put(saying, turn)
    assert [type(saying) async for saying in outbox] == [AgentAudio, AgentSaid, AgentEnded]


async def test_words_that_were_not_taken_yet_become_those_that_were_heard():
    outbox, turn = Outbox(), turn_of("One two.")
    for saying in (SOUND, SOUND, AgentSaid(text="One two.")):
        outbox.put(saying, turn)
    await take(outbox, 1)
    assert outbox.cut(300)
    assert not outbox.cut(0)
    assert await take(outbox, 1) == [AgentSaid(text="One")]


@pytest.mark.parametrize(
    ("heard", "lines"),
    [((300, 0), ["One —", ""]), ((600,), ["One two.", "Three —"]), ((0, 0), ["", ""]), ((9, 10**6, 10**6), None)],
)
async def test_of_two_turns_that_the_line_was_playing_each_is_cut_to_what_was_heard(heard, lines):
    outbox, first, second = Outbox(), turn_of("One two."), turn_of("Three four.")
    outbox.put(SOUND, first)
    outbox.put(SOUND, second)
    await take(outbox, 2)
    assert outbox.cut(*heard) is bool(lines)
    assert [first.line, second.line] == (lines or ["One two.", "Three four."])


async def test_a_turn_of_which_nothing_was_taken_was_never_said():
    outbox, turn = Outbox(), turn_of("One two.")
    for saying in (SOUND, AgentSaid(text="One two.")):
        outbox.put(saying, turn)
    outbox.put(HeardSpeech())
    outbox.cut(500)
    assert await take(outbox, 1) == [HeardSpeech()]
    assert turn.line == ""


async def test_a_turn_that_is_stopped_says_what_was_taken_of_it():
    outbox, turn, unheard = Outbox(), turn_of("One two."), turn_of("Three.")
    outbox.put(SOUND, turn)
    await take(outbox, 1)
    outbox.stop(turn)
    outbox.put(SOUND, unheard)
    outbox.stop(unheard)
    outbox.put(HeardSpeech())
    assert await take(outbox, 2) == [AgentSaid(text="One two."), HeardSpeech()]
    assert (turn.text, unheard.text) == ("One two.", "")


async def test_a_failure_comes_after_everything_else():
    outbox = Outbox()
    outbox.put(HeardSpeech())
    outbox.fail(ProviderError("first"))
    outbox.fail(ProviderError("second"))
    outbox.put(HeardSpeech())
    sayings = aiter(outbox)
    assert await anext(sayings) == HeardSpeech()
    with pytest.raises(ProviderError, match="first"):
        await anext(sayings)


async def test_once_it_is_closed_nobody_takes_anything_any_more():
    outbox = Outbox()
    outbox.put(HeardSpeech())
    outbox.close()
    outbox.put(HeardSpeech())
    assert await take_all(outbox) == []


async def test_closing_ends_whoever_waits():
    outbox = Outbox()
    waiting = asyncio.create_task(take_all(outbox))
    await asyncio.sleep(0)
    outbox.close()
    assert await asyncio.wait_for(waiting, 5) == []


async def take_all(outbox):
    return [saying async for saying in outbox]
