"""The codec, against every frame the carrier and its tools were seen to send, and against nonsense."""

import base64
import json

import plivo_stream.types as official
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.carriers.carrier import (
    AudioReceived,
    CarrierNotice,
    KeyPressed,
    MarkReached,
    QueueCleared,
    StreamStarted,
    StreamStopped,
    Unusable,
)
from streams.carriers.plivo import PlivoCodec, extra_headers

CALL, STREAM = "c5f2a1de-0b1c-4c7a-9a55-3f0d2b6f7a10", "b1a2c3d4-1111-4222-8333-444455556666"
MESSAGES = (
    StreamStarted, AudioReceived, KeyPressed, MarkReached, QueueCleared, StreamStopped, CarrierNotice, Unusable
)  # fmt: skip
AUDIO = bytes(range(160))
PAYLOAD = base64.b64encode(AUDIO).decode()
HEADERS = {"extra_headers": "userId=12345;sessionId=abc-xyz"}
START = {
    "event": "start",
    "sequenceNumber": 1,
    "start": {
        "callId": CALL,
        "streamId": STREAM,
        "accountId": "MAXXXXXXXXXXXXXXXXXX",
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000},
    },
    **HEADERS,
}


def started():
    codec = PlivoCodec()
    codec.decode(json.dumps(START))
    return codec


def decode(frame, codec=None):
    return (codec or started()).decode(json.dumps(frame))


def start(**changed):
    return {**START, "start": {**START["start"], **changed}}


DOCUMENTED = [
    (START, StreamStarted(call_uuid=CALL, stream_id=STREAM, account_id="MAXXXXXXXXXXXXXXXXXX")),
    (
        {
            "event": "media",
            "sequenceNumber": 2,
            "streamId": STREAM,
            "media": {"track": "inbound", "timestamp": "1705312200000", "chunk": 1, "payload": PAYLOAD},
            **HEADERS,
        },
        AudioReceived(audio=AUDIO),
    ),
    (
        {"event": "dtmf", "streamId": STREAM, "dtmf": {"track": "inbound", "digit": "5", "timestamp": "17"}, **HEADERS},
        KeyPressed(digit="5"),
    ),
    ({"event": "playedStream", "sequenceNumber": 44, "streamId": STREAM, "name": "turn-7"}, MarkReached(name="turn-7")),
    ({"event": "clearedAudio", "sequenceNumber": 45, "streamId": STREAM}, QueueCleared()),
    ({"event": "stop"}, StreamStopped()),
]
POORER = [
    # the carrier's own command line and load tester
    (
        {
            "event": "start",
            "start": {
                "callId": "test-call",
                "streamId": "test-stream",
                "accountId": "test-account",
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            },
        },
        StreamStarted(call_uuid="test-call", stream_id="test-stream", account_id="test-account"),
    ),
    ({"event": "start", "start": {"callId": "c", "streamId": "s"}}, StreamStarted(call_uuid="c", stream_id="s")),
    ({"event": "media", "media": {"payload": PAYLOAD}}, AudioReceived(audio=AUDIO)),
    ({"event": "media", "media": {"payload": PAYLOAD, "chunk": "1", "timestamp": "20"}}, AudioReceived(audio=AUDIO)),
    # older documents, other models, odd types
    ({"event": "media", "media": {"payload": PAYLOAD, "track": None}}, AudioReceived(audio=AUDIO)),
    (
        {"event": "media", "media": {"payload": PAYLOAD, "track": "outbound"}},
        AudioReceived(audio=AUDIO, track="outbound"),
    ),
    ({"event": "media", "streamId": None, "media": {"payload": PAYLOAD}}, AudioReceived(audio=AUDIO)),
    ({"event": "media", "media": {"payload": ""}}, AudioReceived(audio=b"")),
    (
        start(mediaFormat={"encoding": "AUDIO/X-MULAW;rate=8000", "sampleRate": "8000"}, tracks="inbound", accountId=7),
        StreamStarted(call_uuid=CALL, stream_id=STREAM, account_id="7"),
    ),
    (
        start(tracks=["inbound", "outbound", 3, None], mediaFormat=None, accountId=None),
        StreamStarted(call_uuid=CALL, stream_id=STREAM, tracks=("inbound", "outbound", "3")),
    ),
    ({**START, "sequenceNumber": "0", "extra_headers": None}, DOCUMENTED[0][1]),
    ({"event": "dtmf", "dtmf": {"digit": 5}}, KeyPressed(digit="5")),
    ({"event": "dtmf", "dtmf": {"digit": "a"}}, KeyPressed(digit="A")),
    ({"event": "dtmf", "dtmf": {"digit": "*"}}, KeyPressed(digit="*")),
    ({"event": "played", "name": "turn-7"}, MarkReached(name="turn-7")),
    ({"event": "stop", "reason": "call ended"}, StreamStopped(reason="call ended")),
    (
        {"event": "stop", "streamId": STREAM, "stop": {"callId": CALL, "reason": "hangup"}},
        StreamStopped(reason="hangup"),
    ),
    ({"event": "error", "reason": "buffer_overflow"}, CarrierNotice(name="error", reason="buffer_overflow")),
    ({"event": "incorrectPayload"}, CarrierNotice(name="incorrectPayload")),
    ({"event": "somethingNew", "reason": {"a": 1}}, CarrierNotice(name="somethingNew")),
]


