"""The frames of the Realtime API, held against the types of OpenAI's package; what is wrong is refused in its words."""

import json
from collections.abc import Mapping
from typing import Any

from openai.types.realtime import (
    RealtimeClientEvent,
    RealtimeServerEvent,
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateResponse,
    RealtimeTranscriptionSessionCreateRequest,
)

from tests.standins.frames import WrongFrame, check, check_event, variants

CLIENT, SERVER = variants(RealtimeClientEvent), variants(RealtimeServerEvent)
SESSIONS = {"realtime": RealtimeSessionCreateRequest, "transcription": RealtimeTranscriptionSessionCreateRequest}
# Sent by the service although the package's types do not name them: captures of the real service show these.
ADDED = (
    *("session.id", "session.object", "session.expires_at", "session.parallel_tool_calls"),
    *("obfuscation", "item.phase", "response.output.phase"),
)
INVALID = "invalid_request_error"

Frame = dict[str, Any]


class Refusal(Exception):
    """What the service answers to a frame that it does not take: an `error` event with these fields."""

    def __init__(self, code: str, message: str, *, param: str | None = None, kind: str = INVALID) -> None:
        super().__init__(message)
        self.code, self.param, self.kind = code, param, kind

    def fields(self, event_id: str | None = None) -> Frame:
        """The `error` of the event, with the id of the frame that it answers."""
        return {
            "type": self.kind,
            "code": self.code,
            "message": str(self),
            "param": self.param,
            "event_id": event_id,
        }


class Misuse(Refusal):
    """A refusal that only a mistake in our own code can cause; the others happen in races."""


def read(text: str) -> Frame:
    """A frame from the client. Raises `Misuse`."""
    try:
        frame = json.loads(text)
    except ValueError:
        raise Misuse("invalid_json", "The event is not valid JSON.") from None
    if not isinstance(frame, dict):
        raise Misuse("invalid_event", "The event is not an object.")
    return frame


def hold(frame: Mapping[str, Any]) -> None:
    """Hold a client's frame against the types. Raises `Misuse` as the service words it."""
    if frame.get("type") == "session.update" and isinstance(frame.get("session"), dict):
        _hold_session(frame["session"])
        frame = {**frame, "session": {"type": "realtime"}}  # either kind would do: what is around it is held next
    try:
        check_event(CLIENT, frame)
    except WrongFrame as wrong:
        raise _in_its_words(wrong, frame) from wrong


def hold_answer(frame: Mapping[str, Any]) -> None:
    """Hold a frame of ours against the types. Raises `WrongFrame`: the stand-in, or an injected frame, is wrong."""
    check_event(SERVER, frame, allowed=ADDED)
    session = frame.get("session")
    if session and session["type"] == "realtime":
        check(RealtimeSessionCreateResponse, session, allowed=["parallel_tool_calls"])


def _hold_session(session: Mapping[str, Any]) -> None:
    if "type" not in session:
        raise Misuse("missing_required_parameter", "Missing required parameter: 'session.type'.", param="session.type")
    try:
        if session["type"] not in SESSIONS:
            raise WrongFrame("session type", bad=["type"])
        check(SESSIONS[session["type"]], session)
    except WrongFrame as wrong:
        raise _in_its_words(wrong, session, "session.") from wrong


def _in_its_words(wrong: WrongFrame, given: Mapping[str, Any], prefix: str = "") -> Misuse:
    """`prefix` is where in the event the given fields stand."""
    if wrong.unknown:
        path = prefix + wrong.unknown[0]
        return Misuse("unknown_parameter", f"Unknown parameter: '{path}'.", param=path)
    if wrong.missing:
        path = prefix + wrong.missing[0]
        return Misuse("missing_required_parameter", f"Missing required parameter: '{path}'.", param=path)
    path, value = prefix + wrong.bad[0], at(given, wrong.bad[0])
    known = f" Supported values are: {', '.join(repr(name) for name in CLIENT)}." if path == "type" else ""
    return Misuse("invalid_value", f"Invalid value: '{value}'.{known}", param=path)


def at(given: Any, path: str) -> Any:
    """What stands at a dotted path; None when nothing does."""
    for part in path.split("."):
        given = given.get(part) if isinstance(given, Mapping) else None
    return given
