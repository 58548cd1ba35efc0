"""The scripted assistant's conversation, between fake ears and a fake voice."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from flows.engine.commands import AgentOutcome, KnownAnswer
from streams.ai.local.script import STILL_THERE
from streams.ai.local.scripted_assistant import PATIENCE_MS, ScriptedAssistant
from streams.ai.provider import (
    MULAW_8K,
    AgentAudio,
    AgentBrief,
    AgentEnded,
    AgentSaid,
    CallerSaid,
    HeardSpeech,
    HeardUtterance,
    ProviderUnavailable,
    Spoke,
    TranscriberAbilities,
    Used,
)
from streams.audio import mulaw
from tests.streams.ai.telephone import until

BRIEF = AgentBrief(
    greeting="Welcome.",
    knowledge=(KnownAnswer(question="warranty|guarantee", answer="Three years."),),
    outcomes=(AgentOutcome(name="person", phrases=("agent",)), AgentOutcome(name="could-not-help")),
    voice="anna",
)
GREETING = "I am an automated assistant. Welcome."
TURN_MS = 600  # of everything the fake voice says


class Ears:
    """Hears what the test says it hears."""

    name, takes, can = "fake", MULAW_8K, TranscriberAbilities()

    def __init__(self):
        self.events = asyncio.Queue()
        self.pushed = 0
        self.options = None

    @asynccontextmanager
    async def listen(self, options):
        self.options = options
        yield self

    def push(self, audio):
        self.pushed += len(audio)

    def expect(self, phrases):
        pass

    async def __aiter__(self):
        while (event := await self.events.get()) is not None:
            yield event

    def hear(self, text, confidence=0.9):
        self.events.put_nowait(HeardSpeech())
        self.events.put_nowait(HeardUtterance(text=text, confidence=confidence))


class Voice:
    """Speaks three pieces of 200 ms; `slow` waits after the first."""

    name, gives = "fake", MULAW_8K

    def __init__(self):
        self.said, self.slow, self.closed = [], None, 0

    async def speak(self, text, *, voice="", language="en-US", owed=None):
        self.said.append((text, voice))
        try:
            for place in range(3):
                if place and self.slow:
                    await self.slow.wait()
                yield b"s" * 1600
            yield Used(engine="fake", model="voice", unit="characters", quantity=len(text))
        finally:
            self.closed += 1


@asynccontextmanager
async def conversation(voice=None, brief=BRIEF):
    ears = Ears()
    async with ScriptedAssistant(ears, voice or Voice()).converse(brief) as talk:
        yield talk, ears


def texts(events, kind):
    return [event.text for event in events if isinstance(event, kind)]


async def test_it_calls_itself_what_it_is():
    assert ScriptedAssistant.title == "Scripted assistant (no AI)"
    async with conversation() as (talk, _):
        events = await until(talk, Used) + await until(talk, Used)
        assert Used(engine="local", model="Scripted assistant (no AI)", unit="turns", quantity=1) in events
        assert texts(events, AgentSaid) == [GREETING]


async def test_it_speaks_with_the_briefs_voice_and_listens_for_its_phrases():
    voice = Voice()
    async with conversation(voice) as (talk, ears):
        await until(talk, AgentSaid)
    assert voice.said == [(GREETING, "anna")]
    assert {"warranty", "guarantee", "agent", "no"} <= set(ears.options.phrases)


async def test_a_whole_conversation_in_its_order():
    async with conversation() as (talk, ears):
        await until(talk, AgentSaid)
        ears.hear("guarantee")
        events = await until(talk, AgentSaid)
        ears.hear("agent")
        events += await until(talk, AgentEnded)
    told = [event for event in events if not isinstance(event, Used | AgentAudio)]
    assert told == [
        HeardSpeech(),
        CallerSaid(text="guarantee"),
        AgentSaid(text="Three years. Can I help you with anything else?"),
        HeardSpeech(),
        CallerSaid(text="agent"),
        AgentSaid(text="All right. One moment, please."),
        AgentEnded(outcome="person"),
    ]


async def test_what_nobody_understood_is_not_put_into_the_callers_mouth():
    async with conversation() as (talk, ears):
        await until(talk, AgentSaid)
        ears.hear("", 0.0)
        ears.hear("", 0.0)
        events = await until(talk, AgentEnded)
    assert texts(events, CallerSaid) == ["", ""]
    assert events[-1] == AgentEnded(outcome="could-not-help")


async def test_silence_is_counted_from_the_end_of_its_own_words_and_by_the_callers_audio():
    async with conversation() as (talk, _):
        await until(talk, AgentSaid)
        await asyncio.sleep(0)
        talk.push(mulaw.silence(TURN_MS + PATIENCE_MS - 20))
        waiting = asyncio.create_task(until(talk, AgentSaid))
        await asyncio.sleep(0.01)
        assert not waiting.done()
        talk.push(mulaw.silence(20))
        assert "still there" in texts(await waiting, AgentSaid)[0]
        talk.push(mulaw.silence(TURN_MS + PATIENCE_MS))
        assert (await until(talk, AgentEnded))[-1] == AgentEnded(outcome="could-not-help")


async def test_a_caller_who_is_speaking_is_not_silent():
    async with conversation() as (talk, ears):
        await until(talk, AgentSaid)
        ears.events.put_nowait(HeardSpeech())
        await until(talk, HeardSpeech)
        talk.push(mulaw.silence(3 * PATIENCE_MS))
        ears.events.put_nowait(HeardUtterance(text="warranty"))
        assert texts(await until(talk, AgentSaid), AgentSaid)[0].startswith("Three years.")


async def test_interrupted_it_stops_and_owns_only_the_words_that_were_heard():
    voice = Voice()
    voice.slow = asyncio.Event()
    async with conversation(voice) as (talk, _):
        await until(talk, AgentAudio)
        talk.interrupt(100)
        voice.slow.set()
        events = await until(talk, AgentSaid)
    assert [event for event in events if isinstance(event, AgentAudio)] == []
    assert texts(events, AgentSaid) == ["I am an"]  # half of 200 ms of six words
    assert voice.closed == 1


async def test_interrupted_after_it_was_made_the_rest_is_dropped():
    async with conversation() as (talk, _):
        await until(talk, AgentAudio)
        await asyncio.sleep(0.01)
        talk.interrupt(200)
        events = await until(talk, AgentSaid)
    assert [event for event in events if isinstance(event, AgentAudio)] == []
    assert texts(events, AgentSaid) == ["I am"]


async def test_an_interruption_does_not_cut_the_next_turn():
    async with conversation() as (talk, ears):
        await until(talk, AgentSaid)
        talk.interrupt(10)
        ears.hear("warranty")
        events = await until(talk, AgentSaid)
    assert sum(isinstance(event, AgentAudio) for event in events) == 3
    assert texts(events, AgentSaid)[0].endswith("anything else?")


async def test_ears_that_stop_are_a_provider_error():
    async with conversation() as (talk, ears):
        await until(talk, AgentSaid)
        ears.events.put_nowait(None)
        with pytest.raises(ProviderUnavailable):
            await until(talk, AgentEnded)


async def test_after_its_end_it_is_deaf_and_mute():
    async with conversation() as (talk, ears):
        await until(talk, AgentSaid)
    pushed = ears.pushed
    talk.push(mulaw.silence(20))
    talk.interrupt(5)
    assert ears.pushed == pushed
    assert await until(talk, AgentSaid) == []


async def test_a_caller_whom_somebody_else_greeted_is_asked_too_when_they_stay_silent():
    greeted = AgentBrief(outcomes=BRIEF.outcomes, history=(Spoke(who="agent", text="Welcome."),))
    async with conversation(brief=greeted) as (talk, _):
        await asyncio.sleep(0)  # it begins to listen
        talk.push(mulaw.silence(PATIENCE_MS + 1000))
        assert STILL_THERE in texts(await until(talk, AgentSaid), AgentSaid)[0]
