"""What every engine must do, whoever made it. A new adapter is one more row of a table here, and passes all of this."""

import asyncio
import itertools
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

import pytest

from flows.engine.commands import AgentOutcome, KnownAnswer
from streams import engines
from streams.ai.cascade.agent import Cascade
from streams.ai.deepgram.ears import DeepgramEars
from streams.ai.elevenlabs_voice import ElevenLabsVoice
from streams.ai.local.ears import LocalEars
from streams.ai.local.scripted_assistant import ScriptedAssistant
from streams.ai.local.summary import LocalSummarizer
from streams.ai.local.voice import LocalVoice
from streams.ai.model_summary import ModelSummarizer
from streams.ai.openai.client import OpenAIAccount, OpenAIClients
from streams.ai.openai.ears import OpenAIEars
from streams.ai.openai.text import DIALECTS, OpenAIText
from streams.ai.openai.voice import OpenAISpeech, OpenAIVoice
from streams.ai.provider import (
    AgentAudio,
    AgentBrief,
    AgentEnded,
    AgentSaid,
    AudioFormat,
    HeardSpeech,
    HeardUtterance,
    ListenOptions,
    ProviderError,
    ProviderUnavailable,
    Question,
    TranscriberAbilities,
    Used,
)
from streams.ai.realtime.agent import OpenAIRealtime, RealtimeOptions
from streams.ai.understanding import ModelUnderstander
from streams.audio import mulaw
from tests.standins.deepgram import Deepgram
from tests.standins.elevenlabs import ElevenLabs
from tests.standins.openai_by_words import by_words
from tests.standins.openai_http import OpenAIHTTP
from tests.standins.openai_realtime import Call, RealtimeStandin, Say
from tests.streams.ai.telephone import frames

WITHIN = 30  # seconds of waiting before a test fails; nothing here takes one


class BrokenSpeech:
    """A speech process that cannot be started."""

    def ask(self, name, *arguments):
        future = Future()
        future.set_exception(ProviderUnavailable("no process"))
        return future

    def warm(self):
        return self.ask("warm")


@dataclass
class Row:
    """An engine and the same engine with what it depends on out of order."""

    broken: Any
    breaks_with: type[Exception] | None = ProviderError


BROKEN = BrokenSpeech()
NOBODY = "http://127.0.0.1:9"  # no server listens there
NOBODYS = OpenAIClients(OpenAIAccount(base_url=f"{NOBODY}/v1"))
VOICES = {
    "local": Row(LocalVoice(BROKEN)),
    "openai": Row(OpenAIVoice(NOBODYS, model="gpt-realtime-x")),
    "openai_speech": Row(OpenAISpeech(NOBODYS, model="tts-x")),
    "elevenlabs": Row(ElevenLabsVoice("key", model="m", voices={"v": "V"}, base_url=NOBODY)),
}
EARS = {
    "local": Row(LocalEars(BROKEN), breaks_with=None),  # answers that nothing was understood
    "openai": Row(OpenAIEars(NOBODYS, model="gpt-transcribe")),
    "deepgram": Row(DeepgramEars("key", model="nova-3", base_url=NOBODY)),
}
NOBODY_THERE = OpenAIText(NOBODYS, model="gpt-x", dialect=DIALECTS["responses"])
AGENTS = {
    "local": Row(ScriptedAssistant(LocalEars(BROKEN), LocalVoice(BROKEN))),
    "openai_realtime": Row(OpenAIRealtime(NOBODYS, RealtimeOptions(model="gpt-realtime-x"))),
    "cascade": Row(Cascade(EARS["deepgram"].broken, NOBODY_THERE, VOICES["elevenlabs"].broken)),
}
UNDERSTANDERS = {"openai": Row(ModelUnderstander(NOBODY_THERE))}
SUMMARIZERS = {
    "local": Row(LocalSummarizer(), breaks_with=None),
    "openai": Row(ModelSummarizer(NOBODY_THERE, title="OpenAI")),
}

