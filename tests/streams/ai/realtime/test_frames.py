"""The frames that we send are frames that OpenAI's own package knows."""

import base64
import json

import pytest
from openai.types.realtime import RealtimeClientEvent

from flows.engine.commands import AFTER_A_MOMENT, AT_ANY_TIME, NEVER, AgentOutcome
from streams.ai.provider import AgentBrief
from streams.ai.realtime import frames
from streams.ai.realtime.frames import RealtimeOptions
from streams.ai.realtime.memory import Call, Line, Memory
from streams.ai.realtime.session import Sends
from tests.standins.frames import check_event, variants

CLIENT = variants(RealtimeClientEvent)
BRIEF = AgentBrief(outcomes=(AgentOutcome(name="person"),), language="de-DE")


def update(brief=BRIEF, **options):
    return frames.session_update(brief, RealtimeOptions(**{"model": "m", **options}))


@pytest.mark.parametrize("audio", ["pcmu", "pcm"])
@pytest.mark.parametrize("transcription_model", ["", "gpt-transcribe", "whisper-large-v3"])
def test_the_session_is_known_with_every_option(audio, transcription_model):
    check_event(CLIENT, update(audio=audio, transcription_model=transcription_model))


def test_the_language_is_given_to_the_recogniser_as_it_takes_it():
    def hint(**options):
        return update(transcription_model="m", **options)["session"]["audio"]["input"]["transcription"]

    assert hint() == {"model": "m", "languages": ["de"]}
    assert hint(takes_lists=False) == {"model": "m", "language": "de"}


@pytest.mark.parametrize(("wanted", "given"), [("cedar", "cedar"), ("", "marin"), ("anna", "marin")])
def test_a_voice_of_another_engine_is_not_asked_for(wanted, given):
    session = update(AgentBrief(voice=wanted))["session"]
    assert session["audio"]["output"]["voice"] == given


def test_all_that_is_sent_is_known():
    memory = Memory()
    memory.add(Line("caller", "Hello."))
    memory.add(Line("agent", "Hello!"))
    memory.add(Line("caller", " "))
    memory.add(Call("c1", "look_up", "{}"))
    memory.answer("c1", "Nine.")
    sends = Sends()
    for item in memory.items():
        sends.item("history", item)
    sends.create("create-1", frames.greeting(BRIEF))
    sends.create("create-2", {})
    sends.cancel("resp_1")
    for event in sends.queue:
        check_event(CLIENT, event)
        assert event["event_id"]
    assert len(sends.queue) == 4 + 3
    check_event(CLIENT, json.loads(frames.append(b"\x00\xff")))


def test_audio_takes_the_short_way_and_anything_else_the_long_one():
    fields = {"response_id": "r", "item_id": "i", "delta": base64.b64encode(b"ab").decode(), "obfuscation": "x"}
    found = frames.read(json.dumps({"event_id": "e", "type": frames.AUDIO_DELTA, **fields}).encode())
    assert isinstance(found, frames.AudioDelta)
    assert (found.response_id, found.item_id, found.delta) == ("r", "i", b"ab")
    assert frames.read(b'{"type": "error"}') == {"type": "error"}
    assert frames.read(json.dumps({"type": frames.AUDIO_DELTA, **fields, "delta": "%"}))["delta"] == "%"


@pytest.mark.parametrize("frame", [b"", b"[]", b"{}", b'{"type": 3}', b"{", b"\xff", b"[" * 100_000, "null"])
def test_what_is_no_event_is_none(frame):
    assert frames.read(frame) is None


@pytest.mark.parametrize(
    ("interruption", "server_cuts"), [(AT_ANY_TIME, True), (AFTER_A_MOMENT, False), (NEVER, False)]
)
def test_the_server_stops_by_itself_only_where_callers_may_interrupt_at_any_time(interruption, server_cuts):
    sent = update(AgentBrief(interruption=interruption))
    check_event(CLIENT, sent)
    detection = sent["session"]["audio"]["input"]["turn_detection"]
    assert detection == {**frames.TURN_DETECTION, "interrupt_response": server_cuts}
    assert detection["create_response"]
