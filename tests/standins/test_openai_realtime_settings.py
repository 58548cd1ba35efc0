"""Connecting, and what a session may be told to be."""

import json

import pytest

from streams.ai.openai.client import OpenAIAccount, OpenAIClients
from streams.ai.provider import Fault, ProviderError
from streams.audio import mulaw
from tests.standins.openai_realtime import RealtimeStandin, Say
from tests.standins.realtime_client import MODEL, PCMU, VAD, Client, connected, on_the_phone, talking, types
from tests.standins.server import serving
from tests.standins.sound import tone


async def test_a_session_begins_with_what_the_service_presumes():
    standin = RealtimeStandin()
    async with connected(standin) as client:
        session = (await client.one("session.created"))["session"]
    assert (session["type"], session["object"], session["model"]) == ("realtime", "realtime.session", MODEL)
    assert session["audio"]["input"]["format"] == {"type": "audio/pcm", "rate": 24000}
    assert session["audio"]["input"]["turn_detection"]["silence_duration_ms"] == 200
    assert session["expires_at"] > 0
    (hello,) = standin.handshakes
    assert (hello.path, hello.query) == ("/v1/realtime", {"model": MODEL})
    assert "test-key" not in json.dumps(hello.headers)


async def test_only_what_is_named_changes():
    async with connected(RealtimeStandin()) as client:
        await client.update(instructions="Be brief.", audio={"input": {"format": PCMU}})
        await client.update(audio={"output": {"voice": "cedar"}})
        await client.until("session.updated")
        session = (await client.one("session.updated"))["session"]
    assert session["instructions"] == "Be brief."
    assert (session["audio"]["input"]["format"], session["audio"]["output"]["voice"]) == (PCMU, "cedar")
    assert session["audio"]["output"]["format"]["type"] == "audio/pcm"


async def test_detection_is_replaced_as_a_whole_and_null_turns_it_off():
    async with talking(RealtimeStandin()) as client:
        await client.update(audio={"input": {"turn_detection": {"type": "server_vad", "threshold": 0.7}}})
        detection = (await client.one("session.updated"))["session"]["audio"]["input"]["turn_detection"]
        assert (detection["threshold"], detection["silence_duration_ms"]) == (0.7, 200)
        await client.update(audio={"input": {"turn_detection": None}})
        updated = (await client.one("session.updated"))["session"]
        assert updated["audio"]["input"]["turn_detection"] is None


async def test_the_strength_of_noise_reduction_is_kept():
    async with talking(RealtimeStandin()) as client:
        for reduction in ({"type": "near_field", "strength": 0.4}, {"type": "far_field"}):
            await client.update(audio={"input": {"noise_reduction": reduction}})
        await client.one("session.updated")
        session = (await client.one("session.updated"))["session"]
    assert session["audio"]["input"]["noise_reduction"] == {"type": "far_field", "strength": 0.4}


def detecting(**fields):
    return {"audio": {"input": {"turn_detection": {**VAD, **fields}}}}


