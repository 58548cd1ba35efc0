"""A stored recording as one sound: how long it is, its waveform, any stretch of it as WAV, and erasing it.

The sound is stereo mu-law in a WAV, the caller left and the line right, which browsers and players know. Its first
sample is that of the first piece; where no piece is, there is silence. A stretch is put together from the pieces it
touches, so an hour is played without an hour in memory.
"""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from streams.audio import mulaw
from streams.models import Call, CallRecording, RecordingPiece
from streams.tape import PEAK

CHANNELS, MULAW = 2, 7  # of the WAV format
HEADER_BYTES = 58
STROKES = 400  # of a waveform


@dataclass(frozen=True, slots=True)
class Waveform:
    """How loud both sides are, 0 to 255, in equally long stretches from `begins_at` on (seconds since the answer)."""

    begins_at: float
    seconds: float
    caller: list[int]
    line: list[int]


def size(recording: CallRecording) -> int:
    """Bytes of the whole WAV."""
    return HEADER_BYTES + _samples(recording) * CHANNELS


def read(recording: CallRecording, first: int, last: int) -> bytes:
    """The bytes of the WAV from `first` to `last`, both included."""
    header = _header(_samples(recording))
    if last < HEADER_BYTES:
        return header[first : last + 1]
    start = max(first - HEADER_BYTES, 0)
    begin, end = start // CHANNELS, (last - HEADER_BYTES) // CHANNELS + 1
    sound = _stretch(recording, begin, end)
    cut = sound[start - begin * CHANNELS : last - HEADER_BYTES + 1 - begin * CHANNELS]
    return header[first:] + cut


def waveform(recording: CallRecording, strokes: int = STROKES) -> Waveform:
    """What is drawn of a recording; no audio is read for it."""
    count = max(round(recording.seconds * mulaw.RATE) // PEAK + 1, 1)
    sides = np.zeros((2, count), dtype=np.uint8)
    first = _first(recording)
    for place, stored in recording.pieces.values_list("place", "peaks"):
        peaks = np.frombuffer(bytes(stored), dtype=np.uint8).reshape(2, -1)
        at = (place - first) // PEAK
        room = sides[:, at : at + peaks.shape[1]]
        np.maximum(room, peaks[:, : room.shape[1]], out=room)
    caller, line = (_in_strokes(side, min(strokes, count)) for side in sides)
    return Waveform(recording.begins_at, recording.seconds, caller, line)


def tracks(recording: CallRecording) -> tuple[bytes, bytes]:
    """The caller and the line, whole, as mu-law."""
    sound = _stretch(recording, 0, _samples(recording))
    return sound[0::2], sound[1::2]


def erase(calls: Iterable[int]) -> int:
    """Delete the recordings of these calls, by primary key; how many there were. Who listened stays known."""
    found = CallRecording.objects.filter(call_id__in=list(calls))
    count = found.count()
    found.delete()
    return count


def unproven() -> "list[int]":
    """Calls that have a recording and no line that their notice was heard: there should be none."""
    from streams.notice import HEARD

    proven = Call.objects.filter(events__kind=HEARD).values("pk")
    return list(CallRecording.objects.exclude(call__in=proven).values_list("call_id", flat=True))


def _stretch(recording: CallRecording, begin: int, end: int) -> bytes:
    """Samples of both sides, interleaved, counted from the beginning of the recording."""
    sound = np.full((end - begin, CHANNELS), mulaw.SILENCE[0], dtype=np.uint8)
    first = _first(recording)
    from_place, until = first + begin, first + end
    longest = LONGEST_PIECE
    near = recording.pieces.filter(place__gt=from_place - longest, place__lt=until)
    for piece in near.only("place", "samples", "caller", "line"):
        _lay(sound, piece, from_place)
    return sound.tobytes()


LONGEST_PIECE = 8 * mulaw.RATE  # samples; the recorder gives at most half of it at once


def _lay(sound: "np.typing.NDArray[np.uint8]", piece: RecordingPiece, from_place: int) -> None:
    at = piece.place - from_place
    skip, room = max(-at, 0), sound[max(at, 0) : max(at + piece.samples, 0)]
    for channel, side in enumerate((piece.caller, piece.line)):
        audio = np.frombuffer(zlib.decompress(bytes(side)), dtype=np.uint8)
        room[:, channel] = audio[skip : skip + len(room)]


def _in_strokes(side: "np.typing.NDArray[np.uint8]", strokes: int) -> list[int]:
    return [int(part.max()) for part in np.array_split(side, strokes)]


def _first(recording: CallRecording) -> int:
    return round(recording.begins_at * mulaw.RATE)


def _samples(recording: CallRecording) -> int:
    return max(round(recording.ends_at * mulaw.RATE) - _first(recording), 0)


def _header(samples: int) -> bytes:
    """A WAV of mu-law: 58 bytes, with the count of samples that formats other than PCM tell."""
    data = samples * CHANNELS
    form = struct.pack("<HHIIHHH", MULAW, CHANNELS, mulaw.RATE, mulaw.RATE * CHANNELS, CHANNELS, 8, 0)
    fact = struct.pack("<4sII", b"fact", 4, samples)
    riff = struct.pack("<4sI4s4sI", b"RIFF", HEADER_BYTES - 8 + data, b"WAVE", b"fmt ", len(form))
    return riff + form + fact + struct.pack("<4sI", b"data", data)
