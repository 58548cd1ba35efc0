"""Plivo's frames: JSON text to neutral messages and back. Pure; never raises on what the carrier sends.

Audio is 50 frames a second and takes the short way: one typed decode that also undoes the base64. Everything else,
and audio of an odd shape, takes the tolerant way, which reads field by field. The carrier's own tools send poorer
frames than its documents promise, so only `start.callId`, `start.streamId` and `media.payload` are required.
"""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any

import msgspec

from streams.carriers.carrier import (
    AudioReceived,
    CarrierMessage,
    CarrierNotice,
    KeyPressed,
    MarkReached,
    QueueCleared,
    StreamStarted,
    StreamStopped,
    Unusable,
)

MAX_PLAY_BYTES = 12_000  # 16,000 characters of base64: the carrier advises at most 16 KB in one message
MULAW = {"audio/x-mulaw", "audio/mulaw", "audio/pcmu", "mulaw"}
RATE = 8000
NAME = re.compile(r"[A-Za-z0-9._:-]{1,64}")
KEYS = re.compile(r"[0-9A-D*#]+")
KEY = re.compile(r"[0-9A-D*#]")

PLAY_BEGINS = '{"event":"playAudio","media":{"contentType":"audio/x-mulaw","sampleRate":8000,"payload":"'
PLAY_ENDS = '"}}'

Frame = dict[str, Any]


class _Media(msgspec.Struct):
    payload: bytes
    track: str = "inbound"


class _MediaFrame(msgspec.Struct, tag_field="event", tag="media"):
    media: _Media
    streamId: str = ""


_audio = msgspec.json.Decoder(_MediaFrame).decode
_anything = msgspec.json.Decoder().decode
_text = msgspec.json.Encoder().encode
# RecursionError: deep nesting. ValueError: bad JSON, numbers beyond bounds, lone surrogates, broken UTF-8.
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError, TypeError)


class PlivoCodec:
    """Fulfils `carrier.Codec`. `stream_id` is "" until the first start; frames of another stream are unusable."""

    def __init__(self) -> None:
        self.stream_id = ""

    def decode(self, text: str | bytes) -> CarrierMessage:
        """One frame. Never raises."""
        try:
            frame = _audio(text)
        except _UNREADABLE:
            return self._decode_tolerantly(text)
        if frame.streamId and self.stream_id and frame.streamId != self.stream_id:
            return Unusable(reason="a frame of another stream")
        return AudioReceived(audio=frame.media.payload, track=frame.media.track)

    def play(self, audio: bytes) -> str:
        """The frame that queues mu-law. Raises `ValueError` on more than 12,000 bytes: a mistake of ours."""
        if len(audio) > MAX_PLAY_BYTES:
            raise ValueError(f"{len(audio)} bytes of audio in one frame; the most is {MAX_PLAY_BYTES}")
        return PLAY_BEGINS + binascii.b2a_base64(audio, newline=False).decode("ascii") + PLAY_ENDS

    def mark(self, name: str) -> str:
        """The frame that asks for `MarkReached(name)`."""
        return _text({"event": "checkpoint", "streamId": self.stream_id, "name": name}).decode()

    def clear(self) -> str:
        """The frame that drops everything queued."""
        return _text({"event": "clearAudio", "streamId": self.stream_id}).decode()

    def send_keys(self, digits: str) -> str:
        """The frame that plays DTMF tones. Raises `ValueError` unless `digits` are 0-9, A-D, * and #."""
        if not KEYS.fullmatch(digits):
            raise ValueError("only the keys 0-9, A-D, * and # can be sent")
        return _text({"event": "sendDTMF", "dtmf": digits}).decode()

    def _decode_tolerantly(self, text: str | bytes) -> CarrierMessage:
        try:
            frame = _anything(text)
        except _UNREADABLE:
            return Unusable(reason="not JSON")
        if not isinstance(frame, dict) or not isinstance(frame.get("event"), str):
            return Unusable(reason="no event")
        if self.stream_id and _short(frame.get("streamId")) not in ("", self.stream_id):
            return Unusable(reason="a frame of another stream")
        read = READERS.get(frame["event"])
        if read is None:
            return CarrierNotice(name=_short(frame["event"], 40), reason=_short(frame.get("reason"), 200))
        said = read(frame)
        if isinstance(said, StreamStarted) and not self.stream_id:
            self.stream_id = said.stream_id
        return said