@pytest.mark.parametrize(
    ("session", "code", "param"),
    [
        ({"modalities": ["audio"]}, "unknown_parameter", "session.modalities"),
        ({"temperature": 0.8}, "unknown_parameter", "session.temperature"),
        (detecting(silence_ms=500), "unknown_parameter", "session.audio.input.turn_detection.silence_ms"),
        (
            {"audio": {"input": {"format": {**PCMU, "rate": 8000}}}},
            "unknown_parameter",
            "session.audio.input.format.rate",
        ),
        (
            {"audio": {"input": {"format": {"type": "audio/pcm", "rate": 16000}}}},
            "invalid_value",
            "session.audio.input.format.rate",
        ),
        ({"output_modalities": ["smell"]}, "invalid_value", "session.output_modalities"),
        ({"max_output_tokens": 5000}, "invalid_value", "session.max_output_tokens"),
        (detecting(idle_timeout_ms=1000), "invalid_value", "session.audio.input.turn_detection.idle_timeout_ms"),
        ({"audio": {"output": {"voice": "nova"}}}, "invalid_value", "session.audio.output.voice"),
        ({"type": "transcription"}, "invalid_value", "session.type"),
        ({"type": "weather"}, "invalid_value", "session.type"),
    ],
)
async def test_a_wrong_setting_refuses_the_whole_update(session, code, param):
    standin = RealtimeStandin()
    async with connected(standin) as client:
        await client.one("session.created")
        update = {"type": "realtime", "instructions": "Changed.", **session}
        if update["type"] == "transcription":
            del update["instructions"]
        await client.send("session.update", event_id="mine", session=update)
        error = await client.error()
    assert (error["code"], error["param"], error["event_id"]) == (code, param, "mine")
    assert standin.sessions[-1].settings["instructions"] != "Changed."
    assert len(standin.wrong) == 1


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ('{"type": ', "invalid_json"),
        ("[1]", "invalid_event"),
        ('{"type": "response.creat"}', "invalid_value"),
        ("{}", "invalid_value"),
        ('{"type": "session.update"}', "missing_required_parameter"),
        ('{"type": "session.update", "session": {"instructions": "x"}}', "missing_required_parameter"),
        ('{"type": "session.update", "session": {"type": "realtime"}, "voice": "x"}', "unknown_parameter"),
        ('{"type": "conversation.item.truncate", "item_id": "i", "content_index": 0}', "missing_required_parameter"),
        (
            '{"type": "conversation.item.truncate", "item_id": "i", "content_index": 1, "audio_end_ms": 0}',
            "invalid_value",
        ),
        ('{"type": "response.create", "response": {"max_output_tokens": 5000}}', "invalid_value"),
        ('{"type": "response.create", "response": {"audio": {"output": {"voice": "nova"}}}}', "invalid_value"),
        ('{"type": "input_audio_buffer.append", "audio": "not base64!"}', "invalid_value"),
        ('{"type": "response.create", "response": {"modalities": ["text"]}}', "unknown_parameter"),
        ('{"type": "output_audio_buffer.clear"}', "invalid_value"),
    ],
)
async def test_a_frame_that_the_package_does_not_know_is_refused_and_remembered(frame, code):
    standin = RealtimeStandin()
    async with connected(standin) as client:
        await client.connection.send_raw(frame)
        assert (await client.error())["code"] == code
    assert len(standin.wrong) == 1


async def test_bytes_are_no_event():
    async with connected(RealtimeStandin()) as client:
        await client.connection.send_raw(b"\x00")
        assert (await client.error())["code"] == "invalid_event"


async def test_the_voice_is_fixed_once_it_was_heard():
    async with talking(RealtimeStandin([Say("Hello.")])) as client:
        await client.update(audio={"output": {"voice": "cedar"}})
        await client.one("session.updated")
        await client.respond()
        await client.update(audio={"output": {"voice": "marin"}})
        assert (await client.error())["code"] == "cannot_update_voice"
        await client.update(**on_the_phone())
        assert "session.updated" in types(await client.settled())


async def test_the_voice_is_fixed_as_soon_as_it_sounds():
    async with talking(RealtimeStandin([Say("A story.", stays_after=1)])) as client:
        await client.send("response.create")
        await client.one("response.output_audio.delta")
        await client.update(audio={"output": {"voice": "cedar"}})
        assert (await client.error())["code"] == "cannot_update_voice"


async def test_only_models_that_reason_may_be_told_how_much():
    async with connected(RealtimeStandin(), model="gpt-realtime-1.5") as client:
        await client.update(reasoning={"effort": "low"})
        assert (await client.error())["param"] == "session.reasoning"
    async with connected(RealtimeStandin()) as client:
        await client.update(reasoning={"effort": "low"})
        await client.one("session.updated")


