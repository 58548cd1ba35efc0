"""What the caller says: that they speak, and their words, which come later than their place. Pure."""

from typing import Any

from streams.ai.provider import HeardPause, HeardSpeech
from streams.ai.realtime import frames, usage
from streams.ai.realtime.memory import Line, Memory
from streams.ai.realtime.sayings import Sayings
from streams.ai.realtime.session import Session


class Caller:
    """The caller's turns. `model` is what writes them down, "" when nothing does."""

    def __init__(self, session: Session, out: Sayings, memory: Memory, *, model: str, engine: str) -> None:
        self._session, self._out, self._memory = session, out, memory
        self._model, self._engine = model, engine

    def began(self) -> None:
        """The server hears the caller speak."""
        self._session.floor.caller_began()
        self._out.put(HeardSpeech())

    def stopped(self, now: float) -> None:
        """The server heard the caller stop."""
        self._session.floor.caller_stopped(now)
        self._out.put(HeardPause(pause_ms=frames.SILENCE_MS))

    def said_something(self, item_id: str) -> None:
        """What the caller said is an item of the conversation; its words come later, or before."""
        line = self._out.await_words(item_id) if self._model else Line("caller")
        if line is not None:
            self._memory.add(line)

    def said(self, item_id: str, words: str, used: Any) -> None:
        """What the caller said, in words; "" when it could not be written down."""
        self.said_something(item_id)  # not every server says that
        if not self._out.has_words(item_id):
            self._out.put(*usage.of_transcription(used, engine=self._engine, model=self._model))
            self._out.words(item_id, words)