def _start(frame: Frame) -> CarrierMessage:
    start = _inside(frame, "start")
    call_uuid, stream_id = _short(start.get("callId")), _short(start.get("streamId"))
    if not NAME.fullmatch(call_uuid) or not NAME.fullmatch(stream_id):
        return Unusable(reason="a start without callId or streamId")
    form = _inside(start, "mediaFormat")
    encoding = _short(form.get("encoding") or "audio/x-mulaw").partition(";")[0].strip().lower()
    rate = _whole(form.get("sampleRate", RATE))
    if encoding not in MULAW or rate != RATE:
        said = f"{encoding[:40]} at {rate if rate is not None else 'an unknown rate'}"
        reason = f"a start with {said}; only audio/x-mulaw at {RATE} Hz is understood"
        return Unusable(reason=reason, ends_stream=True)
    tracks = start.get("tracks")
    named = [_short(track, 20) for track in tracks] if isinstance(tracks, list) else []
    return StreamStarted(
        call_uuid=call_uuid,
        stream_id=stream_id,
        account_id=_short(start.get("accountId")),
        tracks=tuple(track for track in named[:4] if track) or ("inbound",),
    )


def _media(frame: Frame) -> CarrierMessage:
    media = _inside(frame, "media")
    payload = media.get("payload")
    if not isinstance(payload, str):
        return Unusable(reason="a media frame without payload")
    try:
        audio = base64.b64decode(payload, validate=True)
    except ValueError:
        return Unusable(reason="a payload that is not base64")
    return AudioReceived(audio=audio, track=_short(media.get("track"), 20) or "inbound")


def _dtmf(frame: Frame) -> CarrierMessage:
    digit = _short(_inside(frame, "dtmf").get("digit")).upper()
    # The digit itself is in no reason: reasons are logged.
    return KeyPressed(digit=digit) if KEY.fullmatch(digit) else Unusable(reason="a dtmf frame without a key")


def _played(frame: Frame) -> CarrierMessage:
    name = _short(frame.get("name"), 200)
    return MarkReached(name=name) if name else Unusable(reason="a playedStream without a name")


def _cleared(frame: Frame) -> CarrierMessage:
    return QueueCleared()


def _stop(frame: Frame) -> CarrierMessage:
    return StreamStopped(reason=_short(frame.get("reason") or _inside(frame, "stop").get("reason"), 200))


READERS: dict[str, Callable[[Frame], CarrierMessage]] = {
    "start": _start,
    "media": _media,
    "dtmf": _dtmf,
    "playedStream": _played,
    "played": _played,  # so named in the carrier's support pages
    "clearedAudio": _cleared,
    "stop": _stop,
}


def _inside(frame: Frame, name: str) -> Frame:
    found = frame.get(name)
    return found if isinstance(found, dict) else {}


def _short(found: Any, length: int = 80) -> str:
    """A text or a whole number as text without control characters; anything else is ""."""
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    if isinstance(found, int) and abs(found) >= 10**18:
        return ""
    return "".join(c for c in str(found)[:length] if c.isprintable())


def _whole(found: Any) -> int | None:
    """8000 however it is written: 8000, "8000", 8000.0."""
    try:
        return int(float(found)) if isinstance(found, str | int | float) else None
    except (ValueError, OverflowError):
        return None


def extra_headers(given: Any) -> dict[str, str]:
    """What was put into the stream's `extraHeaders`, in any of the forms the carrier has sent it back in.

    Metadata, not proof of anything; nothing of ours rests on it.
    """
    if not isinstance(given, str):
        return {}
    pairs: list[tuple[str, str]]
    try:
        found = _anything(given)
        pairs = [(str(k), str(v)) for k, v in found.items()] if isinstance(found, dict) else []
    except _UNREADABLE:
        braced = given.strip().startswith("{")
        mark, sign = (",", ":") if braced else (";" if ";" in given else ",", "=")
        parts = [part.partition(sign) for part in given.strip().strip("{}").split(mark)]
        pairs = [(name.strip(), content.strip()) for name, found_sign, content in parts if found_sign]
    return {name.removeprefix("X-PH-"): content for name, content in pairs if name}