@pytest.mark.parametrize(
    ("model", "code", "close"),
    [("gpt-5.4-mini", "invalid_model", 4000), ("nothing-at-all", "model_not_found", 4004)],
)
async def test_a_model_that_cannot_talk_is_refused_once_the_socket_is_open(model, code, close):
    async with connected(RealtimeStandin(), model=model) as client:
        (error,), number, reason = await client.closed()
    assert (error["error"]["code"], number, reason) == (code, close, f"invalid_request_error.{code}")


async def test_a_model_is_wanted():
    async with connected(RealtimeStandin(), safety_id="x") as client:
        (error,), number, _ = await client.closed()
    assert (error["error"]["code"], number) == ("missing_model", 4000)


async def test_the_shape_of_before_is_over():
    standin = RealtimeStandin()
    async with serving(standin) as address:
        clients = OpenAIClients(OpenAIAccount(key="test-key", base_url=f"{address}/v1"))
        beta = {"OpenAI-Beta": "realtime=v1"}
        options = {"proxy": None}
        connect = clients.here().realtime.connect(model=MODEL, extra_headers=beta, websocket_connection_options=options)
        async with connect as connection:
            (error,), number, _ = await Client(connection).closed()
        await clients.close_here()
    assert (error["error"]["code"], number) == ("beta_api_shape_disabled", 4000)


async def test_a_wrong_key_is_told_in_band():
    async with connected(RealtimeStandin(key="right"), key="wrong") as client:
        (error,), number, reason = await client.closed()
    assert error["error"]["code"] == "invalid_api_key"
    assert (number, reason) == (3000, "invalid_request_error.invalid_api_key")


async def test_a_wrong_key_may_be_told_at_the_handshake():
    standin = RealtimeStandin(key="right", key_refused_at_handshake=True)
    with pytest.raises(ProviderError) as refused:
        async with connected(standin, key="wrong"):
            pass
    assert refused.value.fault is Fault.KEY


async def test_a_session_that_only_listens():
    standin = RealtimeStandin(hears=["good morning"])
    async with connected(standin, intent="transcription") as client:
        session = (await client.one("session.created"))["session"]
        assert (session["type"], session["object"]) == ("transcription", "realtime.transcription_session")
        ear = {"format": PCMU, "transcription": {"model": "gpt-live-transcribe"}, "turn_detection": None}
        await client.send("session.update", session={"type": "transcription", "audio": {"input": ear}})
        await client.one("session.updated")
        await client.speak(tone(1000))
        await client.send("input_audio_buffer.commit")
        frames = await client.until("conversation.item.input_audio_transcription.completed")
        assert types(frames)[:3] == [
            "input_audio_buffer.committed",
            "conversation.item.added",
            "conversation.item.done",
        ]
        assert frames[-1]["transcript"] == "good morning"
        assert frames[-1]["usage"] == {"type": "duration", "seconds": 1.0}
        await client.send("response.create")
        await client.error()
    assert len(standin.wrong) == 1


async def test_listening_sessions_find_turns_when_their_model_lets_them():
    async with connected(RealtimeStandin(hears=["good morning"]), intent="transcription") as client:
        ear = {"format": PCMU, "transcription": {"model": "gpt-live-transcribe"}, "turn_detection": VAD}
        await client.send("session.update", session={"type": "transcription", "audio": {"input": ear}})
        assert (await client.error())["param"] == "session.audio.input.turn_detection"
        ear["transcription"] = {"model": "gpt-transcribe"}
        await client.send("session.update", session={"type": "transcription", "audio": {"input": ear}})
        await client.speak(tone(1000) + mulaw.silence(600))
        frames = await client.until("conversation.item.input_audio_transcription.completed")
    assert not {"response.created", "error"} & set(types(frames))


async def test_a_listening_session_takes_no_model_and_no_talking():
    async with connected(RealtimeStandin(), intent="transcription", model=MODEL) as client:
        (error,), number, _ = await client.closed()
    assert (error["error"]["code"], number) == ("invalid_model", 4000)
    async with connected(RealtimeStandin(), intent="transcription") as client:
        await client.update(instructions="x")
        assert "to a transcription session is not allowed" in (await client.error())["message"]