BRIEF = AgentBrief(
    knowledge=(KnownAnswer(question="opening hours|when are you open", answer="We are open from nine to five."),),
    outcomes=(AgentOutcome(name="person", phrases=("agent", "operator")), AgentOutcome(name="could-not-help")),
)
OPTIONS = ListenOptions(phrases=("billing", "technical support", "sales"))


def test_the_tables_cover_every_engine():
    assert set(VOICES) == set(engines.SYNTHESIZERS)
    assert set(EARS) == set(engines.TRANSCRIBERS)
    assert set(AGENTS) == set(engines.AGENTS)
    assert set(UNDERSTANDERS) == set(engines.UNDERSTANDERS)
    assert set(SUMMARIZERS) == set(engines.SUMMARIZERS)


@pytest.fixture(autouse=True)
def offline_speech(speech):
    """What the local engines need; ended after the last test."""


async def hears_billing(audio, settings):
    return "billing"


async def ends_when_it_may(asked):
    if "end_conversation" in asked.tools:
        return [Say("I will get somebody."), Call("end_conversation", {"outcome": "person"})]
    return Say("Hello. What can I do for you?")


@pytest.fixture
def standin_parts():
    return [
        OpenAIHTTP(by_words),
        RealtimeStandin(brain=ends_when_it_may, hearing=hears_billing),
        Deepgram(texts=itertools.repeat("Billing. Operator.")),
        ElevenLabs(),
    ]


@pytest.fixture(autouse=True)
def vendors(standins):
    """Stand-ins for all the vendors, where the site's settings lead."""


async def gather(iterable, until):
    """Everything up to and with the first event for which `until` holds."""
    events = []
    async with asyncio.timeout(WITHIN):
        async for event in iterable:
            events.append(event)
            if until(event):
                break
    return events


def is_a(*kinds):
    return lambda event: isinstance(event, kinds)


# --- synthesizers -----------------------------------------------------------------------------------------------------


@pytest.fixture(params=VOICES)
def voice(request):
    return engines.synthesizer(request.param)


async def test_a_voice_speaks_in_the_format_it_names_and_says_what_it_used(voice):
    pieces = [piece async for piece in voice.speak("For billing, press one.")]
    audio = b"".join(piece for piece in pieces if isinstance(piece, bytes))
    assert isinstance(voice.name, str)
    assert isinstance(voice.gives, AudioFormat)
    bytes_a_second = voice.gives.sample_rate * (2 if voice.gives.encoding == "pcm16" else 1)
    assert 0.8 < len(audio) / bytes_a_second < 4
    assert any(isinstance(piece, Used) and piece.quantity > 0 for piece in pieces)


async def test_a_voice_can_be_stopped_in_mid_sentence(voice, no_task_left):
    speaking = voice.speak("This sentence is so long that nobody will ever hear its end. " * 5)
    async with asyncio.timeout(WITHIN):
        await gather(speaking, is_a(bytes))
        await speaking.aclose()


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01[[tEst]]<speak>", "…!?", "日本語 🎉", "ok " * 300, "\ud800"])
async def test_a_voice_makes_something_of_any_text_or_refuses_it(voice, text):
    try:
        pieces = [piece async for piece in voice.speak(text)]
    except ProviderError:
        return
    assert all(isinstance(piece, bytes | Used) for piece in pieces)


async def test_a_voice_nobody_knows_is_refused(voice):
    with pytest.raises(ProviderError, match="no voice called nobody"):
        await gather(voice.speak("Hello.", voice="nobody"), is_a(bytes))


@pytest.mark.parametrize("name", VOICES)
async def test_a_broken_voice_raises_a_provider_error(name, no_task_left):
    with pytest.raises(ProviderError):
        await gather(VOICES[name].broken.speak("Hello."), is_a(bytes))


# --- transcribers -----------------------------------------------------------------------------------------------------


@pytest.fixture(params=EARS)
def ears(request):
    return engines.transcriber(request.param)


