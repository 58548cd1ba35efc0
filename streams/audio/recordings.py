"""Recordings that people upload, as telephone audio. The only file that imports the reader of sound files.

A sound file is a program for its decoder, and this one is written in C. So files are opened in a child process: one
that crashes or hangs costs a sentence beside the form's field, not the calls that this process may carry.

Levels are in dBFS: 0 is the loudest that 16 bits can say.
"""

import io
import logging
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from flows.sound import Unusable
from streams.audio import mulaw
from streams.audio.resample import resample

MAX_BYTES = 10_000_000
MAX_SECONDS = 180
READ_WITHIN = 30  # seconds for the child
MEMORY_BYTES = 2_000_000_000  # address space of the child; three minutes at 96 kHz need a tenth of it
FORMATS = ("WAV", "WAVEX", "RF64", "MP3", "FLAC", "OGG")
RATES = (8000, 96_000)  # hertz; less is less than a telephone
CHANNELS = 2

FULL = 32768.0
FRAME = mulaw.FRAME  # samples of 20 ms
SILENT = -50.0  # a recording whose loud moments are below this says nothing
BELOW_SPEECH = 28.0  # dB under the loud moments: quieter than that is breath and room
SHORTEST_SPEECH = 10  # frames, that is 200 ms
BREATH_BEFORE, BREATH_AFTER = 8, 12  # frames kept around the speech: at most 300 ms, as callers expect it
LEVEL = -20.0  # of the speech, as the voices have it
MOST_GAIN = 30.0  # dB; more would lift the noise of the room to a roar
PEAK = 10 ** (-3 / 20) * FULL  # nothing louder than -3 dBFS reaches the telephone
GLIDE = 40  # samples (5 ms) over which the limiter moves
CLIPPED_RUN = 3  # samples in a row at the very top: a microphone that was overrun
CLIPPED_SHARE = 0.002  # of all samples; fewer are not heard

Wave = npt.NDArray[np.float64]

NOT_SOUND = "This file is not a sound that can be read. Choose a WAV, MP3, FLAC or OGG file."
TOO_BIG = f"This file is larger than {MAX_BYTES // 1_000_000} MB. Save it as MP3, or record less."
TOO_LONG = (
    f"This recording is longer than {MAX_SECONDS // 60} minutes, and callers will not wait that long. Shorten it."
)
NOTHING_SAID = "This recording is silent, or nearly so. Check the microphone, and record it again."
CLIPPED = "This recording is distorted, because it was made too loud. Turn the microphone down, and record it again."
UNCOMMON = "This recording has an uncommon rate or too many channels. Save it as WAV, 44.1 kHz, mono, and try again."

PROJECT = Path(__file__).resolve().parents[2]

log = logging.getLogger(__name__)


def read(content: bytes) -> bytes:
    """A sound file as mu-law at the usual level, without silence around it.

    Raises `Unusable` with a sentence for whoever uploaded it, whatever the file holds.
    """
    if len(content) > MAX_BYTES:
        raise Unusable(TOO_BIG)
    command = [sys.executable, "-m", "streams.audio.recordings"]
    try:
        child = subprocess.run(command, input=content, capture_output=True, timeout=READ_WITHIN, cwd=PROJECT)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise Unusable(NOT_SOUND) from error
    if child.returncode == 0 and child.stdout:
        return child.stdout
    if child.returncode == REFUSED and child.stdout:
        raise Unusable(child.stdout.decode())
    log.warning("The reader of sound files ended with %s.", child.returncode)
    raise Unusable(NOT_SOUND)


def convert(content: bytes) -> bytes:
    """The same in this process: what the child does. Raises `Unusable`, for broken files too."""
    sound, rate = _opened(content)
    if _is_clipped(sound):
        raise Unusable(CLIPPED)
    speech = _trimmed(_to_telephone(sound, rate))
    return mulaw.encode(np.rint(_levelled(speech)).astype(np.int16))


