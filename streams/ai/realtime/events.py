"""What each server event of OpenAI Realtime means to a conversation. Pure; total but for what `RealtimeTurns` raises.

Self-hosted servers tell less than OpenAI: they may leave out the name of a call, the usage, whole events. So every
field is optional here, and an event nobody knows is counted and passed over.
"""

from collections.abc import Callable, Mapping

from streams.ai.briefing import Json
from streams.ai.realtime.frames import AudioDelta, inner, listed, text
from streams.ai.realtime.turn import Asked, Done
from streams.ai.realtime.turns import RealtimeTurns


def receive(turns: RealtimeTurns, event: AudioDelta | Json | None, now: float) -> None:
    """One event, as `frames.read` gives it. Raises `ProviderError` and `SessionOver`."""
    if isinstance(event, AudioDelta):
        turns.speaking.sound(event, now)
    elif event is None:
        turns.note("unreadable frame")
    elif event["type"] in MEANINGS:
        with turns.ending_at_the_worst(now):
            MEANINGS[event["type"]](turns, event, now)
    elif event["type"] not in OF_NO_INTEREST:
        turns.note(f"event {event['type'][:60]}")


def _words(turns: RealtimeTurns, event: Json, now: float) -> None:
    response_id, item_id = text(event, "response_id"), text(event, "item_id")
    turns.speaking.words(response_id, item_id, text(event, "delta"), text(event, "transcript"), now)


def _item(turns: RealtimeTurns, event: Json, now: float) -> None:
    item = inner(event, "item")
    if item.get("type") == "function_call":
        turns.speaking.asked(text(event, "response_id"), _asked(item), now)


def _added(turns: RealtimeTurns, event: Json, now: float) -> None:
    item = inner(event, "item")
    if item.get("type") == "function_call_output":
        turns.result_taken(text(item, "call_id"))


def _done(turns: RealtimeTurns, event: Json, now: float) -> None:
    response = inner(event, "response")
    calls = [item for item in listed(response, "output") if item.get("type") == "function_call"]
    turns.done(
        Done(
            response_id=text(response, "id"),
            status=text(response, "status"),
            code=text(inner(response, "status_details", "error"), "code"),
            usage=response.get("usage"),
            asked=tuple(_asked(item) for item in calls if text(item, "call_id")),
        ),
        now,
    )


def _error(turns: RealtimeTurns, event: Json, now: float) -> None:
    error = inner(event, "error")
    turns.error(text(error, "code"), text(error, "event_id"), now)


def _transcribed(turns: RealtimeTurns, event: Json, now: float) -> None:
    turns.caller.said(text(event, "item_id"), text(event, "transcript").strip(), event.get("usage"))


def _asked(item: Json) -> Asked:
    return Asked(text(item, "call_id"), text(item, "name"), text(item, "arguments"))


MEANINGS: Mapping[str, Callable[[RealtimeTurns, Json, float], object]] = {
    "session.created": lambda turns, event, now: turns.session_created(),
    "session.updated": lambda turns, event, now: turns.session_updated(now),
    "input_audio_buffer.speech_started": lambda turns, event, now: turns.caller.began(),
    "input_audio_buffer.speech_stopped": lambda turns, event, now: turns.caller.stopped(now),
    "input_audio_buffer.committed": lambda turns, event, now: turns.caller.said_something(text(event, "item_id")),
    "conversation.item.input_audio_transcription.completed": _transcribed,
    "conversation.item.input_audio_transcription.failed": _transcribed,
    "conversation.item.added": _added,
    "conversation.item.created": _added,  # the name of old, which some servers still use
    "response.created": lambda turns, event, now: turns.speaking.turn(text(inner(event, "response"), "id"), now),
    "response.output_item.added": _item,
    "response.output_item.done": _item,
    "response.function_call_arguments.delta": lambda turns, event, now: turns.speaking.asked(
        text(event, "response_id"), Asked(text(event, "call_id")), now
    ),
    "response.function_call_arguments.done": lambda turns, event, now: turns.speaking.asked(
        text(event, "response_id"), _asked(event), now
    ),
    "response.output_audio_transcript.delta": _words,
    "response.output_audio_transcript.done": _words,
    "response.done": _done,
    "error": _error,
}
OF_NO_INTEREST = {
    "conversation.created",
    "conversation.item.deleted",
    "conversation.item.done",
    "conversation.item.input_audio_transcription.delta",
    "conversation.item.retrieved",
    "conversation.item.truncated",
    "input_audio_buffer.cleared",
    "rate_limits.updated",
    "response.content_part.added",
    "response.content_part.done",
    "response.output_audio.done",
}
