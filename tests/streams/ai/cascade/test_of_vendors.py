"""The voice bot of Deepgram, OpenAI and ElevenLabs, as the site's settings make it, against three stand-ins."""

import itertools
import json
import time

import pytest

from flows.engine.commands import AgentOutcome, AgentTool, KnownAnswer, ToolSlot
from streams import engines
from streams.ai import elevenlabs_voice
from streams.ai.openai import text as openai_text
from streams.ai.provider import (
    AgentAudio,
    AgentBrief,
    AgentEnded,
    AgentSaid,
    CallerSaid,
    HeardSpeech,
    ProviderError,
    ToolCalled,
    Used,
)
from streams.audio import mulaw
from tests.standins import deepgram, elevenlabs
from tests.standins.faults import Fault
from tests.standins.openai_http import OpenAIHTTP
from tests.standins.openai_model import Says, script
from tests.streams.ai.telephone import push, until

pytestmark = pytest.mark.usefixtures("no_task_left")

WITHIN = 30
BRIEF = AgentBrief(
    greeting="Thank you for calling. I am an automated assistant.",
    knowledge=(KnownAnswer(question="opening hours", answer="Nine to five."),),
    outcomes=(AgentOutcome(name="person", label="They want a person"), AgentOutcome(name="could-not-help")),
    tools=(AgentTool(name="find_order", purpose="Finds an order.", slots=(ToolSlot(name="order"),)),),
)


@pytest.fixture
def parts():
    brain = script(
        Says(text="Let me look that up.", calls=(("find_order", {"order": "seven"}),)),
        "Your order is on its way. It was sent on Monday, and it should be with you by Friday at the latest.",
        Says(text="I will put you through to somebody.", calls=(("end_conversation", {"outcome": "person"}),)),
    )
    return {
        "ears": deepgram.Deepgram(texts=["where is order seven", "no I want a person"]),
        "model": OpenAIHTTP(brain),
        "voice": elevenlabs.ElevenLabs(),
    }


@pytest.fixture
def standin_parts(parts):
    return list(parts.values())


@pytest.fixture
def agent(standins, settings):
    settings.TRANSCRIBER_ENGINE, settings.SYNTHESIZER_ENGINE = "deepgram", "elevenlabs"
    return engines.agent("cascade")


async def test_a_call_with_a_question_a_lookup_a_caller_who_cuts_in_and_a_goodbye(agent, parts, spoken):
    question, cut = await spoken("Where is order seven?"), await spoken("No, I want a person.")
    async with agent.converse(BRIEF) as talk:
        events = await until(talk, AgentSaid, within=WITHIN)
        push(talk, mulaw.silence(3000) + question)
        events += await until(talk, ToolCalled, within=WITHIN)
        assert events[-1] == ToolCalled(call_id=events[-1].call_id, name="find_order", arguments={"order": "seven"})
        talk.answer_tool(events[-1].call_id, "sent on Monday")
        events += await until(talk, AgentAudio, within=WITHIN)
        push(talk, cut)
        events += await until(talk, HeardSpeech, within=WITHIN)
        talk.interrupt(1500)
        events += await until(talk, AgentEnded, within=WITHIN)
    said = [event.text for event in events if isinstance(event, AgentSaid)]
    assert said[:2] == [BRIEF.greeting, "Let me look that up."]
    assert "Your order is on its way.".startswith(said[2])
    assert said[2].startswith("Your order is on")
    assert said[3] == "I will put you through to somebody."
    assert [event.text for event in events if isinstance(event, CallerSaid)] == [
        "where is order seven",
        "no I want a person",
    ]
    assert events[-1] == AgentEnded(outcome="person")
    assert {event.engine for event in events if isinstance(event, Used)} == {"deepgram", "openai", "elevenlabs"}
    told = json.dumps(parts["model"].seen[-1].body, ensure_ascii=False)
    assert f"{said[2]} —" in told
    assert "by Friday" not in told
    assert all(part.wrong == [] for part in parts.values())


TROUBLES = {
    "ears refused": deepgram.Trouble(status=503),
    "ears dropped": deepgram.Trouble(drop_after_ms=600),
    "model refused": Fault(status=503),
    "model dropped": Fault(drops_after=0),
    "model stalled": Fault(stalls_after=0),
    "voice dropped": elevenlabs.Trouble(drops_after=1),
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_when_one_of_them_fails_the_call_knows_soon(agent, parts, spoken, monkeypatch, trouble):
    monkeypatch.setattr(openai_text, "FIRST_SECONDS", 0.3)
    monkeypatch.setattr(elevenlabs_voice, "FIRST_SOUND_SECONDS", 0.3)
    part = trouble.split()[0]
    if part == "model":
        parts[part].broken = TROUBLES[trouble]
    else:
        parts[part]._troubles = itertools.repeat(TROUBLES[trouble])
    audio = await spoken("Where is order seven?")

    async def call():
        async with agent.converse(BRIEF) as talk:
            await until(talk, AgentSaid, within=WITHIN)
            push(talk, audio)
            await until(talk, ToolCalled, within=WITHIN)

    began = time.monotonic()
    with pytest.raises(ProviderError):
        await call()
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("trouble", [elevenlabs.Trouble(refused="quota_exceeded"), elevenlabs.Trouble(stalls_after=0)])
async def test_when_the_voice_makes_no_sound_our_own_speaks_in_its_place(agent, parts, spoken, monkeypatch, trouble):
    monkeypatch.setattr(elevenlabs_voice, "FIRST_SOUND_SECONDS", 0.3)
    parts["voice"]._troubles = itertools.repeat(trouble)
    audio = await spoken("Where is order seven?")
    async with agent.converse(BRIEF) as talk:
        greeting = await until(talk, AgentSaid)
        push(talk, audio)
        events = await until(talk, ToolCalled)
    assert any(isinstance(event, AgentAudio) for event in greeting)
    assert events[-1].name == "find_order"


async def test_a_reply_that_drops_half_way_is_gone_on_with(agent, parts, spoken):
    parts["model"].brain = script("First sentence here. Second sentence here.", "The second one again.")
    parts["model"].faults.append(Fault(drops_after=8))
    audio = await spoken("Where is order seven?")
    async with agent.converse(BRIEF) as talk:
        await until(talk, AgentSaid, within=WITHIN)
        push(talk, audio)
        said = (await until(talk, AgentSaid, within=WITHIN))[-1].text
    assert said.endswith("The second one again.")
    assert len(parts["model"].seen) == 2
