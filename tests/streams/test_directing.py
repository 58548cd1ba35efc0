"""What the desk wants of a call on its stream, in virtual time: whoever talks falls silent, nobody waits for ever."""

import pytest

from streams import directing, leaving
from streams.ai.provider import AgentAudio, AgentSaid
from streams.directing import AGENTS_OFF, AGENTS_ON, DESK, END, ENDED, LEAVES, SEND
from streams.house_texts import HOLD_ON, WE_END
from tests.streams.test_dialogue import GREETING, Rungs, does, talking
from tests.streams.test_session import SECOND, Line, flow

FAILED_TEXT = "Sorry, our assistant is not available right now. One moment, please."
TO_SUPPORT = {"destination": "support"}


def taken(line, act, what=TO_SUPPORT):
    return line.session.directing.take(act, what)


@pytest.mark.parametrize("start", ["greeting", "main", "helper", "desk", "message"])
async def test_from_any_step_a_caller_is_put_through_after_a_word(start):
    line = Line(flow(start=start), engines=Rungs("first")).begin()
    await line.settle(0.5)
    assert taken(line, SEND) == ""
    assert line.host.of("house_said")[-1]["text"] == HOLD_ON
    await line.settle(4)
    state, pending = line.host.left
    assert pending == {"do": "transfer", "destination": "support", "ring_seconds": 30, "by": DESK}
    assert state["step"] == start  # where they go on when nobody can take the call
    assert line.host.of("transfer")[-1] == {"destination": "support", "by": DESK}


async def test_their_talk_is_written_down_where_the_flow_has_that_done(monkeypatch):
    line = Line(flow(start="main")).begin()
    monkeypatch.setattr(leaving, "writes_talks_down", lambda whole: whole is line.session.flow)
    taken(line, SEND)
    await line.settle(4)
    assert line.host.left[1]["listens"] is True


async def test_what_the_flow_handed_to_the_carrier_is_not_taken_back():
    line = Line(flow(start="desk")).begin()
    await line.settle(2)
    left = line.host.left
    assert taken(line, SEND) == taken(line, END) == LEAVES
    await line.settle(9)
    assert line.host.left == left


async def test_while_they_wait_to_be_put_through_neither_keys_nor_the_agent_have_a_say():
    line = await talking()
    taken(line, SEND)
    line.press("0")
    await does(line, AgentAudio(audio=SECOND), AgentSaid(text="Wait!"))
    assert "Wait!" not in str(line.host.lines)
    assert taken(line, SEND) == taken(line, END) == LEAVES
    await line.settle(4)
    assert line.host.left[1]["by"] == DESK


async def test_a_call_is_ended_with_a_sentence():
    line = await talking()
    assert taken(line, END) == ""
    assert taken(line, END) == LEAVES
    await line.settle(9)
    assert line.host.left[1] == {"do": "hangup", "reason": ENDED}
    assert line.host.of("hangup") == [{"reason": ENDED}]
    assert "apology" not in line.host.kinds()
    assert line.session.house_clip(WE_END)


async def test_an_agent_step_that_is_entered_while_they_are_switched_off_goes_on_without_a_word_of_its_greeting():
    line = Line(flow(start="helper"), engines=Rungs("first"), without_agents=True).begin()
    await line.settle(3)
    said = [text for each in line.host.of("prompt_started") for text in each["texts"]]
    assert (GREETING in said, FAILED_TEXT in said) == (False, True)
    assert line.engines.briefs == []
    assert "agent_left_out" in line.host.kinds()
    assert line.session.state.step == "message"


async def test_a_conversation_is_handed_over_at_its_next_pause():
    line = await talking()
    await does(line, AgentAudio(audio=SECOND * 3), AgentSaid(text="We open at nine and close at five."))
    await line.settle(0.5)
    taken(line, AGENTS_OFF)
    await line.settle(1)
    assert line.session.dialogue.is_open  # it is heard out
    await line.settle(4)
    assert not line.session.dialogue.is_open
    assert [FAILED_TEXT] in [said["texts"] for said in line.host.of("prompt_started")]


async def test_a_conversation_without_a_pause_is_handed_over_all_the_same():
    line = await talking()
    taken(line, AGENTS_OFF)
    line.session.dialogue.caller_quiet = lambda: 0.0
    await line.settle(directing.NO_LATER_THAN + 0.5)
    assert not line.session.dialogue.is_open


async def test_switched_on_again_agents_talk():
    line = Line(flow(start="helper"), engines=Rungs("first"))
    line.session.directing.take(AGENTS_OFF, {})
    line.session.directing.take(AGENTS_ON, {})
    line.begin()
    await line.settle(0.5)
    assert line.session.dialogue.is_open
