"""Writes down a call between people as they speak: each track of one stream is a speaker of its own. Pure.

Lines for the call's log (`note`), each once: `overheard`, `listening_lost` and `listening_deaf` as in
`streams.listening`, and `used` as of any other ears. `at` is when it became known, which for last words is after the
call's end.

Which languages are understood is up to the recogniser, and so is how much: Deepgram and OpenAI write down whatever is
said. Our own hears only the `phrases` it is given (`streams.ai.local.ears` says how well); the rest gives no line.
"""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Protocol

from streams.ai.provider import ListenOptions, Transcriber
from streams.listening import WHO
from streams.listening.voice import Clock, Voice

GRACE_SECONDS = 15.0  # for final words, once the carrier has closed


class Ears(Protocol):
    """Where recognisers come from: `streams.live_engines.LiveEngines` is one."""

    def transcriber(self, name: str = "") -> Transcriber: ...


class Scribe:
    """One stream. `began` is where it begins, in seconds since the call was answered, when `start` is called.

    When a carrier comes back with another stream, the old scribe is finished and another begins where that one does:
    each writes down what came over its own. Everything here is called on the event loop and raises nothing.
    """

    def __init__(
        self,
        engines: Ears,
        tracks: Iterable[str] = tuple(WHO),
        *,
        began: float,
        clock: Clock,
        note: Callable[..., None],
        interim: Callable[[str, str], None],
        stream: str,
        phrases: tuple[str, ...] = (),
        language: str = "en-US",
        transcriber: str = "",
    ) -> None:
        """`note(kind, at=…, **data)` keeps a line; `interim(who, text)` is told words that may change, four times a
        second at most. `transcriber` is the recogniser's name, "" for the usual one."""
        self._engines, self._transcriber = engines, transcriber
        self._tracks = tuple(track for track in tracks if track in WHO)
        self._began, self._clock, self._since = began, clock, clock.time()
        self._note, self._interim, self._stream = note, interim, stream
        self._options = ListenOptions(language=language, phrases=phrases, every_word=True)
        self._voices: dict[str, Voice] = {}
        self._is_finished = False

    def start(self) -> None:
        """From here on frames may come: it is now `began` seconds since the call was answered."""
        self._since = self._clock.time()

    def hear(self, track: str, audio: bytes) -> None:
        """The next mu-law of a track, for each frame. Never blocks; a recogniser is opened with the first."""
        voice = self._voices.get(track)
        if voice is None:
            if self._is_finished or track not in self._tracks:
                return
            voice = self._voices[track] = self._voice(WHO[track])
        voice.hear(audio)

    async def finish(self, within: float = GRACE_SECONDS) -> None:
        """The stream is over: wait for what is not final yet. Once is enough, again does no harm."""
        self._is_finished = True
        for voice in self._voices.values():
            voice.finish()
        await asyncio.gather(*(voice.ended(within) for voice in self._voices.values()))

    def _voice(self, who: str) -> Voice:
        return Voice(
            who,
            partial(self._engines.transcriber, self._transcriber),
            self._options,
            clock=self._clock,
            at=self._at,
            note=self._written,
            interim=partial(self._interim, who),
        )

    def _at(self, time: float) -> float:
        """Seconds since the call was answered, from the clock's."""
        return round(max(0.0, self._began + time - self._since), 3)

    def _written(self, kind: str, **data: Any) -> None:
        about = data if kind == "used" else {**data, "stream": self._stream}
        self._note(kind, at=self._at(self._clock.time()), **about)
