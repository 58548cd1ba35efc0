"""From what is played on a stream to what the caller heard, in words where there are any."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from streams.phone.clock import Clock
from streams.phone.ear import PAUSE_SECONDS, Ear, Heard
from streams.phone.handset import Handset
from streams.phone.line import Tick
from streams.phone.record import Moment, Record

WORDS_WITHIN = 2.0  # real seconds until the site's log names what its agent said

# (call uuid, checkpoint) -> what was said before this checkpoint, or None while it is not known
Words = Callable[[str, str], Awaitable[str | None]]


async def no_words(call_uuid: str, checkpoint: str) -> str | None:
    """For sites whose log cannot be read."""
    return None


@dataclass(frozen=True)
class Knowledge:
    """What is known of the site besides what it sends: its prompts as mu-law by text, and its agent's words."""

    prompts: Mapping[str, bytes] = field(default_factory=dict)
    words: Words = no_words


class Hearing:
    """Listens to one stream for the caller."""

    def __init__(self, knowledge: Knowledge, clock: Clock, handset: Handset, record: Record) -> None:
        self._words, self._clock, self._handset, self._record = knowledge.words, clock, handset, record
        # A site paces its audio by its own clock, so a pause is no shorter than a real one.
        self._ear = Ear(knowledge.prompts, pause_seconds=PAUSE_SECONDS * max(1.0, clock.speed))
        self._asking: set[asyncio.Task[None]] = set()

    def tick(self, tick: Tick) -> None:
        """One frame of the call."""
        self._notice(self._ear.hear(tick.line), tick.reached)
        if tick.reached:
            self._notice(self._ear.end(goes_on=True), tick.reached)

    def end(self) -> None:
        """What was being said was cut short."""
        self._notice(self._ear.end(), ())

    async def worded(self) -> None:
        """Wait until everything that was heard is in words, or never will be."""
        while self._asking:
            await asyncio.wait(self._asking)

    def _notice(self, heard: list[Heard], reached: tuple[str, ...]) -> None:
        for piece in heard:
            if piece.text is not None:
                self._tell(piece)
                continue
            self._handset.hears(None)
            task = asyncio.create_task(self._put_into_words(piece, reached[0] if reached else ""))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def _put_into_words(self, piece: Heard, checkpoint: str) -> None:
        """Speech that is no known prompt: the site's log may say what its agent said, a moment later."""
        give_up_at = time.monotonic() + WORDS_WITHIN
        text = None
        while checkpoint and self._words is not no_words and text is None and time.monotonic() < give_up_at:
            text = await self._words(self._record.call_uuid, checkpoint)
            if text is None:
                await asyncio.sleep(0.05)
        self._tell(replace(piece, text=text))

    def _tell(self, piece: Heard) -> None:
        kind = "hears" if piece.whole else "hears_part"
        text = "(speech)" if piece.text is None else piece.text
        self._record.note(Moment(self._clock.now(), kind, text, {"seconds": round(piece.seconds, 1)}))
        if piece.whole and piece.text is not None:
            self._record.heard.append(piece.text)
            self._handset.hears(piece.text)
