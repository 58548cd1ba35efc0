import asyncio

import pytest

from streams.ai.every_voice import EveryVoice
from streams.ai.fallback import FirstVoice
from streams.ai.provider import Fault, ProviderError, ProviderRefused, ProviderTimedOut, ProviderUnavailable
from tests.streams.ai.failing_engines import BEGUN, USED, Engine, Operations, down

pytestmark = pytest.mark.usefixtures("no_task_left")


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
