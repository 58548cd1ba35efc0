"""What goes wrong with the real service goes wrong here, when a test wants it."""

import asyncio

import pytest

from streams.ai.openai import client as openai_client
from streams.ai.provider import Fault, ProviderError
from streams.audio import mulaw
from tests.standins.openai_realtime import ABORT, NEVER, Call, Faults, RealtimeStandin, Say
from tests.standins.realtime_client import connected, on_the_phone, sound_of, talking, types
from tests.standins.sound import tone

HEARD = "conversation.item.input_audio_transcription"


async def refused(standin):
    """How our client sees a connection that is not to be had."""
    with pytest.raises(ProviderError) as raised:
        async with connected(standin):
            pass
    return raised.value


async def test_a_handshake_may_stay_without_an_answer(monkeypatch):
    monkeypatch.setattr(openai_client, "OPEN_SECONDS", 0.1)
    assert (await refused(RealtimeStandin(faults=Faults(never_answers=True)))).fault is Fault.SLOW


@pytest.mark.parametrize(
    ("status", "fault"),
    [(401, Fault.KEY), (403, Fault.KEY), (429, Fault.BUSY), (503, Fault.BROKE)],
)
async def test_a_handshake_may_be_refused(status, fault):
    standin = RealtimeStandin(faults=Faults(status=status, retry_after="2"))
    error = await refused(standin)
    assert error.fault is fault
    assert error.__cause__.response.headers["retry-after"] == "2"
    assert not standin.sessions


@pytest.mark.parametrize("code", ["insufficient_quota", "rate_limit_exceeded", "invalid_api_key"])
async def test_a_socket_may_open_only_to_close(code):
    async with connected(RealtimeStandin(faults=Faults(closes_with=code))) as client:
        (error,), _, reason = await client.closed()
    assert error["error"]["code"] == code
    assert reason == f"invalid_request_error.{code}"


async def test_another_try_may_succeed():
    standin = RealtimeStandin([Say("Hello.")], faults=Faults(connections=1, status=503))
    assert (await refused(standin)).retryable
    async with connected(standin) as client:
        assert (await client.respond())["status"] == "completed"


async def test_a_socket_may_be_open_and_dead():
    standin = RealtimeStandin(faults=Faults(dead_after=1))
    async with connected(standin) as client:
        await client.update(**on_the_phone())
        await client.one("session.updated")
        await client.send("response.create")
        await client.speak()
        await standin.until_seen("input_audio_buffer.append")
        assert types(client.got) == ["session.created", "session.updated"]
        assert types(standin.sent) == ["session.created", "session.updated"]


async def test_a_socket_may_be_dead_from_the_start():
    standin = RealtimeStandin(faults=Faults(dead_after=0))
    async with connected(standin) as client:
        await client.update(**on_the_phone())
        await standin.until_seen("session.update")
    assert not standin.sent


async def test_the_first_sound_may_never_come():
    async with talking(RealtimeStandin(faults=Faults(first_audio_after=NEVER))) as client:
        await client.send("response.create")
        await client.one("response.created")
        assert not await client.settled()
        await client.send("response.cancel")
        assert (await client.one("response.done"))["response"]["status"] == "cancelled"


async def test_the_first_sound_may_come_late():
    async with talking(RealtimeStandin([Say("Hello.", ms=100)], faults=Faults(first_audio_after=0.2))) as client:
        loop = asyncio.get_running_loop()
        began = loop.time()
        assert (await client.respond())["status"] == "completed"
        assert loop.time() - began >= 0.19


@pytest.mark.parametrize(("code", "seen"), [(ABORT, 1006), (1011, 1011), (1000, 1000), (1001, 1001)])
async def test_the_socket_may_go_while_the_model_speaks(code, seen):
    standin = RealtimeStandin([Say("Hello there.", ms=2000)], faults=Faults(drops_after=3, drop_code=code))
    async with talking(standin) as client:
        await client.send("response.create")
        frames, closed_with, _ = await client.closed()
    assert closed_with == seen
    assert len(sound_of(frames)) == 300 * mulaw.BYTES_A_MS
    assert "response.done" not in types(frames)


async def test_the_hour_may_be_over_in_mid_answer():
    standin = RealtimeStandin([Say("Hello there.", ms=2000)], faults=Faults(expires_after=3))
    async with talking(standin) as client:
        await client.send("response.create")
        frames, closed_with, _ = await client.closed()
    assert closed_with == 1001
    assert frames[-1]["error"]["code"] == "session_expired"
    assert len(sound_of(frames)) == 300 * mulaw.BYTES_A_MS


async def test_the_socket_may_go_at_any_time():
    async with talking(RealtimeStandin(faults=Faults(drops_at=0.05, drop_code=1011))) as client:
        _, code, _ = await client.closed()
    assert code == 1011


