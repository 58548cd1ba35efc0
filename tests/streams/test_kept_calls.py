"""What a live session logs, read back as a test call that passes on the same flow and goes the same way."""

import pytest

from flows.testcalls.language import parse
from flows.testcalls.recorded import lines_from
from flows.testcalls.runner import run
from streams.ai.provider import AgentEnded, AgentSaid, CallerSaid, HeardSpeech, HeardUtterance
from tests.streams.test_session import Line, flow


def kept(line):
    """The lines, and the steps of the live call and of its test."""
    logged = [(0.0, kind, step, data) for kind, step, data in line.host.lines]
    lines = lines_from(logged, flow())
    result = run(flow(), parse(lines))
    assert result.passed, (lines, result.line, result.sentence)
    live = [step for kind, step, _ in line.host.lines if kind == "entered"]
    return lines.splitlines(), live, list(result.visited)


async def test_a_key():
    line = await Line().at_menu()
    line.press("1")
    await line.settle(2)
    lines, live, tested = kept(line)
    assert lines == ["caller presses 1", 'goes to "bye"', 'ends at "bye"']
    assert live == tested


async def test_a_key_during_the_greeting():
    line = Line().begin()
    await line.settle(0.5)
    line.press("1")
    await line.settle(2)
    lines, live, tested = kept(line)
    assert lines[0] == "caller presses 1"
    assert live == tested


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_silence(times):
    line = await Line().at_menu()
    for _ in range(times):
        await line.settle(1.5)  # the prompt
        await line.settle(6.5)  # the wait after it
        await line.settle(1.5)
    if times < 3:
        line.press("1")
    await line.settle(3)
    lines, live, tested = kept(line)
    assert lines[:times] == ["caller says nothing"] * times
    assert live == tested


async def test_words_and_a_talk_with_an_assistant():
    line = await Line().with_helper()
    await line.agent_does(AgentSaid(text="What is it about?"), CallerSaid(text="My bill."))
    await line.agent_does(AgentEnded(outcome="could-not-help"))
    await line.settle(3)
    lines, live, tested = kept(line)
    assert lines[:2] == ['caller says "something odd"'] * 2
    assert 'AI says "What is it about?"' in lines
    assert 'AI ends with "the assistant could not help"' in lines
    assert live == tested


async def test_words_that_fit():
    line = await Line().at_menu()
    await line.hears(HeardSpeech(), HeardUtterance(text="Billing, please.", confidence=0.9))
    await line.settle(3)
    lines, live, tested = kept(line)
    assert lines == ['caller says "Billing, please."', 'goes to "bye"', 'ends at "bye"']
    assert live == tested
