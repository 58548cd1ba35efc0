"""Every frame the phone makes is one the carrier's own models take, and the alternatives are what they say."""

import base64
import uuid
from dataclasses import replace

import pytest
from plivo_stream.types import ClearedAudioEvent, DtmfEvent, MediaEvent, PlayedStreamEvent, StartEvent
from pydantic import ValidationError

from streams.phone.formats import Format
from streams.phone.frames import Framer
from streams.phone.profile import DEFAULT
from tests.streams.phone.models import check

STREAM = str(uuid.uuid4())
HEADERS = "userId=12345,sessionId=abc"


def framer(headers=HEADERS, **changes):
    return Framer(replace(DEFAULT, **changes), stream_id=STREAM, began_ms=1_705_312_200_000, headers=headers)


def start(frames):
    return frames.start(call_id=str(uuid.uuid4()), account_id="MA" + "A" * 18, tracks=["inbound"], audio=Format())


def every_frame(frames):
    return [
        start(frames),
        frames.media(b"\xff" * 160, now_ms=1_705_312_200_020),
        frames.dtmf("5", now_ms=1_705_312_200_500),
        frames.played("turn-7"),
        frames.cleared(),
    ]


def test_every_frame_of_the_default_profile_is_what_the_official_models_take():
    for frame in every_frame(framer()):
        check(frame)


def test_numbers_count_over_all_events_and_chunks_over_a_track():
    frames = framer()
    all_of_them = every_frame(frames) + [
        frames.media(b"\xff", now_ms=0),
        frames.media(b"\xff", now_ms=0, track="outbound"),
    ]
    assert [frame["sequenceNumber"] for frame in all_of_them] == [1, 2, 3, 4, 5, 6, 7]
    assert [frame["media"]["chunk"] for frame in all_of_them if frame["event"] == "media"] == [1, 2, 1]


def test_a_media_frame_carries_the_audio_and_the_moment_as_text():
    frame = framer().media(b"\x01\x02", now_ms=1_705_312_200_020)
    assert base64.b64decode(frame["media"]["payload"]) == b"\x01\x02"
    assert frame["media"]["timestamp"] == "1705312200020"
    assert frame["extra_headers"] == "userId=12345;sessionId=abc"


@pytest.mark.parametrize(
    ("form", "spelled"),
    [
        ("pairs", {"extra_headers": "userId=12345;sessionId=abc"}),
        ("{}", {"extra_headers": "{}"}),
        ("json", {"extra_headers": '{"userId": "12345", "sessionId": "abc"}'}),
        ("braces", {"extra_headers": "{X-PH-userId: 12345, X-PH-sessionId: abc}"}),
        ("null", {"extra_headers": None}),
        ("absent", {}),
    ],
)
def test_extra_headers_have_every_form_that_was_seen(form, spelled):
    frame = start(framer(extra_headers=form))
    assert {name: value for name, value in frame.items() if name == "extra_headers"} == spelled
    StartEvent.model_validate(frame)


def test_sequence_numbers_may_start_at_zero_be_text_or_be_absent():
    assert start(framer(first_sequence_number=0))["sequenceNumber"] == 0
    assert start(framer(sequence_numbers="text"))["sequenceNumber"] == "1"
    assert "sequenceNumber" not in start(framer(sequence_numbers="absent"))


def test_the_account_may_be_odd_and_the_format_may_name_its_channels():
    assert start(framer(account_id="test-account"))["start"]["accountId"] == "test-account"
    assert start(framer(channels=True))["start"]["mediaFormat"]["channels"] == 1


def test_chunks_may_be_text_and_timestamps_relative():
    frame = framer(chunks="text", timestamps="relative").media(b"", now_ms=1_705_312_200_040)
    assert (frame["media"]["chunk"], frame["media"]["timestamp"]) == ("1", "40")


def test_the_check_is_no_rubber_stamp():
    frame = framer().media(b"", now_ms=0)
    frame["media"]["timestamp"] = 0
    with pytest.raises(ValidationError):
        check(frame)
    with pytest.raises(AssertionError):
        check(start(framer(sequence_numbers="text")))
    for model in (DtmfEvent, PlayedStreamEvent, ClearedAudioEvent, MediaEvent):
        with pytest.raises(ValidationError):
            model.model_validate({"event": "nothing"})