@pytest.mark.parametrize("code", ["server_error", "rate_limit_exceeded", "insufficient_quota"])
async def test_responses_may_fail_without_a_word_and_then_succeed(code):
    async with talking(RealtimeStandin([Say("Hello.")], faults=Faults(fails_with=code, responses=2))) as client:
        for _ in range(2):
            failed = await client.respond()
            assert (failed["status"], failed["status_details"]["error"]["code"]) == ("failed", code)
            assert failed["output"] == []
        assert (await client.respond())["output"][0]["content"][0]["transcript"] == "Hello."
    assert "error" not in types(client.got)


async def test_noise_comes_before_a_response_and_changes_nothing():
    standin = RealtimeStandin([Say("Hello.")], faults=Faults(noise=True))
    async with talking(standin) as client:
        await client.send("response.create")
        await client.one("response.created")
        texts = [await client.connection.recv_bytes() for _ in range(4)]
        assert texts[0].endswith(b'"delta": ')
        assert b"session.weather" in texts[2]
        assert (await client.one("response.done"))["response"]["status"] == "completed"


async def test_the_service_may_be_silent_after_a_truncation():
    standin = RealtimeStandin([Say("Hello.", ms=500)], faults=Faults(mute_after_truncate=True))
    async with talking(standin) as client:
        item = (await client.respond())["output"][0]["id"]
        await client.send("conversation.item.truncate", item_id=item, content_index=0, audio_end_ms=900)
        assert (await client.error())["code"] == "invalid_value"
        await client.send("response.create")
        await standin.until_seen("response.create", times=2)
        assert standin.sent[-1]["type"] == "error"


async def test_a_truncation_may_stay_without_an_answer():
    standin = RealtimeStandin([Say("Hello.", ms=500)], faults=Faults(answers_truncate=False))
    async with talking(standin) as client:
        item = (await client.respond())["output"][0]["id"]
        await client.send("conversation.item.truncate", item_id=item, content_index=0, audio_end_ms=100)
        assert "conversation.item.truncated" not in types(await client.settled())


async def test_the_model_may_talk_without_end():
    async with talking(RealtimeStandin([Say("And so on.", ms=200)], faults=Faults(endless=True))) as client:
        await client.send("response.create")
        await client.until("response.output_audio.delta", times=10)
        await client.speak(tone(200))
        assert (await client.one("response.done"))["response"]["status"] == "cancelled"


async def test_a_session_expires():
    async with connected(RealtimeStandin(faults=Faults(lasts=0.05))) as client:
        frames, code, reason = await client.closed()
    assert frames[-1]["error"]["code"] == "session_expired"
    assert (code, reason) == (1001, "Your session hit the maximum duration of 60 minutes.")


async def test_what_the_caller_said_may_be_known_only_after_the_answer():
    standin = RealtimeStandin([Say("Yes.")], hears=["are you open"], faults=Faults(transcript_after=0.1))
    async with talking(standin) as client:
        await client.speak()
        await client.one("response.done")
        assert (await client.one(f"{HEARD}.completed"))["transcript"] == "are you open"


async def test_what_the_caller_said_may_never_be_known():
    standin = RealtimeStandin([Say("Yes.")], hears=["are you open"], faults=Faults(transcript_after=NEVER))
    async with talking(standin) as client:
        await client.speak()
        await client.one("response.done")
        assert not [kind for kind in types(client.got + await client.settled()) if kind.startswith(HEARD)]


async def test_a_transcription_may_fail():
    standin = RealtimeStandin([Say("Yes.")], hears=["are you open"], faults=Faults(transcript_fails=True))
    async with talking(standin) as client:
        await client.speak()
        assert (await client.one(f"{HEARD}.failed"))["error"]["code"] == "audio_unintelligible"


async def test_the_cost_may_stay_untold():
    async with talking(RealtimeStandin([Say("Yes.")], faults=Faults(counts=False))) as client:
        assert (await client.respond())["usage"] is None


async def test_items_may_have_the_names_of_before():
    async with talking(RealtimeStandin([Say("Yes.")], faults=Faults(beta_names=True))) as client:
        await client.speak()
        frames = await client.until("response.done")
    assert types(frames).count("conversation.item.created") == 2
    assert not {"conversation.item.added", "conversation.item.done"} & set(types(frames))


async def test_a_server_of_ones_own_may_tell_less():
    faults = Faults(names_calls=False, tells_limits=False, counts=False)
    async with talking(RealtimeStandin([Call("lookup", {"order": "7"})], faults=faults)) as client:
        await client.send("response.create")
        frames = await client.until("response.done")
        told = next(one for one in frames if one["type"] == "response.function_call_arguments.done")
        assert "name" not in told
        assert frames[-1]["response"]["usage"] is None
        assert not await client.settled()
