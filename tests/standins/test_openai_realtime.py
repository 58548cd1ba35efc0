"""Responses: one at a time, in order, with calls, beside the conversation; and what a test puts in."""

import asyncio

import pytest

from tests.standins.openai_realtime import Call, RealtimeStandin, Say
from tests.standins.realtime_client import sound_of, talking
from tests.standins.sound import tone

TOOL = {"type": "function", "name": "end_conversation", "description": "End.", "parameters": {"type": "object"}}


async def test_there_is_one_response_at_a_time():
    async with talking(RealtimeStandin([Say("One.", stays_after=1)])) as client:
        await client.send("response.create")
        first = (await client.one("response.created"))["response"]["id"]
        await client.send("response.create", event_id="second")
        error = await client.error()
        assert (error["code"], error["event_id"]) == ("conversation_already_has_active_response", "second")
        assert first in error["message"]


async def test_nothing_to_cancel_is_said():
    async with talking(RealtimeStandin()) as client:
        await client.send("response.cancel", event_id="mine")
        error = await client.error()
    assert (error["code"], error["event_id"]) == ("response_cancel_not_active", "mine")


async def test_a_call_comes_in_pieces_and_its_answer_is_taken():
    standin = RealtimeStandin([Call("end_conversation", {"outcome": "solved"}), Say("Goodbye.")])
    async with talking(standin, tools=[TOOL]) as client:
        await client.send("response.create")
        frames = await client.until("response.done")
        deltas = [one["delta"] for one in frames if one["type"] == "response.function_call_arguments.delta"]
        done = next(one for one in frames if one["type"] == "response.function_call_arguments.done")
        assert "".join(deltas) == done["arguments"] == '{"outcome": "solved"}'
        assert done["name"] == "end_conversation"
        assert frames[-1]["response"]["output"][0]["call_id"] == done["call_id"]
        output = {"type": "function_call_output", "call_id": done["call_id"], "output": "ok"}
        await client.send("conversation.item.create", item=output)
        await client.one("conversation.item.done")
        assert (await client.respond())["output"][0]["content"][0]["transcript"] == "Goodbye."
    assert not standin.wrong


async def test_an_answer_to_a_call_that_nobody_made_is_refused():
    standin = RealtimeStandin()
    async with talking(standin) as client:
        output = {"type": "function_call_output", "call_id": "call_x", "output": "ok"}
        await client.send("conversation.item.create", item=output)
        assert (await client.error())["code"] == "invalid_tool_call_id"
    assert len(standin.wrong) == 1


async def test_words_and_a_call_fit_into_one_response():
    standin = RealtimeStandin([Say("Goodbye.", call=Call("end_conversation", {"outcome": "solved"}))])
    async with talking(standin, tools=[TOOL]) as client:
        done = await client.respond()
    assert [item["type"] for item in done["output"]] == ["message", "function_call"]


async def test_a_response_without_tools_calls_nothing():
    standin = RealtimeStandin([Say("Goodbye.", call=Call("end_conversation", {"outcome": "solved"}))])
    async with talking(standin, tools=[TOOL]) as client:
        done = await client.respond(tool_choice="none")
    assert [item["type"] for item in done["output"]] == ["message"]


async def test_several_items_may_sound_in_one_response_and_the_first_end_late():
    first, second = Say("One moment.", phase="commentary", late_done=True), Say("It is open.", phase="final_answer")
    async with talking(RealtimeStandin([(first, second)])) as client:
        await client.send("response.create")
        frames = await client.until("response.done")
    output = frames[-1]["response"]["output"]
    assert [item["phase"] for item in output] == ["commentary", "final_answer"]
    told = [(one["type"], one["item_id"]) for one in frames if one["type"].startswith("response.output_audio.")]
    late, sounding = ("response.output_audio.done", output[0]["id"]), ("response.output_audio.delta", output[1]["id"])
    assert told.index(sounding) < told.index(late)


