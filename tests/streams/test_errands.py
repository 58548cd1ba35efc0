"""What an assistant has done beside the line: it is done in any case, and the assistant learns what came of it."""

import pytest

from flows.engine.tools import NOT_TEXTED, TEXTED
from streams.ai.provider import AgentEnded
from tests.streams.test_session_tools import asks, talking


async def test_a_text_message_is_ordered_word_for_word():
    line = await talking()
    await line.agent_does(asks("send_text", text="Directions"))
    await line.settle(1.5)
    line.press("1")
    (order,) = line.host.orders
    assert (order[0], order[1]["name"], order[1]["text"]) == ("text", "Directions", "We are at 1 Main Street.")
    assert line.host.of("text_ordered") == [{"name": "Directions"}]


@pytest.mark.parametrize(("ok", "said"), [(True, TEXTED), (False, NOT_TEXTED)])
async def test_the_assistant_is_told_whether_a_text_message_is_sent(ok, said):
    line = await talking()
    line.host.texts_go_out = ok
    await line.agent_does(asks("send_text", text="Directions"))
    await line.settle(1.5)
    line.press("1")
    assert line.engines.mouth.answers == []
    await line.settle()
    assert line.engines.mouth.answers == [("1", said)]
    assert line.host.of("tool_answered") == [{"tool": "send_text", "ok": ok}]


async def test_a_text_message_is_ordered_though_the_call_ends_with_the_key():
    line = await talking()
    await line.agent_does(asks("send_text", text="Directions"), AgentEnded(outcome="could-not-help"))
    await line.settle(3)
    line.press("1")
    line.session.close()
    await line.session.closed()
    assert [kind for kind, _ in line.host.orders] == ["text"]


@pytest.mark.parametrize("found", [None, RuntimeError("broken")])
async def test_a_lookup_that_fails_is_said_to_the_assistant(found):
    line = await talking()

    async def look_up(lookup, fields):
        if found:
            raise found

    line.host.look_up = look_up
    await line.agent_does(asks("look_up_orders", order="4711"))
    await line.settle()
    assert "could not be found out" in line.engines.mouth.answers[0][1]
    assert line.host.of("tool_answered") == [{"tool": "look_up_orders", "ok": False}]
