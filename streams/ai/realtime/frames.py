"""OpenAI Realtime on the wire: frames in, frames out, and what a session is set to. Pure.

Audio comes fifty times a second and faster, so it takes the short way: one typed decode that also undoes the base64.
Everything else is read field by field with `text` and `whole`, because servers of one's own send poorer frames than
OpenAI, and nothing that a server sends may raise here.
"""

import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from flows.engine.commands import AT_ANY_TIME
from flows.engine.events import value
from streams.ai.briefing import Function, Json, functions, instructions, quoted
from streams.ai.provider import AgentBrief, AudioFormat

AUDIO_DELTA = "response.output_audio.delta"
SILENCE_MS = 500  # of the caller's; then it is the agent's turn
PCM_24K = AudioFormat(encoding="pcm16", sample_rate=24_000)
SOUNDS: Mapping[str, Json] = {"pcmu": {"type": "audio/pcmu"}, "pcm": {"type": "audio/pcm", "rate": PCM_24K.sample_rate}}
BYTES_A_MS = {"pcmu": 8, "pcm": 48}  # of each
VOICES = ("alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar")

# The whole of it in every update: whether a part would be merged or would bring back the defaults is not told, and the
# silence that servers start with (200 ms) differs from the documents.
TURN_DETECTION: Json = {
    "type": "server_vad",
    "threshold": 0.5,
    "prefix_padding_ms": 300,
    "silence_duration_ms": SILENCE_MS,
    "create_response": True,
    "interrupt_response": True,
}

APPEND_BEGINS = '{"type":"input_audio_buffer.append","audio":"'
APPEND_ENDS = '"}'
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError, TypeError)


@value
class RealtimeOptions:
    """How sessions are made. `audio` is `pcmu`, or `pcm` (24 kHz) for servers without G.711.

    `takes_lists`: as in `transcription`. Twenty tokens are a second of speech. `renew_seconds` is the age at which a
    session is replaced by a new one, in a quiet moment: OpenAI ends every session after 60 minutes.
    """

    model: str
    transcription_model: str = ""
    takes_lists: bool = True
    voice: str = "marin"
    audio: str = "pcmu"
    most_tokens: int = 800
    kept_tokens: int = 8000
    renew_seconds: float = 50 * 60


class AudioDelta(msgspec.Struct, tag_field="type", tag=AUDIO_DELTA):
    """A piece of the agent's speech, in the session's format."""

    response_id: str
    item_id: str
    delta: bytes
    content_index: int = 0


_audio = msgspec.json.Decoder(AudioDelta).decode
_anything = msgspec.json.Decoder().decode
encode = msgspec.json.Encoder().encode


def read(frame: bytes | str) -> AudioDelta | Json | None:
    """One frame from the server; None when it is none."""
    try:
        return _audio(frame)
    except _UNREADABLE:
        pass
    try:
        event = _anything(frame)
    except _UNREADABLE:
        return None
    return event if isinstance(event, dict) and isinstance(event.get("type"), str) else None


def append(audio: bytes) -> str:
    """The frame that hands over the caller's audio."""
    return APPEND_BEGINS + binascii.b2a_base64(audio, newline=False).decode("ascii") + APPEND_ENDS


def inner(event: Any, *path: str) -> Json:
    """The object at this path; an empty one where there is none."""
    for name in path:
        event = event.get(name) if isinstance(event, dict) else None
    return event if isinstance(event, dict) else {}


def text(event: Json, name: str) -> str:
    """The text of this field; "" where there is none."""
    found = event.get(name)
    return found if isinstance(found, str) else ""


def listed(event: Json, name: str) -> list[Json]:
    """The objects in the list of this field."""
    found = event.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def server_cuts(brief: AgentBrief) -> bool:
    """Whether the server itself stops a response when it hears the caller."""
    return brief.interruption == AT_ANY_TIME


def session_update(brief: AgentBrief, options: RealtimeOptions) -> Json:
    """What a session is set to, whole and in the nested shape: one field of the old shape and all of it is refused."""
    sound = SOUNDS[options.audio]
    named = brief.voice.removeprefix("openai:")
    voice = named if named in VOICES else options.voice  # others belong to other engines
    detection = TURN_DETECTION | {"interrupt_response": server_cuts(brief)}
    listening: Json = {"format": sound, "noise_reduction": {"type": "near_field"}, "turn_detection": detection}
    if options.transcription_model:
        listening["transcription"] = transcription(
            options.transcription_model, brief.language, lists=options.takes_lists
        )
    session = {
        "type": "realtime",
        "instructions": instructions(brief),
        "output_modalities": ["audio"],
        "audio": {"input": listening, "output": {"format": sound, "voice": voice}},
        "tools": [_tool(function) for function in functions(brief)],
        "tool_choice": "auto",
        "max_output_tokens": options.most_tokens,
        "truncation": {
            "type": "retention_ratio",
            "retention_ratio": 0.8,
            "token_limits": {"post_instructions": options.kept_tokens},
        },
    }
    return {"type": "session.update", "session": session}


def greeting(brief: AgentBrief) -> Json:
    """The parameters of the response with which a conversation begins."""
    if brief.greeting.strip():
        told = f"Say exactly the following in {brief.language}, and nothing else: {quoted(brief.greeting)}"
    else:
        told = instructions(brief) + "\n\n# Now\nGreet the caller in one short sentence and ask what you can do."
    return {"instructions": told, "tool_choice": "none"}


def told_now(brief: AgentBrief, sentence: str) -> Json:
    """The parameters of a response for which something more is to be known: what they say replaces the session's."""
    return {"instructions": f"{instructions(brief)}\n\n# Now\n{sentence}"}


def message(who: str, said: str) -> Json:
    """A line of the conversation as an item: audio cannot be made again, words can."""
    role, kind = ("assistant", "output_text") if who == "agent" else ("user", "input_text")
    return {"type": "message", "role": role, "content": [{"type": kind, "text": said}]}


def call(call_id: str, name: str, arguments: str) -> Json:
    """A function call as an item."""
    return {"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments}


def output(call_id: str, result: str) -> Json:
    """What a function call brought, as an item."""
    return {"type": "function_call_output", "call_id": call_id, "output": result}


def transcription(model: str, language: str, keywords: Sequence[str] | None = None, *, lists: bool) -> Json:
    """How the caller's words are written. `lists`: the model takes `languages` and `keywords`, as older ones do not."""
    code = re.split("[-_]", language)[0].lower()
    if not lists:
        return {"model": model, "language": code}
    return {"model": model, "languages": [code]} | ({} if keywords is None else {"keywords": list(keywords)})


def _tool(function: Function) -> Mapping[str, Any]:
    return {
        "type": "function",
        "name": function.name,
        "description": function.description,
        "parameters": function.parameters,
    }
