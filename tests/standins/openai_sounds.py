"""Speech and transcriptions of OpenAI's stand-in, as its addresses take and give them."""

import base64
import io
import wave
from collections.abc import Iterator
from typing import Any

from aiohttp import web
from openai.types.audio import Transcription, TranscriptionTextDeltaEvent, TranscriptionTextDoneEvent
from openai.types.audio.speech_create_params import SpeechCreateParams
from openai.types.audio.transcription_create_params import TranscriptionCreateParamsBase

from streams.audio import mulaw
from streams.audio.resample import resample
from tests.standins.faults import event
from tests.standins.frames import WrongFrame, check, check_names, check_params
from tests.standins.openai_model import Json

RATE = 24_000  # samples a second, 16 bit, mono
PIECE = 4_801  # bytes; odd, as the network is: a sample may be split
VOICES = [
    "alloy",
    "ash",
    "ballad",
    "coral",
    "echo",
    "fable",
    "onyx",
    "nova",
    "sage",
    "shimmer",
    "verse",
    "marin",
    "cedar",
]
LONGEST = 4096  # characters
SLOWEST, FASTEST = 0.25, 4.0


def from_mulaw(audio: bytes) -> bytes:
    """What a voice of the telephone's said, as this service has it: 24 kHz, 16 bits."""
    return resample(mulaw.decode(audio), mulaw.RATE, RATE).tobytes()


def check_speech(body: Json) -> None:
    """Raises `WrongFrame` for what the vendor would refuse."""
    check_params(SpeechCreateParams, body)
    if not body["input"] or len(body["input"]) > LONGEST:
        raise WrongFrame(f"The input has 1 to {LONGEST} characters.")
    if body["voice"] not in VOICES:
        raise WrongFrame(f"There is no voice called {body['voice']}.")
    if not SLOWEST <= body.get("speed", 1.0) <= FASTEST:
        raise WrongFrame(f"The speed is {SLOWEST} to {FASTEST}.")
    if body.get("instructions") and str(body["model"]).startswith("tts-1"):
        raise WrongFrame(f"{body['model']} takes no instructions.")
    if _shape(body) not in ("pcm", "wav"):
        raise WrongFrame(f"The stand-in makes pcm and wav, not {_shape(body)}.")


def _shape(body: Json) -> str:
    return str(body.get("response_format", "mp3"))


def speech(body: Json, audio: bytes) -> tuple[str, Iterator[bytes]]:
    """What `/audio/speech` sends: its type, and its pieces."""
    shape = _shape(body)
    whole = audio if shape == "pcm" else _wav(audio)
    if body.get("stream_format") == "sse":
        return "text/event-stream", _speech_events(whole, body["input"])
    return f"audio/{shape}", _pieces(whole)


def _pieces(audio: bytes) -> Iterator[bytes]:
    return (audio[start : start + PIECE] for start in range(0, len(audio), PIECE))


def _speech_events(audio: bytes, text: str) -> Iterator[bytes]:
    for piece in _pieces(audio):
        yield event({"type": "speech.audio.delta", "audio": base64.b64encode(piece).decode()})
    read, made = len(text) // 4 + 1, len(audio) // (RATE // 10)
    usage = {"input_tokens": read, "output_tokens": made, "total_tokens": read + made}
    yield event({"type": "speech.audio.done", "usage": usage})


def _wav(audio: bytes) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setparams((1, 2, RATE, 0, "NONE", "NONE"))
        made.writeframes(audio)
    return file.getvalue()


async def read(request: web.Request) -> Json:
    """The body of a request: JSON, or the fields of a form (files as bytes)."""
    if request.content_type.startswith("multipart/"):
        form: dict[str, Any] = {}
        for name, given in (await request.post()).items():
            form[name] = given.file.read() if isinstance(given, web.FileField) else given
        if "file" not in form:
            raise WrongFrame("There is no file.")
        known = (*TranscriptionCreateParamsBase.__annotations__, "stream")
        check_names((name.rstrip("[]") for name in form), known)
        return form
    body = await request.json() if request.can_read_body else {}
    return body if isinstance(body, dict) else {}


def seconds_of(wav: bytes) -> float:
    """How long a recording is."""
    try:
        with wave.open(io.BytesIO(wav)) as given:
            return round(given.getnframes() / given.getframerate(), 2)
    except (wave.Error, EOFError):
        raise WrongFrame("Invalid file format. The stand-in hears wav.") from None


def transcription(text: str, seconds: float) -> Json:
    """A whole transcription."""
    made = {"text": text, "usage": {"type": "duration", "seconds": seconds}}
    check(Transcription, made)
    return made


def transcript_events(text: str) -> Iterator[bytes]:
    """The events of a streamed one."""
    for place, word in enumerate(text.split()):
        delta = {"type": "transcript.text.delta", "delta": word if not place else f" {word}"}
        check(TranscriptionTextDeltaEvent, delta)
        yield event(delta)
    tokens = {"type": "tokens", "input_tokens": 20, "output_tokens": len(text) // 4 + 1}
    done = {"type": "transcript.text.done", "text": text, "usage": {**tokens, "total_tokens": 21 + len(text) // 4}}
    check(TranscriptionTextDoneEvent, done)
    yield event(done)
