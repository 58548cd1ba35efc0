"""One conversation of the cascade: hearing, having an answer written, saying it.

What the model writes is only ever spoken: an address or a number in it does nothing. What is decided is decided in
`floor.py`; here it is carried out.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial

from flows.engine.matching import is_sure
from streams.ai.briefing import functions, instructions
from streams.ai.cascade.floor import Due, Floor
from streams.ai.cascade.memory import HOW_TO_READ
from streams.ai.cascade.outbox import Outbox
from streams.ai.cascade.sentences import split
from streams.ai.cascade.spoken_turn import SpokenTurn
from streams.ai.cascade.writing import Writing
from streams.ai.provider import (
    AgentAudio,
    AgentBrief,
    AgentSaid,
    CallerSaid,
    HeardInterim,
    HeardPause,
    HeardSpeech,
    HeardUtterance,
    Listening,
    ProviderError,
    ProviderUnavailable,
    Saying,
    Synthesizer,
    Used,
)
from streams.ai.text_model import TextModel, Turn
from streams.audio.mulaw import BYTES_A_MS

log = logging.getLogger(__name__)


class CascadeConversation:
    """One caller. One task listens, and at most one other says something."""

    def __init__(
        self, brief: AgentBrief, listening: Listening, model: TextModel, voice: Synthesizer, *, sees_words: bool
    ) -> None:
        self._brief, self._listening, self._model, self._voice = brief, listening, model, voice
        self._instructions = f"{instructions(brief)}\n\n{HOW_TO_READ}"
        self._functions = functions(brief)
        self._floor = Floor(brief, sees_words=sees_words)
        self._outbox = Outbox()
        self._moved = asyncio.Event()
        self._over = False
        self._pushed = 0  # bytes that make no whole millisecond yet
        self._turn: SpokenTurn | None = None
        self._turn_task: asyncio.Task[None] | None = None
        self._writing: Writing | None = None
        self._is_greeting = False
        self._ending: set[asyncio.Task[None]] = set()
        self._hearing = self._start(self._hear)
        self._go_on()

    # --- Conversation -------------------------------------------------------------------------------------------------

    def push(self, audio: bytes) -> None:
        """The caller's audio."""
        if self._over:
            return
        self._listening.push(audio)
        ms, self._pushed = divmod(self._pushed + len(audio), BYTES_A_MS)
        self._floor.passed(ms)
        self._moved.set()
        self._go_on()

    def interrupt(self, *heard_ms: int) -> None:
        """Stop, and forget what was not heard of the latest turns that the line was given."""
        if self._over:
            return
        was_cut = self._outbox.cut(*heard_ms)
        speaks = self._turn is not None and self._turn.spoken.ms > 0
        if self._turn and (speaks or was_cut):  # what is only being thought of rests on words that were not heard
            self._stop_turn()
            self._floor.stopped(again=not speaks)
        self._floor.silenced()
        self._go_on()

    def answer_tool(self, call_id: str, result: str) -> None:
        """What a tool call brought."""
        if not self._over:
            self._floor.answered(call_id, result)
            self._go_on()

    def owing(self) -> tuple[Used, ...]:
        """What was used and not told: by the ears, by a reply that is being written, and what waits to be taken."""
        writing, self._writing = self._writing, None
        return (*self._outbox.owing(), *(writing.uncounted() if writing else ()), *self._listening.owing())

    def __aiter__(self) -> AsyncIterator[Saying]:
        return aiter(self._outbox)

    async def close(self) -> None:
        """Stop talking and listening; the iteration ends."""
        self._over = True
        self._outbox.close()
        self._leave(self._hearing)
        if self._turn_task:
            self._leave(self._turn_task)
        await asyncio.gather(*self._ending, return_exceptions=True)

    # --- the caller ---------------------------------------------------------------------------------------------------

    async def _hear(self) -> None:
        async for heard in self._listening:
            match heard:
                case HeardSpeech():
                    self._floor.began()
                    self._hold()
                    self._outbox.put(heard)
                case HeardInterim(text=text):
                    if text.strip() and self._floor.caller_speaks:
                        self._floor.began()
                case HeardPause():
                    self._floor.paused()
                    self._outbox.put(heard)
                case HeardUtterance(text=text, confidence=confidence):
                    self._understand(text.strip() if is_sure(confidence) else "")
                case Used():
                    self._outbox.put(heard)
        raise ProviderUnavailable("The recogniser stopped listening.")

    def _understand(self, words: str) -> None:
        """An answer that the caller has not begun to hear is taken back for what they say now."""
        turn = self._turn
        if words and turn and (not turn.may_speak.is_set() or not (turn.spoken.ms or self._is_greeting)):
            self._stop_turn()
            self._floor.stopped()
            self._floor.silenced()
        self._floor.understood(words)
        self._outbox.put(CallerSaid(text=words))
        self._go_on()

    def _hold(self) -> None:
        """While the caller speaks nothing is begun, and nothing goes on that has come to a halt by itself."""
        turn = self._turn
        if turn and not self._is_greeting and (not turn.spoken.ms or not self._floor.lead_ms):
            turn.may_speak.clear()

    # --- the agent ----------------------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        """Say what is due; let go of what was held back."""
        if self._over:
            return
        if self._turn and not self._floor.caller_speaks:
            self._turn.may_speak.set()
        due = self._floor.due()
        if due is None:
            return
        self._is_greeting = bool(due.text)
        self._turn = turn = self._new_turn()
        self._turn_task = self._start(partial(self._take, turn, due, self._floor.memory.turns()))
        self._floor.memory.agent_speaks(turn.spoken)

    def _new_turn(self) -> SpokenTurn:
        def give(saying: Saying) -> None:
            if isinstance(saying, AgentAudio):
                self._floor.plays(len(saying.audio) // BYTES_A_MS)
            self._outbox.put(saying, turn.spoken)

        turn = SpokenTurn(self._speak, give=give, lead_ms=lambda: self._floor.lead_ms, room=self._pass)
        return turn

    async def _take(self, turn: SpokenTurn, due: Due, said: Sequence[Turn]) -> None:
        self._writing = writing = Writing(self._model, self._instructions, said, () if due.ends else self._functions)
        try:
            await turn.run(_as_it_stands(due.text) if due.text else writing.sentences())
        except ProviderError:
            self._end_turn(turn)
            if not due.ends:
                raise
        else:
            self._end_turn(turn)
        calls = [] if turn.was_too_long else writing.calls
        for saying in self._floor.replied(calls, spoke=turn.spoken.ms > 0, ends=due.ends):
            self._outbox.put(saying)
        self._go_on()

    def _end_turn(self, turn: SpokenTurn) -> None:
        self._count()
        self._turn = self._turn_task = None
        if turn.spoken.ms:
            self._outbox.put(AgentSaid(text=turn.spoken.text), turn.spoken)

    def _stop_turn(self) -> None:
        if self._turn and self._turn_task:
            self._leave(self._turn_task)
            self._outbox.stop(self._turn.spoken)
        self._count()
        self._turn = self._turn_task = None

    def _count(self) -> None:
        """Tell what a reply cost that was stopped."""
        for used in self._writing.uncounted() if self._writing else ():
            self._outbox.put(used)
        self._writing = None

    def _speak(self, text: str) -> AsyncGenerator[bytes | Used, None]:
        """In the brief's voice where the engine has it; a flow's other prompts may have another engine's."""
        name = self._brief.voice.removeprefix(f"{self._voice.name}:")
        voice = name if name in self._voice.voices else ""
        return self._voice.speak(text, voice=voice, language=self._brief.language, owed=self._outbox.put)

    # --- the loop -----------------------------------------------------------------------------------------------------

    async def _pass(self, ms: int) -> None:
        """Wait until so much of the caller's audio has come, or that much time has passed should none come."""
        until = self._floor.now + ms
        with suppress(TimeoutError):
            async with asyncio.timeout(ms / 1000):
                while self._floor.now < until:
                    self._moved.clear()
                    await self._moved.wait()

    def _start(self, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        return asyncio.create_task(self._guard(work), name="cascade")

    def _leave(self, task: asyncio.Task[None]) -> None:
        """Cancel a task, and remember it until it has ended."""
        if not task.done():
            task.cancel()
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def _guard(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except ProviderError as error:
            self._fail(error)
        except Exception:  # a task that ends without a word would be a silent line
            log.exception("A cascade broke.")
            self._fail(ProviderError("The cascade broke."))

    def _fail(self, error: ProviderError) -> None:
        self._stop_turn()
        self._over = True
        self._outbox.fail(error)


async def _as_it_stands(text: str) -> AsyncGenerator[str | Used, None]:
    for sentence in split(text):
        if sentence.strip():
            yield sentence.strip()
