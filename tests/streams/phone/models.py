"""The carrier's models of the wire, as a check: its Python models, and the stricter rules of its Node models."""

import uuid

from plivo_stream.types import ClearedAudioEvent, DtmfEvent, MediaEvent, PlayedStreamEvent, StartEvent

MODELS = {
    "start": StartEvent,
    "media": MediaEvent,
    "dtmf": DtmfEvent,
    "playedStream": PlayedStreamEvent,
    "clearedAudio": ClearedAudioEvent,
}
WITH_HEADERS = ("start", "media", "dtmf")


def check(frame):
    """Raise unless both would take this frame."""
    MODELS[frame["event"]].model_validate(frame)
    assert type(frame["sequenceNumber"]) is int
    uuid.UUID(frame["start"]["streamId"] if frame["event"] == "start" else frame["streamId"])
    if frame["event"] == "start":
        uuid.UUID(frame["start"]["callId"])
        assert "streamId" not in frame
    if frame["event"] in WITH_HEADERS:
        assert type(frame["extra_headers"]) is str
    if frame["event"] == "media":
        assert type(frame["media"]["chunk"]) is int
        assert type(frame["media"]["timestamp"]) is str
