"""A short talk with OpenAI itself: `OPENAI_LIVE=1 OPENAI_API_KEY=... pytest -n0 tests/live`. It costs a few cents."""

import asyncio
import os

import pytest

from flows.engine.commands import AgentOutcome, KnownAnswer
from streams import engines
from streams.ai.provider import AgentAudio, AgentBrief, AgentSaid, CallerSaid, Spoke, Used
from streams.audio import mulaw

pytestmark = pytest.mark.skipif(
    os.environ.get("OPENAI_LIVE") != "1" or not os.environ.get("OPENAI_API_KEY"),
    reason="talks with OpenAI itself, for money: set OPENAI_LIVE=1 and OPENAI_API_KEY",
)
WITHIN = 60  # seconds for one conversation
GREETING = "Good day, this is the test line."
BRIEF = AgentBrief(
    greeting=GREETING,
    knowledge=(KnownAnswer(question="opening hours", answer="We are open from nine to five."),),
    outcomes=(AgentOutcome(name="person", label="the caller wants a person"), AgentOutcome(name="could-not-help")),
)


@pytest.fixture
def only_this_machine():
    """This once, another machine is what is wanted."""


@pytest.fixture(autouse=True)
async def fresh_clients():
    engines.openai.cache_clear()
    yield
    await engines.openai().close_here()
    engines.openai.cache_clear()


async def turn(talk):
    """Everything up to the end of the agent's turn."""
    found = []
    async for saying in talk:
        found.append(saying)
        if isinstance(saying, AgentSaid):
            break
    return found


def seconds_of_sound(turn):
    return sum(len(saying.audio) for saying in turn if isinstance(saying, AgentAudio)) / mulaw.RATE


async def test_it_greets_hears_and_answers_by_voice_and_says_what_it_used():
    question = [piece async for piece in engines.synthesizer("local").speak("When are you open?")]
    speech = b"".join(piece for piece in question if isinstance(piece, bytes)) + mulaw.silence(1500)
    async with asyncio.timeout(WITHIN), engines.agent("openai_realtime").converse(BRIEF) as talk:
        greeting = await turn(talk)
        for start in range(0, len(speech), mulaw.FRAME):
            talk.push(speech[start : start + mulaw.FRAME])
        answer = await turn(talk)
    assert greeting[-1].text == GREETING
    assert seconds_of_sound(greeting) > 1
    assert [saying.text for saying in answer if isinstance(saying, CallerSaid)]
    assert "nine" in answer[-1].text.lower() or "9" in answer[-1].text
    used = {saying.unit for saying in greeting + answer if isinstance(saying, Used)}
    assert {"text_in", "audio_in", "audio_out"} <= used


async def test_it_goes_on_with_a_conversation_that_began_elsewhere():
    history = (Spoke(who="agent", text=GREETING), Spoke(who="caller", text="When are you open?"))
    brief = AgentBrief(knowledge=BRIEF.knowledge, outcomes=BRIEF.outcomes, history=history)
    async with asyncio.timeout(WITHIN), engines.agent("openai_realtime").converse(brief) as talk:
        answer = await turn(talk)
    assert "nine" in answer[-1].text.lower() or "9" in answer[-1].text
    assert seconds_of_sound(answer) > 0.5
