import asyncio
from contextlib import asynccontextmanager

import pytest

from streams.ai.every_voice import EveryVoice
from streams.ai.fallback import AGAIN_MS, FirstEars, FirstVoice
from streams.ai.provider import (
    MULAW_8K,
    Fault,
    HeardSpeech,
    HeardUtterance,
    ListenOptions,
    ProviderError,
    ProviderRefused,
    ProviderTimedOut,
    ProviderUnavailable,
    TranscriberAbilities,
    Used,
)
from streams.audio import mulaw

pytestmark = pytest.mark.usefixtures("no_task_left")

BEGUN = b"begun"
END = object()
USED = Used(engine="x", model="x", unit="characters", quantity=1)


class Engine:
    """Fails with the errors it was given, one each time, then works. As ears it hears what the test puts in."""

    takes = gives = MULAW_8K
    voices = {"first": "First"}
    can = TranscriberAbilities()

    def __init__(self, name, *errors, begins_with=()):
        self.name = name
        self.errors = list(errors)
        self.begins_with = begins_with
        self.asked, self.expected = [], []
        self.open = 0
        self.pushed = b""
        self.events = asyncio.Queue()
        self.debts = ()

    async def speak(self, text, *, voice="", language="en-US", owed=None):
        self.asked.append(voice)
        self.open += 1
        try:
            for piece in self.begins_with:
                yield piece
            error = self.errors.pop(0) if self.errors else None
            if error is asyncio.Event:
                await asyncio.Event().wait()
            if error:
                raise error
            yield self.name.encode()
        finally:
            self.open -= 1

    @asynccontextmanager
    async def listen(self, options):
        self.asked.append(options)
        if self.errors:
            raise self.errors.pop(0)
        self.open += 1
        try:
            yield self
        finally:
            self.open -= 1

    def push(self, audio):
        self.pushed += audio

    def expect(self, phrases):
        self.expected.append(phrases)

    def owing(self):
        return self.debts

    async def __aiter__(self):
        while (event := await self.events.get()) is not END:
            if isinstance(event, Exception):
                raise event
            yield event

    def hear(self, *events):
        for event in events:
            self.events.put_nowait(event)


def down():
    return ProviderUnavailable("down")


class Operations:
    """Is told which engine failed with what, or did its work."""

    def __init__(self):
        self.told = []

    def __call__(self, engine, error):
        self.told.append((engine, error.fault if error else None))


# --- voices -----------------------------------------------------------------------------------------------------------


async def said(voice, **how):
    return [piece async for piece in voice.speak("Hello.", voice="anna", **how)]


async def test_a_voice_that_may_work_a_moment_later_is_asked_once_more():
    first, second = Engine("first", down()), Engine("second")
    assert await said(FirstVoice(first, second)) == [b"first"]
    assert second.asked == []


async def test_then_the_next_one_speaks_with_a_voice_of_its_own_and_operations_know():
    first, second, report = Engine("first", down(), down()), Engine("second"), Operations()
    assert await said(FirstVoice(first, second, report=report)) == [b"second"]
    assert (first.asked, second.asked) == (["anna", "anna"], [""])
    assert report.told == [("first", Fault.UNREACHABLE)] * 2 + [("second", None)]


async def test_a_refusal_is_not_asked_again():
    first, second = Engine("first", ProviderRefused("no")), Engine("second")
    assert await said(FirstVoice(first, second)) == [b"second"]
    assert len(first.asked) == 1


async def test_a_sentence_that_was_begun_is_not_begun_again():
    first, second, report = Engine("first", down(), begins_with=[BEGUN]), Engine("second"), Operations()
    with pytest.raises(ProviderUnavailable):
        await said(FirstVoice(first, second, report=report))
    assert second.asked == []
    assert report.told == [("first", None), ("first", Fault.UNREACHABLE)]


async def test_a_voice_that_makes_no_sound_in_time_is_left_for_the_next():
    first, second, report = Engine("first", asyncio.Event, begins_with=[USED]), Engine("second"), Operations()
    assert await said(FirstVoice(first, second, report=report, first_sound=0.02)) == [USED, b"second"]
    assert (len(first.asked), first.open) == (1, 0)
    assert report.told[0] == ("first", Fault.SLOW)


async def test_what_a_voice_owes_that_was_left_is_told_to_whoever_asked():
    class Left(Engine):
        async def speak(self, text, *, voice="", language="en-US", owed=None):
            try:
                await asyncio.Event().wait()
                yield b"never"
            finally:
                owed(USED)

    owes = []
    voice = EveryVoice(lambda name: (FirstVoice(Left("first"), Engine("second"), first_sound=0.02), name), {})
    assert await said(voice, owed=owes.append) == [b"second"]
    assert owes == [USED]


async def test_once_it_sounds_it_may_take_its_time():
    class Slow(Engine):
        async def speak(self, text, *, voice="", language="en-US", owed=None):
            yield b"one"
            await asyncio.sleep(0.05)
            yield b"two"

    assert await said(FirstVoice(Slow("slow"), first_sound=0.02)) == [b"one", b"two"]


