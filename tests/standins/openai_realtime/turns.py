"""The caller's side of a session: turns found in the audio, committed, understood, and answered."""

import asyncio
import base64
import binascii
from typing import TYPE_CHECKING, Any

from streams.audio import mulaw
from tests.standins.openai_realtime.conversation import USER_MS, Item, audio_tokens, text_tokens
from tests.standins.openai_realtime.ear import Ear, Started
from tests.standins.openai_realtime.faults import NEVER
from tests.standins.openai_realtime.formats import to_mulaw
from tests.standins.openai_realtime.wire import Frame, Misuse, Refusal

if TYPE_CHECKING:
    from tests.standins.openai_realtime.session import Session

LEAST_MS = 100  # of audio in a turn that is committed by hand
BY_DURATION = ("whisper-1", "gpt-realtime-whisper", "gpt-live-transcribe")  # billed by the second
HEARING = "conversation.item.input_audio_transcription"


class Turns:
    """What one caller says."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._ear = Ear()
        self._next = ""  # the item that the running turn will become
        self._understanding: set[asyncio.Task[Any]] = set()
        self._silent_from_ms: int | None = None  # where the caller's silence begins to count

    def append(self, frame: Frame) -> None:
        """Audio of any length; whatever begins or ends in it is told at once. Never acknowledged."""
        try:
            audio = base64.b64decode(frame["audio"], validate=True)
        except binascii.Error:
            said = "Invalid 'audio'. Expected base64-encoded audio bytes."
            raise Misuse("invalid_value", said, param="audio") from None
        mulaw_audio = to_mulaw(audio, self._session.settings["audio"]["input"]["format"])
        for event in self._ear.push(mulaw_audio, self._detection()):
            self._started(event) if isinstance(event, Started) else self._stopped(event.at_ms)
        self._note_silence()

    def commit_now(self) -> None:
        """The client says that the turn is over."""
        held = len(self._ear.buffer) / mulaw.BYTES_A_MS
        if held < LEAST_MS:
            said = "Error committing input audio buffer: buffer too small."
            more = f"Expected at least {LEAST_MS}ms of audio, but buffer only has {held:.2f}ms of audio."
            raise Refusal("input_audio_buffer_commit_empty", f"{said} {more}")
        self._commit(self._ear.take())

    def clear(self) -> None:
        """Forget what was not committed."""
        self._ear.take()
        self._session.send("input_audio_buffer.cleared")

    def expect_caller(self, playback_ms: float) -> None:
        """A response is over and will be heard for so long; then silence counts."""
        self._silent_from_ms = self._ear.now_ms + int(playback_ms)

    async def understood(self) -> None:
        """Wait for the recogniser."""
        if self._understanding:
            await asyncio.wait(set(self._understanding))

    def _detection(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self._session.settings["audio"]["input"]["turn_detection"]
        return found

    def _started(self, event: Started) -> None:
        self._next, self._silent_from_ms = self._session.name("item"), None
        self._session.send("input_audio_buffer.speech_started", audio_start_ms=event.at_ms, item_id=self._next)
        if self._session.active and (self._detection() or {}).get("interrupt_response"):
            self._session.active.end("cancelled", reason="turn_detected")

    def _stopped(self, at_ms: int) -> None:
        self._session.send("input_audio_buffer.speech_stopped", audio_end_ms=at_ms, item_id=self._next)
        self._commit(self._ear.take(at_ms))
        self._answer()

    def _answer(self) -> None:
        if (self._detection() or {}).get("create_response"):
            try:
                self._session.respond()
            except Refusal as refusal:  # one is under way that may not be interrupted
                self._session.send("error", error=refusal.fields())

    def _commit(self, audio: bytes) -> None:
        session = self._session
        shown = {
            "id": self._next or session.name("item"),
            "type": "message",
            "status": "completed",
            "role": "user",
            "content": [{"type": "input_audio", "transcript": None}],
        }
        self._next = ""
        item = Item(shown, audio_ms=len(audio) / mulaw.BYTES_A_MS)
        before = session.conversation.last_id
        session.send("input_audio_buffer.committed", item_id=item.id, previous_item_id=before)
        session.add(item)
        session.done(item)
        understanding = session.start(self._understand(item, audio))
        self._understanding.add(understanding)
        understanding.add_done_callback(self._understanding.discard)
        session.start(self._transcribe(item, understanding))

    async def _understand(self, item: Item, audio: bytes) -> None:
        item.heard = await self._session.standin.hearing(audio, self._session.settings)

    async def _transcribe(self, item: Item, understanding: "asyncio.Task[Any]") -> None:
        """Another model's work, so it may come at any time: before, within or after the answer."""
        session, faults = self._session, self._session.faults
        wanted = session.settings["audio"]["input"]["transcription"]
        await asyncio.wait([understanding])
        if wanted is None or faults.transcript_after == NEVER:
            return
        await asyncio.sleep(faults.transcript_after)
        told = {"item_id": item.id, "content_index": 0}
        if faults.transcript_fails:
            error = {"type": "server_error", "code": "audio_unintelligible", "message": "The audio was not understood."}
            session.send(f"{HEARING}.failed", **told, error=error)
            return
        if item.heard:
            session.send(f"{HEARING}.delta", **told, delta=item.heard)
        item.shown["content"][0]["transcript"] = item.heard
        usage = _usage(item, wanted.get("model") or "")
        for _ in range(1 + faults.transcript_repeats):
            session.send(f"{HEARING}.completed", **told, transcript=item.heard, usage=usage)

    def _note_silence(self) -> None:
        limit = (self._detection() or {}).get("idle_timeout_ms")
        began, now = self._silent_from_ms, self._ear.now_ms
        if not limit or began is None or self._session.active or self._ear.speaking or now - began < limit:
            return
        self._silent_from_ms, self._next = None, self._session.name("item")
        told = {"audio_start_ms": began, "audio_end_ms": now, "item_id": self._next}
        self._session.send("input_audio_buffer.timeout_triggered", **told)
        self._commit(self._ear.take())
        self._session.respond()


def _usage(item: Item, model: str) -> Frame:
    if model in BY_DURATION:
        return {"type": "duration", "seconds": item.audio_ms / 1000}
    audio, text = audio_tokens(item.audio_ms, USER_MS), text_tokens(item.heard)
    return {
        "type": "tokens",
        "input_tokens": audio,
        "output_tokens": text,
        "total_tokens": audio + text,
        "input_token_details": {"audio_tokens": audio, "text_tokens": 0},
    }