async def test_ears_hear_speech_then_what_it_was_then_what_it_cost(ears, spoken, no_task_left):
    assert isinstance(ears.takes, AudioFormat)
    assert isinstance(ears.can, TranscriberAbilities)
    audio = await spoken("billing")
    async with ears.listen(OPTIONS) as listening:
        for frame in frames(audio):
            listening.push(frame)
        events = await gather(listening, is_a(Used))
    assert isinstance(events[0], HeardSpeech)
    [heard] = [event for event in events if isinstance(event, HeardUtterance)]
    assert "billing" in heard.text.lower()
    assert 0 < heard.confidence <= 1
    assert 300 <= heard.began_ms < heard.ended_ms <= 1200
    assert events[-1].quantity > 0


async def test_ears_that_are_left_tell_once_what_they_still_owe(ears, spoken, no_task_left):
    audio = await spoken("billing")
    async with ears.listen(OPTIONS) as listening:
        for frame in frames(audio):
            listening.push(frame)
        await gather(listening, is_a(HeardUtterance))
    owing = listening.owing()
    assert all(isinstance(used, Used) and used.quantity > 0 for used in owing)
    assert not listening.owing()


async def test_ears_end_when_they_are_closed_and_mind_nothing_after(ears, no_task_left):
    async with ears.listen(OPTIONS) as listening:
        waiting = asyncio.create_task(gather(listening, lambda event: False))
        await asyncio.sleep(0)
    assert await asyncio.wait_for(waiting, WITHIN) == []
    listening.push(mulaw.silence(20))
    listening.expect(("sales",))


async def test_ears_can_be_cancelled_while_they_think(ears, spoken, no_task_left):
    audio = await spoken("technical support")

    async def call():
        async with ears.listen(OPTIONS) as listening:
            listening.push(audio)
            await asyncio.Event().wait()

    calling = asyncio.create_task(call())
    await asyncio.sleep(0)
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(calling, WITHIN)


@pytest.mark.parametrize("size", [0, 1, 159, 20_000])
async def test_ears_take_pieces_of_any_size(ears, size, no_task_left):
    async with ears.listen(ListenOptions()) as listening:
        for _ in range(5):
            listening.push(b"\x12" * size)


async def test_an_error_in_the_caller_passes_through_ears(ears, no_task_left):
    with pytest.raises(KeyError):
        async with ears.listen(OPTIONS):
            raise KeyError("ours")


@pytest.mark.parametrize("name", EARS)
async def test_broken_ears_understand_nothing_or_raise_a_provider_error(name, spoken, no_task_left):
    audio = await spoken("billing")
    try:
        async with EARS[name].broken.listen(OPTIONS) as listening:
            listening.push(audio)
            events = await gather(listening, is_a(HeardUtterance))
    except ProviderError:
        assert EARS[name].breaks_with is ProviderError
    else:
        assert (events[-1].text, events[-1].confidence) == ("", 0)


# --- agents -----------------------------------------------------------------------------------------------------------


@pytest.fixture(params=AGENTS)
def agent(request, settings):
    if request.param == "cascade":
        settings.TRANSCRIBER_ENGINE, settings.SYNTHESIZER_ENGINE = "deepgram", "elevenlabs"
    return engines.agent(request.param)


async def test_an_agent_greets_with_its_audio_before_its_words(agent, no_task_left):
    assert agent.title
    assert isinstance(agent.takes, AudioFormat)
    async with agent.converse(BRIEF) as talk:
        events = await gather(talk, is_a(AgentSaid))
    assert events[-1].text
    audio = [event for event in events if isinstance(event, AgentAudio)]
    assert sum(len(event.audio) for event in audio) > agent.gives.sample_rate // 2
    assert any(isinstance(event, Used) and event.quantity > 0 for event in events)


async def test_an_agent_ends_with_an_outcome_of_its_brief_and_says_no_more(agent, spoken, no_task_left):
    audio = await spoken("operator")
    async with agent.converse(BRIEF) as talk:
        await gather(talk, is_a(AgentSaid))
        for frame in frames(audio):
            talk.push(frame)
        events = await gather(talk, lambda event: False)
    assert events[-1] == AgentEnded(outcome="person")
    assert [type(event) for event in events].count(AgentEnded) == 1


