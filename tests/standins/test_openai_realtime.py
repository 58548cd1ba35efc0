"""What callers and tools make of a conversation with the stand-in."""

import asyncio

import pytest

from streams.audio import mulaw
from tests.standins.openai_realtime import Call, RealtimeStandin, Say, tone
from tests.standins.realtime_client import SPOKEN, VAD, connected, sound_of, talking, types, without_repeats

TOOL = {"type": "function", "name": "end_conversation", "description": "End.", "parameters": {"type": "object"}}


async def test_a_turn_of_the_caller_is_answered_in_the_services_order():
    standin = RealtimeStandin([Say("Hello there, caller.", ms=300)], hears=["good morning"])
    async with talking(standin) as client:
        await client.speak()
        frames = await client.until("rate_limits.updated")
    heard = "conversation.item.input_audio_transcription"
    assert [kind for kind in without_repeats(frames) if not kind.startswith(heard)] == [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "response.created",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_audio_transcript.delta",
        "response.output_audio.delta",
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.done",
        "rate_limits.updated",
    ]
    assert types(frames)[-5:-2] == ["response.content_part.done", "conversation.item.done", "response.output_item.done"]
    assert len(sound_of(frames)) == 300 * mulaw.BYTES_A_MS
    words = [frame["delta"] for frame in frames if frame["type"] == "response.output_audio_transcript.delta"]
    assert "".join(words) == "Hello there, caller."
    assert not standin.wrong


async def test_where_speech_begins_and_ends_is_told_in_the_time_of_the_audio():
    async with talking(RealtimeStandin()) as client:
        for start in range(0, 4000 * 8, 160):
            audio = mulaw.silence(1000) + tone(1000) + mulaw.silence(2000)
            await client.speak(audio[start : start + 160])
        started = await client.one("input_audio_buffer.speech_started")
        stopped = await client.one("input_audio_buffer.speech_stopped")
        committed = await client.one("input_audio_buffer.committed")
    assert (started["audio_start_ms"], stopped["audio_end_ms"]) == (700, 2500)
    assert started["item_id"] == stopped["item_id"] == committed["item_id"]


async def test_what_the_caller_said_comes_with_its_cost_for_its_item():
    async with talking(RealtimeStandin(hears=["good morning"])) as client:
        await client.speak()
        committed = await client.one("input_audio_buffer.committed")
        told = await client.one("conversation.item.input_audio_transcription.completed")
    assert (told["item_id"], told["transcript"]) == (committed["item_id"], "good morning")
    assert told["usage"]["input_token_details"]["audio_tokens"] == 15


async def test_nothing_is_transcribed_unless_it_is_wanted():
    async with talking(RealtimeStandin(hears=["good morning"])) as client:
        await client.update(audio={"input": {"transcription": None}})
        await client.speak()
        frames = await client.until("rate_limits.updated")
    assert not [kind for kind in types(frames) if "transcription" in kind]


async def test_turns_may_be_found_without_being_answered():
    detection = {**VAD, "create_response": False}
    async with talking(RealtimeStandin(), detection=detection) as client:
        await client.speak()
        await client.one("input_audio_buffer.committed")
        assert "response.created" not in types(await client.settled())


async def test_without_detection_the_client_commits_and_asks():
    async with talking(RealtimeStandin([Say("Yes.")]), detection=None) as client:
        await client.speak()
        await client.send("input_audio_buffer.commit")
        await client.send("response.create")
        frames = await client.until("response.done")
    assert types(frames)[0] == "input_audio_buffer.committed"
    assert "input_audio_buffer.speech_started" not in types(frames)


async def test_too_little_audio_cannot_be_committed():
    async with talking(RealtimeStandin(), detection=None) as client:
        await client.speak(tone(60))
        await client.send("input_audio_buffer.commit", event_id="mine")
        error = await client.error()
    assert (error["code"], error["event_id"]) == ("input_audio_buffer_commit_empty", "mine")
    assert "only has 60.00ms" in error["message"]


async def test_a_cleared_buffer_is_empty():
    async with talking(RealtimeStandin(), detection=None) as client:
        await client.speak()
        await client.send("input_audio_buffer.clear")
        await client.one("input_audio_buffer.cleared")
        await client.send("input_audio_buffer.commit")
        assert (await client.error())["code"] == "input_audio_buffer_commit_empty"


async def test_a_caller_who_cuts_in_cancels_what_is_being_said():
    standin = RealtimeStandin([Say("A very long story indeed.", ms=5000, stays_after=3)])
    async with talking(standin) as client:
        await client.send("response.create")
        await client.until("response.output_audio.delta", times=3)
        await client.speak(tone(200))
        frames = await client.until("response.done")
        assert types(frames)[0] == "input_audio_buffer.speech_started"
        cut = frames[-1]["response"]
        assert (cut["status"], cut["status_details"]["reason"]) == ("cancelled", "turn_detected")
        assert cut["output"][0]["status"] == "incomplete"
        assert cut["usage"]["output_token_details"]["audio_tokens"] == 6
        await client.speak(mulaw.silence(600))
        assert (await client.one("response.done"))["response"]["status"] == "completed"


async def test_a_caller_may_be_kept_from_cutting_in():
    detection = {**VAD, "interrupt_response": False}
    standin = RealtimeStandin([Say("A legal notice.", stays_after=1)])
    async with talking(standin, detection=detection) as client:
        await client.send("response.create")
        await client.one("response.output_audio.delta")
        await client.speak()
        assert (await client.error())["code"] == "conversation_already_has_active_response"
        await client.send("response.cancel")
        assert (await client.one("response.done"))["response"]["status_details"]["reason"] == "client_cancelled"


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


async def test_turns_that_would_be_found_by_their_meaning_are_found_by_a_pause():
    async with talking(RealtimeStandin(), detection={"type": "semantic_vad", "eagerness": "low"}) as client:
        await client.speak()
        assert (await client.one("input_audio_buffer.speech_stopped"))["audio_end_ms"] == 1500
        await client.one("response.done")


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


async def test_pcm_goes_both_ways_at_24_khz():
    pcm = {"type": "audio/pcm", "rate": 24000}
    async with connected(RealtimeStandin([Say("Hello.", ms=500)])) as client:
        await client.update(audio={"input": {"format": pcm, "turn_detection": VAD}, "output": {"format": pcm}})
        samples = mulaw.decode(SPOKEN).repeat(3).astype("<i2").tobytes()
        await client.speak(samples)
        stopped = await client.one("input_audio_buffer.speech_stopped")
        frames = await client.until("response.done")
    assert stopped["audio_end_ms"] == 1500
    assert len(sound_of(frames)) == 500 * 48


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


async def test_a_callers_long_silence_is_noticed_when_playback_is_over():
    detection = {**VAD, "idle_timeout_ms": 5000}
    async with talking(RealtimeStandin([Say("Hello.", ms=2000), Say("Still there?")]), detection=detection) as client:
        await client.respond()
        await client.speak(mulaw.silence(6800))
        assert "input_audio_buffer.timeout_triggered" not in types(await client.settled())
        await client.speak(mulaw.silence(400))
        frames = await client.until("response.done")
    assert types(frames)[:2] == ["input_audio_buffer.timeout_triggered", "input_audio_buffer.committed"]
    assert frames[-1]["response"]["output"][0]["content"][0]["transcript"] == "Still there?"


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