async def test_responses_out_of_band_run_beside_the_conversation_and_leave_nothing_in_it():
    standin = RealtimeStandin([Say("A story.", stays_after=1)])
    async with talking(standin) as client:
        await client.send("response.create")
        await client.one("response.output_audio.delta")
        exactly = {"conversation": "none", "input": [], "instructions": "Say exactly the following: Bear with us."}
        done = await client.respond(**exactly, metadata={"kind": "announce"}, tool_choice="none")
        assert (done["metadata"], done["conversation_id"]) == ({"kind": "announce"}, None)
        item = done["output"][0]
        assert item["content"][0]["transcript"] == "Bear with us."
        await client.send("conversation.item.retrieve", item_id=item["id"])
        assert (await client.error())["code"] == "item_retrieve_invalid_item_id"
    assert standin.sessions[-1].active is not None


@pytest.mark.parametrize(
    "instructions",
    [
        "Say exactly the following: Bear “with” us: now.",
        'Say exactly the following in en-US, and nothing else: "Bear “with” us: now."',
    ],
)
async def test_what_is_dictated_is_said_word_by_word(instructions):
    async with talking(RealtimeStandin([Say("Something else.")])) as client:
        done = await client.respond(instructions=instructions)
    assert done["output"][0]["content"][0]["transcript"] == "Bear “with” us: now."


async def test_each_response_can_be_cancelled_by_its_name():
    standin = RealtimeStandin([Say("A story.", stays_after=1), Say("Aside.", stays_after=1)])
    async with talking(standin) as client:
        await client.send("response.create")
        inside = (await client.one("response.created"))["response"]["id"]
        await client.send("response.create", response={"conversation": "none"})
        outside = (await client.one("response.created"))["response"]["id"]
        for named in (outside, inside):
            await client.send("response.cancel", response_id=named)
            done = (await client.one("response.done"))["response"]
            assert (done["id"], done["status"]) == (named, "cancelled")
        await client.send("response.cancel", response_id=inside)
        assert (await client.error())["code"] == "response_cancel_not_active"


async def test_answers_may_be_text_alone():
    async with talking(RealtimeStandin([Say("It is open.")]), output_modalities=["text"]) as client:
        await client.send("response.create")
        frames = await client.until("response.done")
    assert not sound_of(frames)
    assert "".join(one["delta"] for one in frames if one["type"] == "response.output_text.delta") == "It is open."
    assert frames[-1]["response"]["output"][0]["content"] == [{"type": "output_text", "text": "It is open."}]


async def test_speech_stops_where_its_tokens_are_used_up():
    async with talking(RealtimeStandin([Say("Word " * 100, ms=60_000)]), max_output_tokens=100) as client:
        done = await client.respond()
    assert (done["status"], done["status_details"]["reason"]) == ("incomplete", "max_output_tokens")
    assert done["usage"]["output_tokens"] <= 110


async def test_a_real_voice_and_real_ears_may_be_put_in():
    async def voice(text):
        return tone(len(text) * 100)

    async def hearing(audio, settings):
        return f"{len(audio) // 8} ms, {settings['instructions']}"

    async with talking(RealtimeStandin([Say("Hello.")], voice=voice, hearing=hearing)) as client:
        await client.speak()
        frames = await client.until("rate_limits.updated")
    assert len(sound_of(frames)) == 600 * 8
    told = next(one for one in frames if one["type"].endswith("transcription.completed"))
    assert told["transcript"] == "1500 ms, Be brief."


async def test_a_brain_is_given_what_was_said():
    asked = []

    async def brain(given):
        asked.append(given)
        return Say("Yes.")

    async with talking(RealtimeStandin(brain=brain, hears=["are you open"]), tools=[TOOL]) as client:
        await client.speak()
        await client.one("response.done")
    assert asked[0].instructions == "Be brief."
    assert asked[0].tools == ("end_conversation",)
    assert asked[0].items[-1]["heard"] == "are you open"


async def test_a_session_may_send_what_a_test_wants_from_any_thread():
    standin = RealtimeStandin()
    async with talking(standin) as client:
        error = {"type": "server_error", "message": "Something."}
        await asyncio.to_thread(standin.sessions[-1].send, "error", error=error)
        assert (await client.error())["message"] == "Something."
        with pytest.raises(AssertionError, match="no field called weather"):
            standin.sessions[-1].send("error", error=error, weather="fine")


async def test_a_brain_that_breaks_breaks_the_test():
    async def brain(given):
        raise LookupError("no brain")

    async def ask():
        async with talking(RealtimeStandin(brain=brain)) as client:
            await client.send("response.create")
            _, code, _ = await client.closed()
            assert code == 1011

    with pytest.raises(LookupError, match="no brain"):
        await ask()
