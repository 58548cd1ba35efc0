"""The scripted assistant: a conversation without a model, for trying, teaching and testing before a key exists.

It hears through a transcriber and speaks through a synthesizer; what it says is decided in `script.py`.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Coroutine
from contextlib import aclosing, asynccontextmanager
from typing import Any

from streams.ai.local.script import Reply, Script
from streams.ai.provider import (
    MULAW_8K,
    AgentAudio,
    AgentBrief,
    AgentEnded,
    AgentSaid,
    CallerSaid,
    HeardPause,
    HeardSpeech,
    HeardUtterance,
    Listening,
    ListenOptions,
    ProviderError,
    ProviderUnavailable,
    Saying,
    Synthesizer,
    Transcriber,
    Used,
)
from streams.ai.tellings import Tellings
from streams.ai.words import heard_of
from streams.audio.mulaw import BYTES_A_MS

log = logging.getLogger(__name__)

PATIENCE_MS = 8000  # of silence after the assistant has spoken
MS_A_LETTER = 70  # about how long somebody else's greeting takes to be said


class ScriptedAssistant:
    """An `Agent` that is no AI, and says so."""

    name = "local"
    title = "Scripted assistant (no AI)"
    takes = gives = MULAW_8K

    def __init__(self, transcriber: Transcriber, synthesizer: Synthesizer) -> None:
        self._transcriber, self._synthesizer = transcriber, synthesizer

    @asynccontextmanager
    async def converse(self, brief: AgentBrief) -> AsyncIterator["ScriptedConversation"]:
        """Begin to talk; the greeting is made at once."""
        script = Script(brief)
        options = ListenOptions(language=brief.language, phrases=script.phrases)
        async with self._transcriber.listen(options) as listening:
            talk = ScriptedConversation(script, brief, listening, self._synthesizer)
            try:
                yield talk
            finally:
                await talk.close()


class ScriptedConversation:
    """One caller. Silence is measured by the caller's own audio, so it passes as fast as the call does."""

    def __init__(self, script: Script, brief: AgentBrief, listening: Listening, synthesizer: Synthesizer) -> None:
        self._script, self._brief = script, brief
        self._listening, self._synthesizer = listening, synthesizer
        self._heard: asyncio.Queue[HeardUtterance | None] = asyncio.Queue()  # None is a long silence
        self._said = Tellings[Saying]()
        self._closed = False
        self._pushed_ms = 0
        self._patient_until: int | None = None  # None while somebody speaks or an answer is being made
        self._spoken_ms = 0  # how long the present turn is, as far as it is made
        self._heard_ms: int | None = None  # of the present turn, once the caller cut in
        self._tasks = [
            asyncio.create_task(self._guard(work), name="scripted assistant") for work in (self._hear(), self._talk())
        ]

    def push(self, audio: bytes) -> None:
        """The caller's audio."""
        if self._closed:
            return
        self._listening.push(audio)
        self._pushed_ms += len(audio) // BYTES_A_MS
        if self._patient_until is not None and self._pushed_ms >= self._patient_until:
            self._patient_until = None
            self._heard.put_nowait(None)

    def interrupt(self, *heard_ms: int) -> None:
        """Forget what was not heard of the present turn."""
        self._heard_ms = heard_ms[-1]
        kept = [saying for saying in self._said.waiting if not isinstance(saying, AgentAudio)]
        self._said.waiting = deque(
            self._as_heard(saying) if isinstance(saying, AgentSaid) else saying for saying in kept
        )

    def answer_tool(self, call_id: str, result: str) -> None:
        """It asks for nothing."""

    def owing(self) -> tuple[Used, ...]:
        """What was used and not told, by the ears too."""
        return (*self._said.owing(), *self._listening.owing())

    def __aiter__(self) -> AsyncIterator[Saying]:
        return aiter(self._said)

    async def close(self) -> None:
        """Stop talking and listening; the iteration ends."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._said.close()

    async def _talk(self) -> None:
        reply = self._begin()
        if reply.text:
            await self._say(reply)
        while not reply.ends:
            heard = await self._heard.get()
            self._patient_until = None
            reply = self._script.silence() if heard is None else self._script.hear(heard.text, heard.confidence)
            await self._say(reply)
        self._said.put(AgentEnded(outcome=reply.ends))

    def _begin(self) -> Reply:
        """The greeting; or, where something was said already, the answer to the caller's last line, or nothing."""
        history = self._brief.history
        if not history:
            return self._script.begin()
        if history[-1].who == "caller":
            return self._script.hear(history[-1].text, 1.0)
        self._patient_until = self._pushed_ms + PATIENCE_MS + len(history[-1].text) * MS_A_LETTER
        return Reply(text="")

    async def _say(self, reply: Reply) -> None:
        self._spoken_ms, self._heard_ms = 0, None
        brief = self._brief
        speech = self._synthesizer.speak(reply.text, voice=brief.voice, language=brief.language, owed=self._said.put)
        async with aclosing(speech) as pieces:
            async for piece in pieces:
                if isinstance(piece, Used):
                    self._said.put(piece)
                elif self._heard_ms is None:
                    self._spoken_ms += len(piece) // BYTES_A_MS
                    self._said.put(AgentAudio(audio=piece))
                else:
                    break
        self._said.put(self._as_heard(AgentSaid(text=reply.text)))
        self._said.put(Used(engine="local", model=ScriptedAssistant.title, unit="turns", quantity=1))
        still_to_hear = self._spoken_ms if self._heard_ms is None else 0
        self._patient_until = self._pushed_ms + still_to_hear + PATIENCE_MS

    async def _hear(self) -> None:
        async for heard in self._listening:
            if isinstance(heard, HeardSpeech):
                self._patient_until = None
                self._said.put(heard)
            elif isinstance(heard, HeardUtterance):
                self._said.put(CallerSaid(text=heard.text))
                self._heard.put_nowait(heard)
            elif isinstance(heard, Used | HeardPause):
                self._said.put(heard)
        raise ProviderUnavailable("The recogniser stopped listening.")

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except ProviderError as error:
            self._said.fail(error)
        except Exception:  # a task that ends without a word would be a silent line
            log.exception("The scripted assistant broke.")
            self._said.fail(ProviderError("The scripted assistant broke."))

    def _as_heard(self, said: AgentSaid) -> AgentSaid:
        """The words of the present turn that the caller heard, counted by time."""
        if self._heard_ms is None or self._heard_ms >= self._spoken_ms:
            return said
        return AgentSaid(text=heard_of(said.text, self._heard_ms, self._spoken_ms))