def _opened(content: bytes) -> tuple[mulaw.Samples, int]:
    """The sound as 16-bit samples of one channel. Read in pieces: what a file says of its length is not believed."""
    pieces: list[mulaw.Samples] = []
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            if file.format not in FORMATS:
                raise Unusable(NOT_SOUND)
            if not RATES[0] <= file.samplerate <= RATES[1] or not 1 <= file.channels <= CHANNELS:
                raise Unusable(UNCOMMON)
            left = MAX_SECONDS * file.samplerate
            while len(piece := file.read(file.samplerate, dtype="float32", always_2d=True)):
                left -= len(piece)
                if left < 0:
                    raise Unusable(TOO_LONG)
                pieces.append(_mono(piece))
            rate = int(file.samplerate)
    except (soundfile.SoundFileError, OSError, ValueError, TypeError, RuntimeError, OverflowError) as error:
        raise Unusable(NOT_SOUND) from error
    return np.concatenate([*pieces, np.zeros(0, np.int16)]), rate


def _mono(piece: npt.NDArray[np.float32]) -> mulaw.Samples:
    """The channels together; a file of floating-point numbers may hold some that are none, or too large."""
    both = np.nan_to_num(piece, nan=0.0, posinf=1.0, neginf=-1.0).mean(axis=1, dtype=np.float64)
    return np.asarray(np.clip(np.rint(both * FULL), -32768, 32767), dtype=np.int16)


def _is_clipped(sound: mulaw.Samples) -> bool:
    """Whether the waves have flat tops where they reach the very loudest, for long enough to be heard."""
    top = np.abs(sound.astype(np.int32)) >= 0.99 * FULL
    runs = top
    for shift in range(1, CLIPPED_RUN):
        runs = runs[:-1] & top[shift:] if len(runs) > 1 else runs
    return bool(runs.sum() > CLIPPED_SHARE * len(sound))


def _to_telephone(sound: mulaw.Samples, rate: int) -> Wave:
    at_rate = resample(sound, rate, mulaw.RATE) if rate != mulaw.RATE else sound
    if len(at_rate) < FRAME:
        raise Unusable(NOTHING_SAID)
    centred = at_rate.astype(np.float64)
    return np.asarray(centred - centred.mean())


def _loudness(sound: Wave) -> Wave:
    """The level of each frame of 20 ms."""
    whole = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
    return np.asarray(20 * np.log10(np.sqrt((whole**2).mean(axis=1)) / FULL + 1e-9))


def _is_speech(levels: Wave) -> npt.NDArray[np.bool_]:
    loud = np.percentile(levels, 95) if len(levels) else -200.0
    return np.asarray(levels > max(loud - BELOW_SPEECH, SILENT))


def _trimmed(sound: Wave) -> Wave:
    """What is said, with a breath before and after."""
    spoken = np.flatnonzero(_is_speech(_loudness(sound)))
    if len(spoken) < SHORTEST_SPEECH:
        raise Unusable(NOTHING_SAID)
    first, last = max(int(spoken[0]) - BREATH_BEFORE, 0), int(spoken[-1]) + 1 + BREATH_AFTER
    return sound[first * FRAME : last * FRAME]


def _levelled(sound: Wave) -> Wave:
    """The speech at the level that callers hear from the voices too. Limiting takes some back, so it is done twice."""
    for _ in range(2):
        levels = _loudness(sound)
        spoken = 10 ** (levels[_is_speech(levels)] / 10)
        gain = min(LEVEL - 10 * np.log10(spoken.mean()), MOST_GAIN)
        sound = _limited(sound * 10 ** (gain / 20))
    return np.clip(sound, -PEAK, PEAK)


def _limited(sound: Wave) -> Wave:
    """Turned down around each peak, smoothly, rather than cut off."""
    wanted = np.minimum(1.0, PEAK / np.maximum(np.abs(sound), 1.0))
    if wanted.min() >= 1.0:
        return sound
    around = np.lib.stride_tricks.sliding_window_view(np.pad(wanted, GLIDE, mode="edge"), 2 * GLIDE + 1).min(axis=1)
    smooth = np.convolve(np.pad(around, GLIDE // 2, mode="edge"), np.ones(GLIDE + 1) / (GLIDE + 1), mode="valid")
    return sound * smooth


REFUSED = 3  # the child's exit code when it has a sentence to say


def _child(argv: Any = None) -> int:
    """Read standard input, answer on standard output."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, READ_WITHIN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    try:
        audio = convert(sys.stdin.buffer.read(MAX_BYTES + 1))
    except Unusable as error:
        sys.stdout.write(str(error))  # standard error belongs to the decoders, which complain there
        return REFUSED
    sys.stdout.buffer.write(audio)
    return 0


if __name__ == "__main__":
    sys.exit(_child())
