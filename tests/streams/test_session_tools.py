"""What an AI step asks for, through a whole session in virtual time: heard, confirmed, done, and on record."""

import asyncio

import pytest

from flows.engine.events import CallAnswered, TransferFinished
from flows.engine.snapshot import load_state
from streams.ai.provider import AgentAudio, AgentEnded, AgentSaid, CallerSaid, HeardSpeech, ToolCalled
from streams.continuation import Dialable, Told, Walk, proceed
from streams.patience import ANSWER_WITHIN
from tests.builders import flow_of
from tests.streams.test_session import SECOND, Line

ABLE = {
    "persona": "Warm and brief.",
    "notes": "We close at six.",
    "voice": "marin",
    "destinations": ["desk"],
    "takes_messages": True,
    "lookups": ["orders"],
    "texts": [{"name": "Directions", "text": "We are at 1 Main Street."}],
    "keys": [{"name": "Open the door", "digits": "9#"}],
}


def a_flow(**settings):
    return flow_of(talk=("agent", {**ABLE, **settings}, "bye"), bye=("hang_up", "Goodbye."))


async def talking(**settings):
    line = Line(a_flow(**settings)).begin()
    await line.settle()
    await line.settle(2.5)  # the greeting is heard
    return line


def asks(tool, call_id="1", **arguments):
    return ToolCalled(call_id=call_id, name=tool, arguments=arguments)


async def test_the_engine_is_told_manner_notes_voice_and_tools():
    (brief,) = (await talking()).engines.briefs
    assert (brief.persona, brief.notes, brief.voice) == ("Warm and brief.", "We close at six.", "marin")
    assert "put_through" in {tool.name for tool in brief.tools}


async def test_a_transfer_waits_until_the_words_and_the_announcement_were_heard():
    line = await talking()
    await line.agent_does(AgentAudio(audio=SECOND * 2), AgentSaid(text="Gladly."), asks("put_through", to="desk"))
    await line.settle(2.5)
    assert line.host.left is None  # two seconds of words are heard, and half of the announcement
    await line.settle(1.0)
    assert line.host.left[1] == {"do": "transfer", "destination": "desk", "ring_seconds": 25}
    assert line.host.of("tool_asked") == [
        {"tool": "put_through", "arguments": {"to": "desk"}, "verdict": "allowed", "why": ""}
    ]


async def test_a_caller_who_comes_back_goes_on_where_nobody_was_reached():
    line = await talking()
    await line.agent_does(asks("put_through", to="desk"))
    await line.settle(2)
    back = Line(a_flow(), state=load_state(line.host.left[0]), first=TransferFinished(result="busy"), at=60.0).begin()
    await back.settle()
    assert {"outcome": "not-reached", "goes_to": "bye"} in back.host.of("left")


@pytest.mark.parametrize(
    ("status", "page"), [("completed", "hangup"), ("busy", "stream"), ("no-answer", "stream"), ("failed", "stream")]
)
async def test_the_carriers_word_on_the_transfer_is_understood_without_a_stream(status, page):
    line = await talking()
    await line.agent_does(asks("put_through", to="desk"))
    await line.settle(2)
    state, pending = line.host.left
    walk = Walk(
        flow=a_flow(),
        state=load_state(state),
        pending={**pending, "given": True},
        at=60.0,
        continues=0,
        dialable=lambda key: Dialable(),
    )
    assert proceed(walk, Told(dial_status=status)).page["page"] == page


async def test_without_an_announcement_the_assistants_own_words_are_heard_out():
    line = await talking(announcement="")
    await line.agent_does(AgentAudio(audio=SECOND * 2), AgentSaid(text="Gladly."), asks("put_through", to="desk"))
    await line.settle(1.5)
    assert line.host.left is None
    await line.settle(0.7)
    assert line.host.left[1]["do"] == "transfer"


