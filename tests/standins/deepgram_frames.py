"""The messages of Deepgram's live listening, made and checked against the package's own types."""

import inspect
import json

from deepgram.listen.v1.client import AsyncV1Client
from deepgram.listen.v1.socket_client import V1SocketClientResponse
from deepgram.listen.v1.types.listen_v1close_stream import ListenV1CloseStream
from deepgram.listen.v1.types.listen_v1configure import ListenV1Configure
from deepgram.listen.v1.types.listen_v1finalize import ListenV1Finalize
from deepgram.listen.v1.types.listen_v1keep_alive import ListenV1KeepAlive

from tests.standins.frames import WrongFrame, check_event, check_names, variants

SERVER = variants(V1SocketClientResponse)
CLIENT = {
    "CloseStream": ListenV1CloseStream,
    "Configure": ListenV1Configure,
    "Finalize": ListenV1Finalize,
    "KeepAlive": ListenV1KeepAlive,
}
QUERY = set(inspect.signature(AsyncV1Client.connect).parameters) - {"self", "authorization", "request_options"}
REQUEST = "6f0a2d4e-6c3b-4a63-9d4d-0c1f8c8f4f10"
MODEL = {"name": "general-nova-3", "version": "2026-01-01.0", "arch": "nova-3"}


def taken(text: str) -> dict:
    """A text message of the client's; raises `WrongFrame`."""
    try:
        frame = json.loads(text)
    except ValueError:
        raise WrongFrame("not JSON") from None
    check_event(CLIENT, frame)
    return frame


def check_query(query) -> None:
    """The parameters of the address; raises `WrongFrame` with what the service would say."""
    check_names(query, QUERY)
    flags = [query[name] for name in ("interim_results", "vad_events", "punctuate", "smart_format") if name in query]
    if not set(flags) <= {"true", "false"}:
        raise WrongFrame("flags are true or false")
    if (query.get("encoding"), query.get("sample_rate")) != ("mulaw", "8000"):
        raise WrongFrame("this stand-in hears mulaw at 8000 only")
    if int(query.get("utterance_end_ms", 1000)) < 1000:
        raise WrongFrame("utterance_end_ms wants 1000 or more")
    if "utterance_end_ms" in query and query.get("interim_results") != "true":
        raise WrongFrame("utterance_end_ms wants interim_results")
    if query.getall("keyterm", []) and not query["model"].startswith("nova-3"):
        raise WrongFrame("keyterm wants nova-3")  # 400 at the handshake


def results(text, *, start, end, words_from, words_to, confidence=0.96, final=False, speech_final=False, asked=False):
    """A piece of what was heard, in seconds from the first audio; the words share `words_from` to `words_to`."""
    words = text.split()
    each = (words_to - words_from) / max(1, len(words))
    return checked(
        type="Results",
        channel_index=[0, 1],
        start=round(start, 3),
        duration=round(end - start, 3),
        is_final=final,
        speech_final=speech_final,
        from_finalize=asked,
        channel={
            "alternatives": [
                {
                    "transcript": text,
                    "confidence": confidence if words else 0.0,
                    "words": [
                        {
                            "word": word.lower().strip(".,?!"),
                            "punctuated_word": word,
                            "start": round(words_from + place * each, 3),
                            "end": round(words_from + (place + 1) * each, 3),
                            "confidence": confidence,
                        }
                        for place, word in enumerate(words)
                    ],
                }
            ]
        },
        metadata={"request_id": REQUEST, "model_info": MODEL, "model_uuid": REQUEST},
    )


def metadata(seconds: float) -> dict:
    """The last message of a stream that was closed in order."""
    return checked(
        type="Metadata",
        transaction_key="deprecated",
        request_id=REQUEST,
        sha256="0" * 64,
        created="2026-11-25T12:00:00.000Z",
        duration=round(seconds, 3),
        channels=1,
    )


def checked(**frame) -> dict:
    """A message of the server's, if the package knows it."""
    check_event(SERVER, frame)
    return frame
