"""The caller's turns: found in the audio, committed, understood, and cutting in."""

from streams.audio import mulaw
from tests.standins.openai_realtime import RealtimeStandin, Say
from tests.standins.realtime_client import SPOKEN, VAD, connected, sound_of, talking, types, without_repeats
from tests.standins.sound import tone


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


async def test_turns_that_would_be_found_by_their_meaning_are_found_by_a_pause():
    async with talking(RealtimeStandin(), detection={"type": "semantic_vad", "eagerness": "low"}) as client:
        await client.speak()
        assert (await client.one("input_audio_buffer.speech_stopped"))["audio_end_ms"] == 1500
        await client.one("response.done")


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