@pytest.mark.parametrize(("frame", "message"), DOCUMENTED + POORER)
def test_every_frame_that_was_seen_is_understood(frame, message):
    codec = PlivoCodec() if frame["event"] == "start" else started()
    assert decode(frame, codec) == message


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (start(callId=""), "callId"),
        (start(streamId="x" * 65), "streamId"),
        (start(streamId='"},{'), "streamId"),
        ({"event": "start"}, "callId"),
        (start(mediaFormat={"encoding": "audio/x-l16", "sampleRate": 8000}), "audio/x-l16 at 8000"),
        (start(mediaFormat={"encoding": "audio/x-mulaw", "sampleRate": 16000}), "audio/x-mulaw at 16000"),
        (start(mediaFormat={"encoding": "audio/x-mulaw", "sampleRate": [8000]}), "unknown rate"),
        ({"event": "media", "streamId": "another", "media": {"payload": PAYLOAD}}, "another stream"),
        ({"event": "dtmf", "streamId": "another", "dtmf": {"digit": "5"}}, "another stream"),
        ({"event": "media", "media": {"payload": "@@@"}}, "base64"),
        ({"event": "media", "media": {"payload": "é==="}}, "base64"),
        ({"event": "media", "media": {"payload": 5}}, "payload"),
        ({"event": "media", "media": [1]}, "payload"),
        ({"event": "dtmf", "dtmf": {"digit": "12"}}, "dtmf"),
        ({"event": "dtmf", "dtmf": {"digit": True}}, "dtmf"),
        ({"event": "playedStream"}, "name"),
        ({"event": 5}, "event"),
        ({}, "event"),
        ([], "event"),
        (None, "event"),
    ],
)
def test_what_cannot_be_used_says_why(frame, reason):
    codec = PlivoCodec() if isinstance(frame, dict) and frame.get("event") == "start" else started()
    said = decode(frame, codec)
    assert isinstance(said, Unusable)
    assert reason in said.reason


def test_a_wrong_key_is_in_no_reason():
    assert "1234" not in decode({"event": "dtmf", "dtmf": {"digit": "1234"}}).reason


def test_a_second_start_does_not_rename_the_stream():
    codec = started()
    decode(start(streamId="another"), codec)
    assert codec.stream_id == STREAM


HOSTILE = [
    '{"event":"\ud800"}',
    '{"event":"media","media":{"payload":"\udfff"}}',
    b"\xff\xfe\x00",
    b"",
    "",
    "[" * 200_000,
    '{"a":' * 200_000,
    '{"event":"stop","sequenceNumber":' + "9" * 20_000 + "}",
    '{"event":"dtmf","dtmf":{"digit":' + "9" * 200 + "}}",
    '{"event":"start","start":{"callId":"c","streamId":"s","mediaFormat":{"sampleRate":1e999}}}',
    '{"event":"start","start":{"callId":"c","streamId":"s","mediaFormat":{"sampleRate":NaN}}}',
    '{"event":"media","media":{"payload":"AAAA',
    "\x00",
    '{"event":"media"}' * 2,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_frames_raise_nothing(text):
    assert isinstance(started().decode(text), Unusable)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["start", "media", "dtmf", "playedStream", "clearedAudio", "stop", "error"])