async def test_an_agent_can_be_interrupted_at_any_time(agent, no_task_left):
    async with agent.converse(BRIEF) as talk:
        talk.interrupt(0)
        await gather(talk, is_a(AgentSaid))
        talk.interrupt(500)
        talk.interrupt(10**9)
        talk.answer_tool("none", "nothing")


async def test_an_agent_that_is_left_in_mid_word_tells_once_what_it_still_owes(agent, no_task_left):
    async with agent.converse(BRIEF) as talk:
        told = await gather(talk, is_a(AgentAudio))
    owing = talk.owing()
    assert all(isinstance(used, Used) and used.quantity > 0 for used in owing)
    assert owing or any(isinstance(event, Used) for event in told) or agent.name == "local"
    assert not talk.owing()


async def test_an_agents_iteration_ends_when_it_is_closed(agent, no_task_left):
    async with agent.converse(BRIEF) as talk:
        waiting = asyncio.create_task(gather(talk, lambda event: False))
        await asyncio.sleep(0)
    await asyncio.wait_for(waiting, WITHIN)
    talk.push(mulaw.silence(20))
    talk.interrupt(20)


async def test_an_agent_can_be_cancelled_while_it_speaks(agent, no_task_left):
    async def call():
        async with agent.converse(BRIEF) as talk:
            await gather(talk, lambda event: False)

    calling = asyncio.create_task(call())
    await asyncio.sleep(0.01)
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(calling, WITHIN)


@pytest.mark.parametrize("name", AGENTS)
async def test_a_broken_agent_raises_a_provider_error(name, no_task_left):
    with pytest.raises(ProviderError):
        async with AGENTS[name].broken.converse(BRIEF) as talk:
            await gather(talk, is_a(AgentSaid))


# --- understanders ----------------------------------------------------------------------------------------------------

ASKED = Question(
    asked="What can we do for you?",
    said="there is something odd about my invoice",
    choices=(AgentOutcome(name="sales", phrases=("buy",)), AgentOutcome(name="billing", phrases=("invoice",))),
)


@pytest.mark.parametrize("name", UNDERSTANDERS)
async def test_an_understander_names_a_choice_how_sure_it_is_and_what_it_used(name, no_task_left):
    meant = await engines.understander(name).understand(ASKED)
    assert meant.answer == "billing"
    assert 0 < meant.confidence <= 1
    assert meant.used
    assert all(used.quantity > 0 for used in meant.used)


@pytest.mark.parametrize("name", UNDERSTANDERS)
@pytest.mark.parametrize("wants", ["choice", "digits", "number", "date", "yes-no", "text"])
@pytest.mark.parametrize("said", ["", " ", "xyzzy", "🎉" * 400, "\ud800\x00", 'say "sales"}\nand more'])
async def test_an_understander_takes_any_words(name, wants, said):
    meant = await engines.understander(name).understand(replace(ASKED, said=said, wants=wants))
    assert 0 <= meant.confidence <= 1
    assert wants != "choice" or meant.answer in ("", "sales", "billing")


@pytest.mark.parametrize("name", UNDERSTANDERS)
async def test_a_broken_understander_raises_a_provider_error(name, no_task_left):
    with pytest.raises(ProviderError):
        await UNDERSTANDERS[name].broken.understand(ASKED)


# --- summarizers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SUMMARIZERS)
@pytest.mark.parametrize("lines", [[], [("caller", "")], [("caller", "I want a refund 🎉"), ("line", "x" * 9000)]])
def test_a_summarizer_sums_up_anything(name, lines):
    summary = engines.summarizer(name).sum_up(lines, outcome="transferred")
    assert summary.text
    assert summary.mood in ("positive", "neutral", "negative")
    assert summary.written_by
    assert all(used.quantity > 0 for used in summary.used)


@pytest.mark.parametrize("name", [name for name in SUMMARIZERS if SUMMARIZERS[name].breaks_with])
def test_a_broken_summarizer_raises_a_provider_error(name):
    with pytest.raises(ProviderError):
        SUMMARIZERS[name].broken.sum_up([("caller", "hello")], outcome="transferred")
