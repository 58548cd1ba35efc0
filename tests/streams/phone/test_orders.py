import base64
import json

import pytest

from streams.phone.formats import Format
from streams.phone.orders import Checkpoint, ClearAudio, PlayAudio, Refused, SendKeys, read

STREAM = "b1a2c3d4-1111-4222-8333-444455556666"
AUDIO = b"\x12" * 160
MEDIA = {"contentType": "audio/x-mulaw", "sampleRate": 8000, "payload": base64.b64encode(AUDIO).decode()}


def order(command, **changes):
    message = command if isinstance(command, str | bytes) else json.dumps(command)
    return read(message, **{"audio": Format(), "stream_id": STREAM, "bidirectional": True} | changes)[1]


def test_every_documented_command_is_understood():
    assert order({"event": "playAudio", "media": MEDIA}) == PlayAudio(AUDIO)
    assert order({"event": "playAudio", "media": MEDIA, "streamId": STREAM}) == PlayAudio(AUDIO)
    assert order({"event": "checkpoint", "streamId": STREAM, "name": "turn-7"}) == Checkpoint("turn-7")
    assert order({"event": "clearAudio", "streamId": STREAM}) == ClearAudio()
    assert order({"event": "clearAudio"}) == ClearAudio()
    assert order({"event": "sendDTMF", "dtmf": "12*#AD"}) == SendKeys("12*#AD")


@pytest.mark.parametrize(
    "changes",
    [
        {"contentType": "audio/x-mulaw;rate=8000"},
        {"contentType": "audio/x-l16"},
        {"contentType": "wav"},
        {"contentType": None},
        {"sampleRate": 16000},
        {"sampleRate": 8000.0},
        {"sampleRate": None},
    ],
)
def test_audio_of_another_format_than_the_stream_s_is_refused(changes):
    refused = order({"event": "playAudio", "media": MEDIA | changes})
    assert isinstance(refused, Refused)
    assert refused.kind == "invalid_content_type"


@pytest.mark.parametrize(
    "message",
    [
        b"\x00\x01",
        "",
        "no json",
        "[]",
        "3",
        "null",
        "[" * 100_000,
        "9" * 5000,
        '{"event": "stop"}',
        '{"event": {"a": 1}}',
        "{}",
        '{"event": "playAudio"}',
        '{"event": "playAudio", "media": []}',
        json.dumps({"event": "playAudio", "media": MEDIA | {"payload": "%%%"}}),
        json.dumps({"event": "playAudio", "media": MEDIA | {"payload": 7}}),
        json.dumps({"event": "playAudio", "media": MEDIA | {"payload": "äöü"}}),
        json.dumps({"event": "playAudio", "media": MEDIA | {"payload": base64.b64encode(b"RIFF....").decode()}}),
        json.dumps({"event": "playAudio", "media": MEDIA, "streamId": "another"}),
        json.dumps({"event": "playAudio", "media": MEDIA | {"payload": "A" * 70_000}}),
        json.dumps({"event": "checkpoint", "streamId": STREAM}),
        json.dumps({"event": "checkpoint", "streamId": STREAM, "name": ""}),
        json.dumps({"event": "checkpoint", "name": "x"}),
        json.dumps({"event": "clearAudio", "streamId": "another"}),
        json.dumps({"event": "sendDTMF", "dtmf": ""}),
        json.dumps({"event": "sendDTMF", "dtmf": "12w"}),
        json.dumps({"event": "sendDTMF", "dtmf": 12}),
    ],
)
def test_whatever_else_comes_is_refused_and_never_raises(message):
    refused = order(message)
    assert isinstance(refused, Refused)
    assert refused.kind == "incorrectPayload"
    assert refused.why


def test_a_stream_that_only_listens_plays_nothing():
    assert isinstance(order({"event": "playAudio", "media": MEDIA}, bidirectional=False), Refused)


def test_a_large_payload_is_played_but_not_advised():
    audio = b"\x12" * 13_000
    played = order({"event": "playAudio", "media": MEDIA | {"payload": base64.b64encode(audio).decode()}})
    assert played.audio == audio
    assert "16384" in played.advice
