"""OpenAI's realtime transcription: words while the caller speaks, over a session of its own."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from flows.engine.languages import LANGUAGES
from streams.ai.briefing import Json
from streams.ai.live_ears import LiveListening, Tape
from streams.ai.openai.client import FATAL, OpenAIClients, fault_of, provider_error, told
from streams.ai.openai.utterances import PADDING_MS, SILENCE_MS, Utterances
from streams.ai.provider import MULAW_8K, Fault, Hearing, ListenOptions, ProviderError, TranscriberAbilities
from streams.ai.realtime import frames
from streams.audio import mulaw
from streams.audio.mulaw import BYTES_A_MS

SET_UP_SECONDS = 3.0
STALLED_SECONDS = 1.0  # carriers send frames all the time; when none come in mid-word, the utterance is over
MOST_KEYWORDS = 100
LAST_SILENCE_MS = SILENCE_MS + 100  # ends whatever was being said when no more comes
LAST = "event_last"  # the id of the last thing we send, as an error repeats it
SILENCE_SENT_MS, SILENCE_KEPT_MS = 2000, 500  # a model without turns would be paid for all the silence before one

# Parts of a session that some models or servers refuse, by what stands in the error's `param`. The session is asked for
# once more without them, and so is every later one of this process.
PARTS = ("turn_detection", "include", "noise_reduction")

log = logging.getLogger(__name__)


class OpenAIEars:
    """Speech to text: a `Transcriber`."""

    name = "openai"
    takes = MULAW_8K
    can = TranscriberAbilities(interim=True, free_speech=True, languages=tuple(LANGUAGES))

    def __init__(self, clients: OpenAIClients, *, model: str, takes_lists: bool = True) -> None:
        self.clients, self.model, self._takes_lists = clients, model, takes_lists
        self._refused: set[str] = set()

    @asynccontextmanager
    async def listen(self, options: ListenOptions) -> AsyncIterator[LiveListening]:
        """Begin to listen to one caller."""
        tape = Tape.of(options)
        utterances = Utterances(tape, engine=self.name, model=self.model)

        @asynccontextmanager
        async def line(phrases: tuple[str, ...]) -> AsyncIterator[OpenAILine]:
            async with self.clients.realtime(intent="transcription") as connection:
                opened = OpenAILine(self, connection, utterances, tape, options.language)
                with told(self.clients.account, self.model):
                    async with asyncio.timeout(SET_UP_SECONDS):
                        await self._set_up(opened, phrases)
                utterances.own_ears = "turn_detection" in self._refused
                utterances.connected()
                yield opened

        listening = LiveListening(
            line, tape, options.phrases, utterances.notice, utterances.unbilled, options.every_word
        )
        try:
            await listening.open()
            yield listening
        finally:
            await listening.close()

    def session(self, language: str, phrases: tuple[str, ...]) -> Json:
        """What a session is set to, whole: half an update may bring back defaults."""
        keywords = phrases[:MOST_KEYWORDS]
        listening: Json = {
            "format": {"type": "audio/pcmu"},
            "noise_reduction": {"type": "near_field"},
            "transcription": frames.transcription(self.model, language, keywords, lists=self._takes_lists),
            "turn_detection": {
                "type": "server_vad",
                "threshold": 0.5,
                "prefix_padding_ms": PADDING_MS,
                "silence_duration_ms": SILENCE_MS,
            },
        }
        session: Json = {"type": "transcription", "include": ["item.input_audio_transcription.logprobs"]}
        for part in self._refused:
            session.pop(part, None)
            if part in listening:
                listening[part] = None
        return {"type": "session.update", "session": {**session, "audio": {"input": listening}}}

    def error(self, event: Json) -> ProviderError | None:
        """What an `error` event means; None for one that does no harm."""
        code = frames.text(frames.inner(event, "error"), "code")
        if code in FATAL or "rate_limit" in code:
            return provider_error(self.clients.account, fault_of(code), code, model=self.model)
        if code == "session_expired":
            return provider_error(self.clients.account, Fault.UNREACHABLE)
        return None

    async def _set_up(self, line: "OpenAILine", phrases: tuple[str, ...]) -> None:
        while True:
            asked = [part for part in PARTS if part not in self._refused]  # another call may refuse them meanwhile
            await line.expect(phrases)
            event: Json = {}
            while (kind := frames.text(event, "type")) not in ("session.updated", "error"):
                event = await line.receive()
            if kind == "session.updated":
                return
            self._without_what_was_refused(event, asked)

    def _without_what_was_refused(self, event: Json, asked: list[str]) -> None:
        error = frames.inner(event, "error")
        param = frames.text(error, "param")
        part = next((part for part in asked if part in param), None)
        if part is None:
            code = frames.text(error, "code")
            raise self.error(event) or provider_error(self.clients.account, Fault.REFUSED, code, model=self.model)
        log.info("OpenAI transcription: %s takes no %s; going on without.", self.model, part)
        self._refused.add(part)


class OpenAILine:
    """One connection: a `Line`."""

    def __init__(self, ears: OpenAIEars, connection: Any, utterances: Utterances, tape: Tape, language: str) -> None:
        self._ears, self._connection, self._utterances, self._tape = ears, connection, utterances, tape
        self._language = language
        self._quiet_since: tuple[float, int] | None = None  # by the clock, and on the tape
        self._phrases: tuple[str, ...] = ()
        self._is_finishing = False

    @property
    def patience(self) -> float | None:
        return STALLED_SECONDS if self._utterances.is_speaking else None

    async def send(self, audio: bytes) -> None:
        due, ends_ms = self._utterances.due, self._tape.sent_ms
        while due and due[0] <= ends_ms:
            rest = max(0, ends_ms - due.popleft()) * BYTES_A_MS
            if before := audio[: max(0, len(audio) - rest)]:
                await self._send(frames.append(before))
                audio = audio[len(before) :]
            await self._send({"type": "input_audio_buffer.commit"})
        if audio:
            await self._send(frames.append(audio))
        await self._forget_silence()

    async def idle(self) -> None:
        self._utterances.stop()
        await self._send({"type": "input_audio_buffer.commit"})

    async def expect(self, phrases: tuple[str, ...]) -> None:
        self._phrases = phrases
        await self._send(self._ears.session(self._language, phrases))

    async def finish(self) -> None:
        self._is_finishing = True
        if self._utterances.own_ears:
            kind = "commit" if self._utterances.finish() else "clear"  # which is answered, too
            await self._send({"type": f"input_audio_buffer.{kind}", "event_id": LAST})
            return
        self._utterances.last_due = True
        await self._send(frames.append(mulaw.silence(LAST_SILENCE_MS)))
        await self.expect(self._phrases)  # nothing new; the answer says that the service has heard all before it

    async def _heard_all(self) -> None:
        """Speech that it has not told of by now is committed."""
        if not self._utterances.own_ears and self._utterances.finish():
            await self._send({"type": "input_audio_buffer.commit", "event_id": LAST})

    async def receive(self) -> Json:
        """The next event; an empty one for a frame that cannot be read."""
        event = frames.read(await self._connection.recv_bytes())
        return event if isinstance(event, dict) else {}

    async def __aiter__(self) -> AsyncIterator[Hearing]:
        with told(self._ears.clients.account, self._ears.model):
            while True:
                event = await self.receive()
                if frames.text(event, "type") == "error":
                    for heard in self._note(event):
                        yield heard
                for heard in self._utterances.take(event):
                    yield heard
                if self._is_finishing and frames.text(event, "type") == "session.updated":
                    await self._heard_all()
                if self._is_finishing and self._utterances.all_told:
                    return
                if self._utterances.is_stuck:
                    raise provider_error(self._ears.clients.account, Fault.SLOW)

    def _note(self, event: Json) -> Iterator[Hearing]:
        if error := self._ears.error(event):
            raise error
        about = frames.inner(event, "error")
        log.info("OpenAI transcription: %s.", frames.text(about, "code") or "an error")
        if frames.text(about, "event_id") == LAST or frames.text(about, "code").endswith("commit_empty"):
            yield from self._utterances.refused()

    async def _forget_silence(self) -> None:
        """What was silent for long need not be sent again, nor be paid for when a model finds no turns."""
        now, sent_ms = asyncio.get_running_loop().time(), self._tape.sent_ms
        if not self._utterances.is_quiet:
            self._quiet_since = None
            return
        began, began_ms = self._quiet_since = self._quiet_since or (now, sent_ms)
        if self._utterances.own_ears and sent_ms - began_ms > SILENCE_SENT_MS:  # ours judged it before it was sent
            self._quiet_since = None
            self._tape.settle(sent_ms - SILENCE_KEPT_MS)
            await self._send({"type": "input_audio_buffer.clear"})
            await self._send(frames.append(self._tape.last(SILENCE_KEPT_MS)))
        elif now - began > SILENCE_SENT_MS / 1000:  # the service has had the time to say that somebody speaks
            self._quiet_since = None
            self._tape.settle(began_ms - SILENCE_KEPT_MS)

    async def _send(self, frame: Json | str) -> None:
        with told(self._ears.clients.account, self._ears.model):
            await self._connection.send_raw(frame if isinstance(frame, str) else frames.encode(frame).decode())