async def test_when_nobody_can_the_last_error_is_raised():
    with pytest.raises(ProviderRefused):
        await said(FirstVoice(Engine("first", down(), down()), Engine("second", ProviderRefused("no"))))
    with pytest.raises(ProviderTimedOut):
        await said(FirstVoice(Engine("only", asyncio.Event), first_sound=0.02))


async def test_an_engine_that_rests_is_passed_over():
    first, second = Engine("first"), Engine("second")
    assert await said(FirstVoice(first, second, may_use=lambda name: name == "second")) == [b"second"]
    with pytest.raises(ProviderError, match="no voice"):
        await said(FirstVoice(first, may_use=lambda name: False))
    assert first.asked == []


async def test_a_mistake_of_an_adapter_is_a_failure_like_any_other():
    report = Operations()
    assert await said(FirstVoice(Engine("first", KeyError("ours")), Engine("second"), report=report)) == [b"second"]
    assert report.told[0] == ("first", Fault.BROKE)


async def test_closing_the_voice_closes_the_engine():
    first = Engine("first", asyncio.Event, begins_with=[BEGUN])
    speech = FirstVoice(first).speak("Hello.")
    assert await anext(speech) == BEGUN
    await speech.aclose()
    assert first.open == 0


# --- ears -------------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def listening(*engines, **options):
    async with FirstEars(*engines, **options).listen(ListenOptions(phrases=("one",))) as ears:
        yield ears, aiter(ears)
    assert all(engine.open == 0 for engine in engines)


async def heard(events):
    async with asyncio.timeout(5):
        return await anext(events)


async def test_ears_that_cannot_be_had_are_followed_by_the_next():
    first, second, report = Engine("first", down(), ProviderRefused("no")), Engine("second"), Operations()
    async with listening(first, second, report=report) as (_, events):
        second.hear(HeardSpeech())
        assert await heard(events) == HeardSpeech()
    assert report.told == [("first", Fault.UNREACHABLE), ("first", Fault.REFUSED), ("second", None)]


async def test_what_ears_owe_that_were_left_is_told_and_what_the_last_owe_is_owing():
    first, second = Engine("first"), Engine("second")
    first.debts = (Used(engine="first", model="m", unit="seconds", quantity=3.0),)
    second.debts = (Used(engine="second", model="m", unit="seconds", quantity=4.0),)
    async with listening(first, second) as (ears, events):
        first.hear(END)
        assert await heard(events) == first.debts[0]
    assert ears.owing() == second.debts
    assert ears.owing() == ()


async def test_when_none_can_be_had_it_is_known_on_entry():
    with pytest.raises(ProviderUnavailable):
        async with FirstEars(Engine("only", down(), down())).listen(ListenOptions()):
            pass


@pytest.mark.parametrize("breaks", [down(), END, KeyError("ours")])
async def test_ears_that_break_are_followed_by_the_next_which_hears_the_last_words_again(breaks):
    first, second, report = Engine("first"), Engine("second"), Operations()
    async with listening(first, second, report=report) as (ears, events):
        ears.push(mulaw.silence(5000))
        ears.expect(("two",))
        first.hear(HeardSpeech(), breaks)
        assert await heard(events) == HeardSpeech()
        second.hear(HeardSpeech(), HeardUtterance(text="two", began_ms=500, ended_ms=900))
        assert await heard(events) == HeardUtterance(text="two", began_ms=3500, ended_ms=3900)
        ears.push(b"new")
        assert second.pushed == mulaw.silence(AGAIN_MS) + b"new"
        assert second.asked[0].phrases == ("two",)
        second.hear(HeardSpeech())  # the caller's next words
        assert await heard(events) == HeardSpeech()
    assert [engine for engine, fault in report.told if fault] == ["first"]


async def test_what_was_understood_is_not_heard_again():
    first, second = Engine("first"), Engine("second")
    async with listening(first, second) as (ears, events):
        ears.push(mulaw.silence(1000))
        first.hear(HeardUtterance(text="one", began_ms=100, ended_ms=700), down())
        await heard(events)
        second.hear(HeardSpeech())
        await heard(events)
        assert second.pushed == mulaw.silence(300)


async def test_a_second_sound_is_told_as_long_as_the_ears_are_the_same():
    first = Engine("first")
    async with listening(first) as (_, events):
        first.hear(HeardSpeech(), HeardSpeech())
        assert [await heard(events), await heard(events)] == [HeardSpeech()] * 2


async def test_when_the_last_ears_break_it_is_an_error():
    first, second = Engine("first"), Engine("second")
    async with listening(first, second) as (ears, events):
        first.hear(down())
        second.hear(ProviderRefused("no more"))
        with pytest.raises(ProviderRefused):
            await heard(events)
        ears.push(b"late")
        ears.expect(())


async def test_ears_that_rest_are_not_asked_and_those_not_needed_are_not_tried():
    asked = []

    def may_use(name):
        asked.append(name)
        return name != "first"

    first, second, third = Engine("first"), Engine("second"), Engine("third")
    async with listening(first, second, third, may_use=may_use):
        assert (first.asked, second.open) == ([], 1)
    assert asked == ["first", "second"]


async def test_the_iteration_ends_when_it_is_closed():
    async with listening(Engine("first")) as (_, events):
        pass
    with pytest.raises(StopAsyncIteration):
        await heard(events)
