"""The tape, and staying connected: the engine here is a test's own."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as some

from streams.ai.live_ears import LiveListening, Tape
from streams.ai.provider import HeardGap, HeardInterim, HeardUtterance, ProviderRefused, ProviderUnavailable


def test_a_tape_gives_each_byte_once_and_again_only_what_is_not_settled():
    tape = Tape()
    tape.push(b"a" * 8000)
    assert tape.unsent() == b"a" * 8000
    tape.push(b"b" * 8000)
    assert tape.unsent() == b"b" * 8000
    tape.settle(1500)
    tape.rewind()
    assert tape.unsent() == b"b" * 4000
    assert tape.milliseconds(0.25) == 1750
    assert tape.bill() == 2.5
    assert tape.bill() == 0


@given(some.lists(some.tuples(some.binary(max_size=40), some.sampled_from(["send", "settle", "rewind"])), max_size=30))
def test_a_tape_never_holds_more_than_it_may_and_times_stay_true(steps):
    tape, pushed, clock = Tape(limit=64), bytearray(), 0
    for audio, step in steps:
        tape.push(audio)
        pushed += audio
        if step == "send":
            sent = tape.unsent()
            clock += len(sent)
            assert bytes(pushed).endswith(sent)
            assert len(sent) <= 64
        elif step == "settle":
            tape.settle(tape.milliseconds(clock / 8000))
        else:
            tape.rewind()
            clock = 0
    assert tape.pushed_ms == len(pushed) // 8


class Engine:
    """Opens lines that each do what the script says: hear something, or break."""

    def __init__(self, *lines):
        self.lines, self.opened, self.sent, self.phrases = list(lines), 0, [], []

    @asynccontextmanager
    async def open_line(self, phrases):
        script = self.lines.pop(0) if self.lines else [ProviderUnavailable("nobody")]
        if script and isinstance(script[0], Exception):
            raise script[0]
        self.opened += 1
        self.phrases.append(phrases)
        self.sent.append(b"")
        yield Scripted(self, script)


class Scripted:
    patience = None

    def __init__(self, engine, script):
        self.engine, self.script = engine, script

    async def send(self, audio):
        self.engine.sent[-1] += audio

    async def expect(self, phrases):
        self.engine.phrases.append(phrases)

    async def idle(self):
        raise AssertionError

    async def finish(self):
        self.engine.sent[-1] += b"|"

    async def __aiter__(self):
        for one in self.script:
            await asyncio.sleep(0)
            if one is DONE:
                return
            if isinstance(one, Exception):
                raise one
            yield one
        await asyncio.Event().wait()


DONE = object()
LOST = ProviderUnavailable("lost")
WORD = HeardUtterance(text="yes")


@asynccontextmanager
async def listening_to(engine):
    listening = LiveListening(engine.open_line, Tape(), ("one",))
    try:
        await listening.open()
        yield listening
    finally:
        await listening.close()


async def heard(listening, count):
    found = []
    async with asyncio.timeout(5):
        async for one in listening:
            found.append(one)
            if len(found) == count:
                break
    return found


async def test_a_lost_line_is_opened_again_and_sent_what_was_not_final():
    engine = Engine([HeardInterim(text="y"), LOST], [WORD])
    async with listening_to(engine) as listening:
        listening.push(b"abc")
        assert await heard(listening, 2) == [HeardInterim(text="y"), WORD]
        await asyncio.sleep(0)
    assert engine.sent == [b"abc", b"abc"]


async def test_a_second_loss_with_nothing_understood_between_is_the_end():
    engine = Engine([HeardInterim(text="y"), LOST], [HeardInterim(text="y"), LOST], [WORD])
    async with listening_to(engine) as listening:
        with pytest.raises(ProviderUnavailable):
            await heard(listening, 3)
    assert engine.opened == 2


async def test_losses_between_which_something_was_understood_are_each_made_good():
    engine = Engine([WORD, LOST], [WORD, LOST], [WORD])
    async with listening_to(engine) as listening:
        assert await heard(listening, 3) == [WORD] * 3


async def test_a_line_that_cannot_be_opened_again_is_told():
    async with listening_to(Engine([WORD, LOST])) as listening:
        with pytest.raises(ProviderUnavailable, match="nobody"):
            await heard(listening, 2)


@pytest.mark.parametrize("failure", [ProviderRefused("no"), KeyError("ours")])
async def test_what_another_try_cannot_mend_is_raised_at_once(failure):
    engine = Engine([WORD, failure], [WORD])
    async with listening_to(engine) as listening:
        with pytest.raises(type(failure)):
            await heard(listening, 2)
    assert engine.opened == 1


async def test_an_engine_that_cannot_be_had_is_refused_on_entry():
    with pytest.raises(ProviderUnavailable):
        async with listening_to(Engine()):
            raise AssertionError("never entered")


async def test_the_line_hears_of_other_phrases_and_a_new_one_begins_with_them():
    engine = Engine([WORD, LOST], [WORD])
    async with listening_to(engine) as listening:
        listening.expect(("one",))
        listening.expect(("two",))
        await heard(listening, 2)
    assert engine.phrases[0] == ("one",)
    assert engine.phrases[-1] == ("two",)


async def test_when_no_more_comes_each_line_is_told_so_and_it_ends_with_the_last_word():
    engine = Engine([HeardInterim(text="y"), LOST], [WORD, DONE])
    async with listening_to(engine) as listening:
        listening.push(b"abc")
        listening.finish()
        assert await heard(listening, None) == [HeardInterim(text="y"), WORD]
    assert engine.sent == [b"abc|", b"abc|"]


def test_what_gave_way_before_it_was_sent_is_told_once():
    tape = Tape(limit=8000)
    tape.push(b"a" * 8000)
    tape.unsent()
    tape.push(b"b" * 20_000)
    assert tape.unsent() == b"b" * 8000
    assert tape.gap() == HeardGap(began_ms=1000, ended_ms=2500)
    assert tape.gap() is None


def test_what_gave_way_to_what_was_sent_is_lost_only_when_the_connection_is():
    tape = Tape(limit=8000)
    for _ in range(3):
        tape.push(b"a" * 8000)
        tape.unsent()
    assert tape.gap() is None
    tape.settle(1500)
    tape.rewind()
    assert tape.gap() == HeardGap(began_ms=1500, ended_ms=2000)


@pytest.mark.parametrize(("every_word", "connections"), [(False, 2), (True, 4)])
async def test_where_every_word_counts_silence_that_is_final_is_worth_another_try(every_word, connections):
    class Settling(Scripted):
        async def send(self, audio):
            tape.settle(min(tape.pushed_ms, 10 * self.engine.opened))

    engine, tape = Engine(*([HeardInterim(text=""), LOST] for _ in range(4))), Tape()
    listening = LiveListening(opened_with(engine, Settling), tape, (), every_word=every_word)
    await listening.open()
    listening.push(b"a" * 8 * 30)
    with pytest.raises(ProviderUnavailable):
        await heard(listening, None)
    await listening.close()
    assert engine.opened == connections


async def test_an_engine_that_is_slower_than_people_speak_loses_the_oldest_which_is_told():
    class Slow(Scripted):
        async def send(self, audio):
            await super().send(audio)
            await may_go_on.wait()

    engine, may_go_on = Engine([WORD]), asyncio.Event()
    listening = LiveListening(opened_with(engine, Slow), Tape(limit=8000), (), every_word=True)
    await listening.open()
    for _ in range(4):
        listening.push(b"a" * 8000)
        await asyncio.sleep(0)
    may_go_on.set()
    told = await heard(listening, 2)
    await listening.close()
    assert told == [WORD, HeardGap(began_ms=1000, ended_ms=3000)]
    assert len(engine.sent[0]) == 2 * 8000


def opened_with(engine, line):
    @asynccontextmanager
    async def open_line(phrases):
        async with engine.open_line(phrases) as scripted:
            yield line(engine, scripted.script)

    return open_line
