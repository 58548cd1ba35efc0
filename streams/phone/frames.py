"""What the carrier says on a stream, frame by frame, in every spelling that was seen. Pure."""

import base64
import json
from typing import Any

from streams.phone.formats import Format
from streams.phone.profile import Profile

Json = dict[str, Any]


class Framer:
    """Makes the frames of one stream; `sequenceNumber` counts over all of them.

    `headers` is the `extraHeaders` attribute of the <Stream>: `k=v,k2=v2` or `k=v;k2=v2`.
    """

    def __init__(self, profile: Profile, *, stream_id: str, began_ms: int, headers: str = "") -> None:
        self._profile, self._stream_id, self._began_ms = profile, stream_id, began_ms
        self._headers = _extra_headers(headers, profile.extra_headers)
        self._number = profile.first_sequence_number
        self._chunks: dict[str, int] = {}

    def start(self, *, call_id: str, account_id: str, tracks: list[str], audio: Format) -> Json:
        """The first frame."""
        media_format: Json = {"encoding": audio.encoding, "sampleRate": audio.rate}
        if self._profile.channels:
            media_format["channels"] = 1
        start = {
            "callId": call_id,
            "streamId": self._stream_id,
            "accountId": self._profile.account_id or account_id,
            "tracks": tracks,
            "mediaFormat": media_format,
        }
        return self._numbered("start", {"start": start} | self._headers)

    def media(self, audio: bytes, *, now_ms: int, track: str = "inbound") -> Json:
        """About 20 ms of audio, in the stream's format."""
        chunk = self._chunks[track] = self._chunks.get(track, 0) + 1
        media = {
            "track": track,
            "timestamp": self._timestamp(now_ms),
            "chunk": str(chunk) if self._profile.chunks == "text" else chunk,
            "payload": base64.b64encode(audio).decode(),
        }
        return self._numbered("media", {"streamId": self._stream_id, "media": media} | self._headers)

    def dtmf(self, digit: str, *, now_ms: int) -> Json:
        """One key of the caller."""
        key = {"track": "inbound", "digit": digit, "timestamp": self._timestamp(now_ms)}
        return self._numbered("dtmf", {"streamId": self._stream_id, "dtmf": key} | self._headers)

    def played(self, name: str) -> Json:
        """Playback reached a checkpoint."""
        return self._numbered("playedStream", {"streamId": self._stream_id, "name": name})

    def cleared(self) -> Json:
        """The queue was dropped, as asked."""
        return self._numbered("clearedAudio", {"streamId": self._stream_id})

    def complaint(self, event: str, reason: str) -> Json:
        """A command was bad: `error` or `playFailed`. Undocumented, but some streams carry them."""
        return {"event": event, "reason": reason}

    def stop(self) -> Json:
        """The stream is over. Undocumented, but the carrier's own tools send it."""
        return {"event": "stop"}

    def _numbered(self, event: str, rest: Json) -> Json:
        number, self._number = self._number, self._number + 1
        spelled: dict[str, Json] = {
            "number": {"sequenceNumber": number},
            "text": {"sequenceNumber": str(number)},
            "absent": {},
        }
        return {"event": event} | spelled[self._profile.sequence_numbers] | rest

    def _timestamp(self, now_ms: int) -> str:
        return str(now_ms if self._profile.timestamps == "epoch" else now_ms - self._began_ms)


def _extra_headers(attribute: str, form: str) -> Json:
    pairs = dict(pair.split("=", 1) for pair in attribute.replace(";", ",").split(",") if "=" in pair)
    spelled: Json = {
        "pairs": ";".join(f"{name}={value}" for name, value in pairs.items()),
        "{}": "{}",
        "json": json.dumps(pairs),
        "braces": "{" + ", ".join(f"X-PH-{name}: {value}" for name, value in pairs.items()) + "}",
        "null": None,
    }
    return {} if form == "absent" else {"extra_headers": spelled[form]}
