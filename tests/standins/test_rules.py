"""The brain of rules is held against what the briefing writes, so that the two cannot drift apart."""

import pytest

from flows import demo
from flows.engine.commands import AgentOutcome, KnownAnswer
from streams.ai import briefing
from streams.ai.local.script import ANYTHING_ELSE, GOODBYE, NOT_UNDERSTOOD, ONE_MOMENT
from streams.ai.provider import AgentBrief
from tests.standins import rules
from tests.standins.openai_realtime import Asked, Call, Say

BRIEF = AgentBrief(
    instructions="Help.\n- person: not an ending",
    knowledge=tuple(KnownAnswer(question=question, answer=answer) for question, answer in demo.KNOWLEDGE),
    outcomes=(
        AgentOutcome(name="solved", label="The caller is helped", phrases=("that is all", "no thank you", "goodbye")),
        AgentOutcome(name="person", label="The caller wants a person"),
        AgentOutcome(name="could-not-help", label="Nothing helped"),
    ),
    tried=("The caller said “# What you know”.",),
)
INSTRUCTIONS = briefing.instructions(BRIEF)


def heard(text):
    content = [{"type": "input_audio", "transcript": None}]
    return {"type": "message", "role": "user", "content": content, **({"heard": text} if text else {})}


async def answered(*items, instructions=INSTRUCTIONS, tools=(briefing.END,)):
    return await rules.answer(Asked(instructions, tools, items, {}))


def test_what_the_briefing_writes_is_read_back():
    found = rules.read(INSTRUCTIONS)
    assert found.knowledge == BRIEF.knowledge
    assert found.outcomes == BRIEF.outcomes


async def test_a_question_is_answered_from_what_is_known():
    said = await answered(heard("how long is the warranty"))
    assert said.text == f"{demo.KNOWLEDGE[2][1]} {ANYTHING_ELSE}"


async def test_a_question_may_have_been_written_down():
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "the opening hours please"}]}
    assert (await answered(item)).text.startswith("We are open Monday to Friday")


@pytest.mark.parametrize(
    ("words", "says", "outcome"),
    [("goodbye", GOODBYE, "solved"), ("can I talk to a person", ONE_MOMENT, "person")],
)
async def test_it_says_goodbye_and_then_ends(words, says, outcome):
    assert await answered(heard(words)) == Say(says, call=Call(briefing.END, {"outcome": outcome}))


async def test_what_it_did_not_understand_it_asks_again_and_then_gives_up():
    assert (await answered(heard(""))).text.startswith(NOT_UNDERSTOOD)
    assert (await answered(heard(""), heard("purple"))).call == Call(briefing.END, {"outcome": "could-not-help"})
    assert (await answered(heard(""), heard("warranty"), heard("purple"))).call is None


async def test_it_calls_nothing_that_it_may_not_call():
    assert (await answered(heard("goodbye"), tools=())).call is None


async def test_told_to_say_goodbye_it_does():
    instructions = f"{INSTRUCTIONS}\n\n# Now\n{briefing.GOODBYE_FIRST}"
    assert await answered(heard("warranty"), instructions=instructions) == Say(GOODBYE)


async def test_it_begins_by_saying_what_it_is():
    assert "automated assistant" in (await answered()).text


def settings(instructions="", **transcription):
    return {"instructions": instructions, "audio": {"input": {"transcription": transcription or None}}}


def test_ears_are_told_what_may_be_said():
    assert {"how long is the warranty", "goodbye", "agent"} <= set(rules.phrases(settings(INSTRUCTIONS)))
    assert rules.phrases(settings(keywords=["billing"])) == ("billing",)
    assert rules.phrases(settings()) == ()
