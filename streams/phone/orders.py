"""What a site may say on a stream, checked as strictly as the carrier's documents read. Pure.

`read` never raises: what the carrier would not take becomes `Refused`, with its own word for it where it has one.
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from streams.phone.formats import Format

MESSAGE_LIMIT = 64 * 1024  # bytes of one WebSocket message
ADVISED_PAYLOAD = 16 * 1024  # base64 characters; more is played, but not advised
KEYS = re.compile(r"[0-9A-D*#]+")
CONTAINERS = (b"RIFF", b"ID3", b"OggS", b"fLaC")  # files, where raw audio is due


@dataclass(frozen=True)
class PlayAudio:
    """Queue this audio, in the stream's format. `advice` says what is not wrong but unwise."""

    audio: bytes
    advice: str = ""


@dataclass(frozen=True)
class Checkpoint:
    """Say when everything queued so far was played."""

    name: str


@dataclass(frozen=True)
class ClearAudio:
    """Drop the queue."""


@dataclass(frozen=True)
class SendKeys:
    """Play these keys to the caller."""

    digits: str


@dataclass(frozen=True)
class Refused:
    """Not taken: `incorrectPayload` or `invalid_content_type`, and why."""

    kind: str
    why: str


Order = PlayAudio | Checkpoint | ClearAudio | SendKeys | Refused


def read(message: str | bytes, *, audio: Format, stream_id: str, bidirectional: bool) -> tuple[dict[str, Any], Order]:
    """One message of the site: as it came (empty when it was no JSON object), and what it asks for."""
    if isinstance(message, bytes):
        return {}, _bad("a binary frame; every message is JSON text")
    if len(message.encode(errors="replace")) > MESSAGE_LIMIT:
        return {}, _bad(f"a message of more than {MESSAGE_LIMIT} bytes")
    try:
        command = json.loads(message)
    except (ValueError, RecursionError):
        return {}, _bad("a message that is not JSON")
    if not isinstance(command, dict):
        return {}, _bad("a message that is not a JSON object")
    return command, _order(command, audio, stream_id, bidirectional)


def _order(command: dict[str, Any], audio: Format, stream_id: str, bidirectional: bool) -> Order:
    event = command.get("event")
    if command.get("streamId", stream_id) != stream_id:
        return _bad(f"{event} with the streamId of another stream")
    match event:
        case "playAudio" if bidirectional:
            return _play(command.get("media"), audio)
        case "playAudio":
            return _bad("playAudio on a stream that is not bidirectional")
        case "checkpoint":
            name = command.get("name")
            if "streamId" not in command:
                return _bad("checkpoint without a streamId")
            return Checkpoint(name) if isinstance(name, str) and name else _bad("checkpoint without a name")
        case "clearAudio":
            return ClearAudio()
        case "sendDTMF":
            keys = command.get("dtmf")
            if isinstance(keys, str) and KEYS.fullmatch(keys):
                return SendKeys(keys)
            return _bad("sendDTMF with something other than 0-9, A-D, * and #")
    return _bad(f"an unknown event {str(event)[:40]!r}")


def _play(media: Any, audio: Format) -> Order:
    if not isinstance(media, dict):
        return _bad("playAudio without media")
    content_type, rate, payload = (media.get(name) for name in ("contentType", "sampleRate", "payload"))
    if content_type != audio.encoding:
        return Refused("invalid_content_type", f"contentType {str(content_type)[:40]!r}, but it is {audio.encoding!r}")
    if str(rate) != str(audio.rate) or isinstance(rate, float):
        return Refused("invalid_content_type", f"sampleRate {str(rate)[:20]!r}, but the stream has {audio.rate}")
    if not isinstance(payload, str):
        return _bad("playAudio without a payload")
    try:
        raw = base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError):
        return _bad("a payload that is not base64")
    if raw.startswith(CONTAINERS):
        return _bad("a payload that is a sound file; send raw audio without a header")
    long = len(payload) > ADVISED_PAYLOAD
    return PlayAudio(raw, f"a payload of more than {ADVISED_PAYLOAD} characters" if long else "")


def _bad(why: str) -> Refused:
    return Refused("incorrectPayload", why)
