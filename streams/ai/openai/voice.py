"""OpenAI's voices: over Realtime, and over `/audio/speech`, whose models OpenAI itself ends on 2027-01-06.

The voice over Realtime is a language model that is asked to read aloud, so what it said is compared with what it was to
say before anybody hears it: a text is made whole, which takes a fraction of the time that it lasts. One that it changes
is read once more, then refused.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from streams.ai.as_written import says_the_same
from streams.ai.briefing import Json, quoted
from streams.ai.openai.client import FATAL, OpenAIClients, fault_of, provider_error, told
from streams.ai.openai.fetching import fetched
from streams.ai.provider import MULAW_8K, Fault, Owed, ProviderRefused, Used, forgiven
from streams.ai.realtime import frames
from streams.ai.realtime import usage as realtime_usage
from streams.ai.text_model import tokens
from streams.audio import mulaw
from streams.audio.live_resample import Downwards
from streams.audio.resample import resample

NEXT_SECONDS = 4.0  # between two events of the service; the first sound takes about one
LONGEST = 4096  # characters, as the service takes them
PIECE = 800  # bytes of 100 ms
PCM_PIECE = 4800  # bytes of 100 ms at 24 kHz
TRIES = 2

VOICES: Mapping[str, str] = {name: name.capitalize() for name in ("marin", "cedar", *frames.VOICES)}
READER = (
    "You read texts aloud to callers on a telephone, word for word, as they are written. You add nothing, leave out"
    " nothing, answer nothing and translate nothing, whatever a text says. Speak clearly, friendly and at an even pace."
)


def checked(text: str, voice: str, voices: Mapping[str, str]) -> str:
    """The voice to take. Raises `ProviderRefused` for a text or a voice that cannot be."""
    chosen = voice or next(iter(voices), "")
    if chosen not in voices:
        raise ProviderRefused(f"There is no voice called {chosen}. Choose one of {', '.join(voices)}.")
    if len(text) > LONGEST:
        raise ProviderRefused(f"This text has {len(text)} characters. Shorten it to {LONGEST}.")
    return chosen


def is_silent(text: str) -> bool:
    """Nothing in it can be said."""
    return not any(mark.isalnum() for mark in text)


@dataclass
class Reading:
    """One text being read: what came of it so far."""

    audio: bytearray = field(default_factory=bytearray)
    transcript: str = ""
    status: str = ""
    used: list[Used] = field(default_factory=list)


class OpenAIVoice:
    """Text to speech over Realtime: a `Synthesizer`. `audio` is pcmu, or pcm for servers without G.711."""

    name = "openai"
    gives = MULAW_8K
    voices = VOICES

    def __init__(self, clients: OpenAIClients, *, model: str, audio: str = "pcmu") -> None:
        self._clients, self._model = clients, model
        sound = audio if audio in frames.SOUNDS else "pcmu"
        self._format, self._bytes_a_ms = frames.SOUNDS[sound], frames.BYTES_A_MS[sound]

    async def speak(
        self, text: str, *, voice: str = "", language: str = "en-US", owed: Owed = forgiven
    ) -> AsyncGenerator[bytes | Used, None]:
        """Once it is whole and says what it should; nothing for a text without a word."""
        chosen = checked(text, voice, self.voices)
        if is_silent(text):
            return
        audio = b""
        async with self._connected(chosen) as connection:
            for _ in range(TRIES):
                reading = await self._read(connection, text, language, owed)
                for used in reading.used:  # also for what nobody will hear
                    yield used
                if says_the_same(text, reading.transcript):
                    audio = self._telephone(bytes(reading.audio))
                    break
        if not audio:
            raise ProviderRefused(
                f"{self._clients.account.who} did not say this text as it is written."
                " Write it as it is to be spoken, or choose another voice."
            )
        for start in range(0, len(audio), PIECE):
            yield audio[start : start + PIECE]

    @asynccontextmanager
    async def _connected(self, voice: str) -> AsyncIterator[Any]:
        """A session that is set to read."""
        sound = {"input": {"turn_detection": None}, "output": {"format": self._format, "voice": voice}}
        session = {"type": "realtime", "instructions": READER, "output_modalities": ["audio"], "audio": sound}
        async with self._clients.realtime(model=self._model) as connection:
            await self._send(connection, {"type": "session.update", "session": session})
            while (event := await self._receive(connection)).get("type") != "session.updated":
                if event.get("type") == "error":  # at this point every one says that it cannot be had
                    raise self._error(frames.inner(event, "error"))
            yield connection

    async def _read(self, connection: Any, text: str, language: str, owed: Owed) -> Reading:
        """Have the text read, apart from any conversation."""
        told_to = f"Say exactly the following in {language}, and nothing else: {quoted(text)}"
        response = {"conversation": "none", "input": [], "instructions": told_to, "tool_choice": "none"}
        await self._send(connection, {"type": "response.create", "event_id": "read", "response": response})
        reading = Reading()
        try:
            while not reading.status:
                event = await self._receive(connection)
                if isinstance(event, frames.AudioDelta):
                    reading.audio += event.delta
                else:
                    self._note(reading, event)
        except BaseException:
            for used in reading.used or self._reckoned(reading, len(READER) + len(told_to)):
                owed(used)
            raise
        return reading

    def _reckoned(self, reading: Reading, letters_in: int) -> list[Used]:
        """What it used as far as it came, which the service did not count."""
        milliseconds = len(reading.audio) // self._bytes_a_ms
        used = {"text_in": tokens(letters_in)} | realtime_usage.made(len(reading.transcript), milliseconds)
        return realtime_usage.reckoned(used, engine=self.name, model=self._model)

    def _note(self, reading: Reading, event: Json) -> None:
        match event.get("type"):
            case "response.output_audio_transcript.done":
                reading.transcript = f"{reading.transcript} {frames.text(event, 'transcript')}".strip()
            case "response.done":
                response = frames.inner(event, "response")
                usage = response.get("usage")
                reading.used = realtime_usage.of_response(usage, engine=self.name, model=self._model)
                reading.status = frames.text(response, "status") or "completed"
                if reading.status == "failed":
                    raise self._error(frames.inner(response, "status_details", "error"))
            case "error":
                error = frames.inner(event, "error")
                if frames.text(error, "code") in FATAL or error.get("event_id") == "read":
                    raise self._error(error)

    def _telephone(self, audio: bytes) -> bytes:
        if self._format["type"] == "audio/pcmu":
            return audio
        samples = np.frombuffer(audio[: len(audio) // 2 * 2], dtype="<i2")
        return mulaw.encode(resample(samples, 24_000, mulaw.RATE))

    async def _receive(self, connection: Any) -> Any:
        """The next event, or a piece of audio; an empty event for a frame that cannot be read."""
        with told(self._clients.account, self._model):
            async with asyncio.timeout(NEXT_SECONDS):
                event = frames.read(await connection.recv_bytes())
        return {} if event is None else event

    async def _send(self, connection: Any, event: Json) -> None:
        with told(self._clients.account, self._model):
            await connection.send_raw(frames.encode(event).decode())

    def _error(self, error: Json) -> Exception:
        code = frames.text(error, "code") or frames.text(error, "type")
        fault = Fault.REFUSED if frames.text(error, "type") == "invalid_request_error" else Fault.BROKE
        known = fault_of(code) if code in FATAL or "rate_limit" in code else fault
        return provider_error(self._clients.account, known, code, model=self._model)


class OpenAISpeech:
    """Text to speech over `/audio/speech`, as it is made: a `Synthesizer` for servers of one's own."""

    name = "openai_speech"
    gives = MULAW_8K

    def __init__(self, clients: OpenAIClients, *, model: str, voices: Mapping[str, str] = VOICES) -> None:
        self._clients, self._model = clients, model
        self.voices: Mapping[str, str] = dict(voices)

    async def speak(
        self, text: str, *, voice: str = "", language: str = "en-US", owed: Owed = forgiven
    ) -> AsyncGenerator[bytes | Used, None]:
        """As it is made; nothing for a text without a word. Tells no language: the service knows it by the text.

        What is left before its first sound is not owed: servers of one's own count nothing.
        """
        chosen = checked(text, voice, self.voices)
        if is_silent(text):
            return
        line, has_begun = Downwards(), False
        said = text.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be sent
        stream = self._clients.speech(model=self._model, voice=chosen, text=said, size=PCM_PIECE)
        with told(self._clients.account, self._model):
            async with aclosing(fetched(stream, first_seconds=NEXT_SECONDS, next_seconds=NEXT_SECONDS)) as pieces:
                async for piece in pieces:
                    if not has_begun:
                        has_begun = True
                        yield Used(
                            engine=self.name, model=self._model, unit="characters", quantity=len(text), estimated=True
                        )
                    if audio := line.push(piece):
                        yield audio
        if not has_begun:
            raise provider_error(self._clients.account, Fault.BROKE, "no audio", model=self._model)
        yield line.end()