parts = st.sampled_from(
    ["start", "media", "dtmf", "stop", "name", "streamId", "reason", "callId", "payload", "digit", "mediaFormat",
     "sampleRate", "encoding", "tracks", "track"]
)  # fmt: skip
near_frames = st.builds(
    lambda event, rest: {**rest, "event": event},
    names,
    st.dictionaries(parts, json_values | st.dictionaries(parts, json_values, max_size=4), max_size=5),
)


@given(st.text() | st.binary() | near_frames.map(json.dumps) | json_values.map(json.dumps))
def test_decoding_is_total(text):
    assert isinstance(started().decode(text), MESSAGES)


@given(st.text(alphabet=st.characters(codec=None), max_size=40))  # lone surrogates among them
def test_decoding_is_total_for_broken_text(text):
    assert isinstance(started().decode('{"event":"playedStream","name":"' + text + '"}'), MESSAGES)


def test_the_short_way_and_the_tolerant_way_agree():
    frame = DOCUMENTED[1][0]
    odd = {**frame, "media": {**frame["media"], "track": None}}  # null takes the tolerant way
    assert decode(frame) == decode(odd) == AudioReceived(audio=AUDIO)


def test_commands_are_as_documented():
    codec = started()
    assert json.loads(codec.play(AUDIO)) == {
        "event": "playAudio",
        "media": {"contentType": "audio/x-mulaw", "sampleRate": 8000, "payload": PAYLOAD},
    }
    assert json.loads(codec.mark('turn-7 "ä')) == {"event": "checkpoint", "streamId": STREAM, "name": 'turn-7 "ä'}
    assert json.loads(codec.clear()) == {"event": "clearAudio", "streamId": STREAM}
    assert json.loads(codec.send_keys("12A*#")) == {"event": "sendDTMF", "dtmf": "12A*#"}


def test_one_frame_of_audio_stays_within_the_carriers_advice():
    longest = started().play(bytes(12_000))
    assert len(json.loads(longest)["media"]["payload"]) <= 16 * 1024
    with pytest.raises(ValueError, match="12001 bytes"):
        started().play(bytes(12_001))


@pytest.mark.parametrize("digits", ["", "1 2", "E", "1\n", "a", "１"])
def test_keys_that_do_not_exist_are_not_sent(digits):
    with pytest.raises(ValueError):
        started().send_keys(digits)


@pytest.mark.parametrize(
    ("frame", "model"),
    list(zip(
        [frame for frame, _ in DOCUMENTED[:5]],
        [official.StartEvent, official.MediaEvent, official.DtmfEvent, official.PlayedStreamEvent,
         official.ClearedAudioEvent],
        strict=True,
    )),
)  # fmt: skip
def test_the_frames_tested_here_are_the_carriers_own(frame, model):
    model.model_validate({"sequenceNumber": 1, **frame})


@pytest.mark.parametrize(
    ("given_text", "found"),
    [
        ("userId=12345;sessionId=abc-xyz", {"userId": "12345", "sessionId": "abc-xyz"}),
        ("a=1,b=2", {"a": "1", "b": "2"}),
        ("{}", {}),
        ('{"a": "1", "b": 2}', {"a": "1", "b": "2"}),
        ("{X-PH-key1: value1, X-PH-key2: value2}", {"key1": "value1", "key2": "value2"}),
        ("a=b=c", {"a": "b=c"}),
        ("", {}),
        ("nonsense", {}),
        (None, {}),
        (7, {}),
    ],
)
def test_extra_headers_are_read_in_every_form(given_text, found):
    assert extra_headers(given_text) == found


@given(st.text() | json_values)
def test_extra_headers_never_raise(given_value):
    assert isinstance(extra_headers(given_value), dict)
