"""The caller's end of the line: keys, speech, the hook, and what is heard. Whoever calls holds one of these."""

import asyncio
import itertools
from collections import deque
from collections.abc import Awaitable, Callable

import numpy as np

from streams.audio import mulaw
from streams.phone.clock import Clock
from streams.phone.record import Moment

NOISE = 30.0  # standard deviation of a quiet room, 16-bit; recognisers do badly on digital silence
BETWEEN_KEYS = 0.25  # seconds; a quick finger
Note = Callable[[Moment], None]
Say = Callable[[str], Awaitable[bytes]]


def room(seconds: float) -> np.ndarray:
    """The noise of a quiet room, always the same."""
    return np.random.default_rng(8000).normal(0.0, NOISE, int(seconds * mulaw.RATE))


class Handset:
    """What a caller can do, and has heard. `say` makes audio of words (mu-law); without it words cannot be spoken."""

    def __init__(self, clock: Clock, *, note: Note, say: Say | None = None) -> None:
        self.clock = clock
        self.heard: list[str] = []
        self.speeches = 0  # stretches of speech that could not be put into words
        self.ending = ""  # how the call ended, once it did
        self.is_thinking = False  # silence is their own
        self.is_answered = False
        self.hung_up = asyncio.Event()
        self.heard_by: list[Callable[[str], None]] = []  # told of everything that was said here to its end
        self._note, self._voice = note, say
        self._keys: deque[str] = deque()
        self._speech = bytearray()
        self._changed = asyncio.Event()
        quiet = mulaw.encode(room(2.0).astype(np.int16))
        self._room = itertools.cycle(quiet[at : at + mulaw.FRAME] for at in range(0, len(quiet), mulaw.FRAME))

    # --- what the caller does ---------------------------------------------------------------------------------------

    async def press(self, keys: str) -> None:
        """Press keys one after the other."""
        self._note(Moment(self.clock.now(), "presses", keys))
        for key in keys:
            self._keys.append(key)
            await self.clock.sleep(BETWEEN_KEYS)

    async def say(self, words: str) -> None:
        """Speak, and go on when it was said. Raises `ProviderError` when there is no voice."""
        if self._voice is None:
            raise RuntimeError("This phone has no voice, so its caller can press keys but not speak.")
        audio = await self._voice(words)
        self._note(Moment(self.clock.now(), "says", words))
        self.speak(audio)
        if await self.until(lambda: not self._speech):
            for hears in tuple(self.heard_by):
                hears(words)

    async def think(self, seconds: float) -> None:
        """Be silent for so many seconds of the call; nobody waits for the line."""
        self.is_thinking = True
        try:
            await self.clock.sleep(seconds)
        finally:
            self.is_thinking = False

    def speak(self, audio: bytes) -> None:
        """Send mu-law audio in place of the room's noise, after what is being said already."""
        self._speech += audio

    def hang_up(self) -> None:
        """Put the receiver down."""
        self.hung_up.set()

    async def until(self, met: Callable[[], bool], within: float | None = None) -> bool:
        """Wait until something on this handset is so; False when it was not within so many real seconds.

        The end of the call ends the wait, too.
        """
        try:
            async with asyncio.timeout(within):
                while not met():
                    if self.ending:
                        return False
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    def remark(self, sentence: str) -> None:
        """Something that whoever holds this should know."""
        self._note(Moment(self.clock.now(), "remark", sentence))

    # --- what the line asks of it -----------------------------------------------------------------------------------

    @property
    def is_speaking(self) -> bool:
        return bool(self._speech)

    def next_frame(self) -> bytes:
        """The next 20 ms of what the caller's side sounds like."""
        noise = next(self._room)
        if not self._speech:
            return noise
        frame = bytes(self._speech[: mulaw.FRAME])
        del self._speech[: mulaw.FRAME]
        if not self._speech:
            self.changed()
        return frame + noise[len(frame) :]

    def next_key(self) -> str:
        """The key that is pressed now, or nothing."""
        return self._keys.popleft() if self._keys else ""

    def hears(self, text: str | None) -> None:
        """Something was played to its end; None is speech without words."""
        if text is None:
            self.speeches += 1
        else:
            self.heard.append(text)
        self.changed()

    def answered(self) -> None:
        """The line took the call."""
        self.is_answered = True
        self.changed()

    def over(self, ending: str) -> None:
        """The call is over."""
        self.ending = ending
        self.changed()

    def changed(self) -> None:
        """Let whoever waits look again."""
        self._changed.set()