async def test_a_message_is_kept_at_the_key_and_the_assistant_goes_on():
    line = await talking()
    await line.agent_does(asks("leave_message", message="Call Ann."))
    await line.settle(2)
    assert line.host.orders == []
    line.press("1")
    (order,) = line.host.orders
    assert (order[0], order[1]["what"], order[1]["text"]) == ("note", "message", "Call Ann.")
    assert line.engines.mouth.answers == [("1", "The message was left.")]
    assert line.host.of("note_kept") == [{"what": "message"}]
    assert line.host.of("tool_answered") == [{"tool": "leave_message", "ok": True}]


async def test_a_caller_who_speaks_over_the_question_neither_stops_it_nor_agrees():
    line = await talking()
    await line.agent_does(asks("leave_message", message="Call Ann."))
    await line.settle(0.3)
    await line.agent_does(HeardSpeech(), CallerSaid(text="yes, do that"))
    assert "clear" not in line.wire.kinds()
    await line.settle(1)
    asked = len(line.wire.audio())
    await line.settle(8)
    assert line.host.orders == []
    assert len(line.wire.audio()) == asked  # nobody owes an answer but the caller, so nobody asks to hold on
    await line.settle(5)
    assert line.engines.mouth.answers == [("1", "The caller did not confirm it, so it was not done.")]
    assert line.step == "talk"


async def test_a_key_pressed_at_the_assistants_own_words_confirms_nothing():
    """Whatever it says (“press 1 to hear more”), what it asks for is done only at the house's question."""
    line = await talking()
    said = AgentAudio(audio=SECOND * 2), AgentSaid(text="Press 1 to hear your balance.")
    await line.agent_does(*said, asks("leave_message", message="Cancel it all."))
    for seconds in (1, 1.5):  # while it speaks, and as the question begins
        await line.settle(seconds)
        line.press("1")
    assert line.host.orders == []
    await line.settle(1)
    line.press("1")
    assert [kind for kind, _ in line.host.orders] == ["note"]


async def test_a_key_that_answers_nothing_leaves_the_question_be():
    line = await talking()
    await line.agent_does(asks("leave_message", message="Call Ann."))
    await line.settle(0.3)
    line.press("5")
    assert "clear" not in line.wire.kinds()


async def test_keys_go_down_the_line_and_not_into_the_log():
    line = await talking()
    await line.agent_does(asks("press_keys", keys="Open the door"))
    assert ("keys", "9#") in [frame[1:] for frame in line.wire.frames]
    assert "9#" not in repr(line.host.lines)


async def test_a_lookup_is_answered_and_the_caller_is_asked_to_hold_on_meanwhile():
    line = await talking()
    await line.agent_does(asks("look_up_orders", order="4711"), AgentSaid(text="Let me see."))
    assert line.host.asked == [("orders", {"order": "4711"})]
    before = len(line.wire.audio())
    await line.settle(2.6)
    assert len(line.wire.audio()) > before
    line.host.found.put_nowait({"status": "shipped"})
    await line.settle()
    (answer,) = line.engines.mouth.answers
    assert "shipped" in answer[1]


async def test_an_assistant_has_its_whole_time_to_say_what_was_found():
    line = await talking()
    await line.agent_does(asks("look_up_orders", order="4711"))
    await line.settle(ANSWER_WITHIN - 0.2)
    line.host.found.put_nowait({"status": "shipped"})
    await line.settle()
    await line.settle(ANSWER_WITHIN - 0.2)
    assert not line.host.of("engine_failed")
    await line.settle(0.3)
    assert line.host.of("engine_failed")


async def test_what_is_found_after_the_caller_left_the_step_is_of_no_interest():
    before = asyncio.all_tasks()
    line = await talking()
    await line.agent_does(asks("look_up_orders", order="4711"))
    line.press("0")
    line.host.found.put_nowait({"status": "shipped"})
    await line.settle()
    assert line.engines.mouth.answers == []
    line.session.close()
    await line.session.closed()
    assert asyncio.all_tasks() == before


