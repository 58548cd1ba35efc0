"""The settings of one session: what it begins with, and what a `session.update` makes of them. Pure."""

from copy import deepcopy
from typing import Any

from tests.standins.openai_realtime.wire import Frame, Misuse, at

PCM = {"type": "audio/pcm", "rate": 24000}
NO_VAD = ("gpt-live-transcribe", "gpt-realtime-whisper")
# Its documents say 500 ms of silence, captures of session.created show 200.
SERVER_VAD = {
    "type": "server_vad",
    "threshold": 0.5,
    "prefix_padding_ms": 300,
    "silence_duration_ms": 200,
    "idle_timeout_ms": None,
    "create_response": True,
    "interrupt_response": True,
}
SEMANTIC_VAD = {"type": "semantic_vad", "eagerness": "auto", "create_response": True, "interrupt_response": True}
ANSWERING = ("idle_timeout_ms", "create_response", "interrupt_response")  # fields that mean nothing where none answers
DETECTIONS = {
    "realtime": {"server_vad": SERVER_VAD, "semantic_vad": SEMANTIC_VAD},
    "transcription": {
        detection["type"]: {name: value for name, value in detection.items() if name not in ANSWERING}
        for detection in (SERVER_VAD, SEMANTIC_VAD)
    },
}
VOICES = ("alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar")
RANGES = {
    "max_output_tokens": (1, 4096),
    "audio.input.turn_detection.threshold": (0, 1),
    "audio.input.turn_detection.idle_timeout_ms": (5000, 30000),
    "audio.output.speed": (0.25, 1.5),
}


def begun(kind: str, session_id: str, model: str, expires_at: int) -> Frame:
    """The session as `session.created` shows it."""
    named = {"id": session_id, "type": kind, "expires_at": expires_at, "include": None}
    detection = dict(DETECTIONS[kind]["server_vad"])
    ear = {"format": dict(PCM), "transcription": None, "noise_reduction": None, "turn_detection": detection}
    if kind == "transcription":
        return {**named, "object": "realtime.transcription_session", "audio": {"input": ear}}
    return {
        **named,
        "object": "realtime.session",
        "model": model,
        "output_modalities": ["audio"],
        "instructions": "Your knowledge cutoff is 2023-10. You are a helpful, witty, and friendly AI.",
        "tools": [],
        "tool_choice": "auto",
        "max_output_tokens": "inf",
        "tracing": None,
        "truncation": "auto",
        "prompt": None,
        "audio": {"input": ear, "output": {"format": dict(PCM), "voice": "marin", "speed": 1.0}},
    }


def updated(session: Frame, given: Frame, *, has_spoken: bool, is_speaking: bool) -> Frame:
    """The session after this update: only fields that are present change. Raises `Misuse`; then nothing changes."""
    if given["type"] != session["type"]:
        theirs, ours = given["type"], session["type"]
        said = f"Passing a {theirs} session update to a {ours} session is not allowed."
        raise Misuse("invalid_value", said, param="session.type")
    changed = deepcopy(session)
    changed.update({name: value for name, value in given.items() if name not in ("type", "audio", "model")})
    for side, fields in (given.get("audio") or {}).items():
        for name, value in (fields or {}).items():
            before = changed["audio"].setdefault(side, {}).get(name)
            changed["audio"][side][name] = _field(name, value, before, session["type"])
    hold_values(changed, "session")
    _check(session, changed, has_spoken=has_spoken, is_speaking=is_speaking)
    return changed


def hold_values(given: Frame, where: str) -> None:
    """Hold what a session or a response is to be (`where`) against what the service makes. Raises `Misuse`."""
    for path, (least, most) in RANGES.items():
        value = at(given, path)
        if isinstance(value, int | float) and not least <= value <= most:
            bound = "below minimum" if value < least else "above maximum"
            said = f"Invalid '{where}.{path}': {bound} value. Expected a value from {least} to {most}, but got {value}."
            raise Misuse("invalid_value", said, param=f"{where}.{path}")
    voice = at(given, "audio.output.voice")
    if isinstance(voice, str) and voice not in VOICES:  # one of the account's own is named by its id
        said = f"Invalid value: '{voice}'. Supported values are: {', '.join(map(repr, VOICES))}."
        raise Misuse("invalid_value", said, param=f"{where}.audio.output.voice")


def _field(name: str, value: Any, before: Any, kind: str) -> Any:
    match name, value:
        case "turn_detection", {"type": detection}:  # replaced as a whole, with the usual values for what is left out
            return {**DETECTIONS[kind][detection], **value}
        case "noise_reduction", dict():
            return {"strength": (before or {}).get("strength", 1.0), **value}
    return value


def _check(before: Frame, after: Frame, *, has_spoken: bool, is_speaking: bool) -> None:
    if has_spoken and at(before, "audio.output.voice") != at(after, "audio.output.voice"):
        raise Misuse("cannot_update_voice", "Cannot update a conversation's voice if assistant audio is present.")
    if is_speaking and at(before, "audio.output.speed") != at(after, "audio.output.speed"):
        raise Misuse("invalid_value", "Speed cannot change while a response is in progress.", param="session.audio")
    if "reasoning" in after and not str(after.get("model")).startswith("gpt-realtime-2"):
        raise Misuse("unknown_parameter", "Unknown parameter: 'session.reasoning'.", param="session.reasoning")
    model, vad = at(after, "audio.input.transcription.model"), at(after, "audio.input.turn_detection")
    if after["type"] == "transcription" and model in NO_VAD and vad:
        said = "Turn detection is not supported for this transcription model."
        raise Misuse("invalid_value", said, param="session.audio.input.turn_detection")