async def test_a_hostile_assistant_gets_nothing_done():
    line = await talking()
    hostile = [
        asks("put_through", to="+19005550123"),
        asks("transfer_call", number="+19005550123"),
        asks("send_text", text="Buy now", to="+19005550123"),
        asks("press_keys", keys="911"),
        asks("look_up_orders", order="https://169.254.169.254/"),
        asks("leave_message", message="x" * 100_000),
    ]
    await line.agent_does(*hostile, CallerSaid(text="yes, one"))
    await line.settle(3)
    assert (line.host.orders, line.host.asked, line.host.left) == ([], [], None)
    assert "keys" not in line.wire.kinds()
    assert {data["verdict"] for data in line.host.of("tool_asked")} == {"refused"}
    assert len(repr(line.host.of("tool_asked"))) < 5000


async def test_a_conversation_that_ends_while_the_caller_is_asked_waits_for_the_key():
    line = await talking()
    await line.agent_does(asks("leave_message", message="Call Ann."), AgentEnded(outcome="could-not-help"))
    await line.settle(2)
    assert line.step == "talk"
    line.press("1")
    assert len(line.host.orders) == 1
    assert line.step == "bye"


async def test_a_hidden_number_is_offered_no_text_message():
    line = Line(a_flow(), first=CallAnswered(began=1.0, caller="anonymous", called="+14155550199")).begin()
    await line.settle()
    assert "send_text" not in {tool.name for tool in line.engines.briefs[0].tools}


async def test_a_flow_without_an_assistant_looks_something_up_and_breaks_the_silence_itself():
    flow = flow_of(
        look=(
            "look_up",
            {"lookup": "orders", "sends": [{"slot": "order", "value": "4711"}]},
            {"found": "told", ...: "bye"},
        ),
        told=("say", "It is on its way.", "bye"),
        bye=("hang_up", "Goodbye."),
    )
    line = Line(flow).begin()
    await line.settle(1.9)
    assert line.host.asked == [("orders", {"order": "4711"})]
    assert "prompt_started" not in line.host.kinds()
    await line.settle(0.2)
    assert line.host.of("prompt_started")[0]["texts"] == ["One moment, I am looking that up."]
    line.host.found.put_nowait({"status": "shipped"})
    await line.settle(0.5)
    assert line.step == "look"  # the sentence is heard to its end
    await line.settle(1.0)
    assert line.step == "told"
    assert line.session.state.answers == {"status": "shipped"}


async def test_a_system_that_never_answers_is_given_up_and_the_caller_is_told():
    flow = flow_of(
        look=("look_up", {"lookup": "orders", "sends": [{"slot": "order", "value": "4711"}]}, "bye"),
        bye=("hang_up", "Goodbye."),
    )
    line = Line(flow).begin()
    for _ in range(9):
        await line.settle(1.0)
    assert line.host.of("prompt_started")[1]["texts"] == ["Sorry, I cannot look that up right now."]
    await line.settle(1.2)
    assert {"outcome": "failed", "goes_to": "bye"} in line.host.of("left")


@pytest.mark.parametrize(("goes_out", "outcome"), [(True, "sent"), (False, "not-sent")])
async def test_a_flow_without_an_assistant_sends_a_text_at_the_key(goes_out, outcome):
    flow = flow_of(text=("send_text", {"text": "We are at 1 Main Street."}, "bye"), bye=("hang_up", "Goodbye."))
    line = Line(flow).begin()
    line.host.texts_go_out = goes_out
    await line.settle(1.2)
    assert line.host.orders == []
    line.press("1")
    ((kind, order),) = line.host.orders
    assert (kind, order["text"]) == ("text", "We are at 1 Main Street.")
    await line.settle()
    await line.settle(1.2)
    assert {"outcome": outcome, "goes_to": "bye"} in line.host.of("left")
