"""A call between people whose every word is marked, written down by a scribe while the line to the engines breaks.

The audio comes faster than people speak; the scribe's own clock is a virtual one, so times are those of the call.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from streams.audio import mulaw
from streams.listening import WHO
from streams.listening.scribe import Scribe
from tests.standins import marked_speech
from tests.streams.clock import VirtualClock

FRAME_SECONDS = mulaw.FRAME / mulaw.RATE
UTTERANCE_WORDS, LONGEST_WORDS = (1, 12), 31
PAUSE_FRAMES = (45, 110)
FRAMES_AT_ONCE = 50  # a second of the call


@dataclass
class Talk:
    """What one speaker says: frames, and where in them each utterance begins."""

    frames: list[bytes] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    begins: dict[int, float] = field(default_factory=dict)  # seconds, by utterance


def talks(utterances: int, chance: random.Random) -> dict[str, Talk]:
    """Both tracks; the last words of each end with the call."""
    made = {track: Talk() for track in WHO}
    for number in range(utterances):
        talk = made[chance.choice(list(made))]
        talk.frames += [mulaw.silence(20)] * chance.randint(*PAUSE_FRAMES)
        count = LONGEST_WORDS if number % 25 == 24 else chance.randint(*UTTERANCE_WORDS)
        talk.begins[number] = len(talk.frames) * FRAME_SECONDS
        audio = marked_speech.spoken(number, count)
        talk.frames += [audio[start : start + mulaw.FRAME] for start in range(0, len(audio), mulaw.FRAME)]
        talk.words += [marked_speech.name(number, word) for word in range(count)]
    longest = max(len(talk.frames) for talk in made.values())
    for talk in made.values():
        talk.frames = [mulaw.silence(20)] * (longest - len(talk.frames)) + talk.frames
        shift = longest * FRAME_SECONDS - len(talk.frames) * FRAME_SECONDS
        talk.begins = {number: begins + shift for number, begins in talk.begins.items()}
    return made


@dataclass
class Written:
    """What came of it."""

    said: Counter[str]
    connections: int = 0  # to the engines
    lines: list[tuple[str, dict]] = field(default_factory=list)

    def note(self, kind: str, **data) -> None:
        self.lines.append((kind, data))

    def of(self, kind: str) -> list[dict]:
        """The lines of this kind."""
        return [data for found, data in self.lines if found == kind]

    @property
    def words(self) -> Counter[str]:
        """What was written down for good."""
        texts = (line["text"] for line in self.of("overheard") if not line.get("unfinished"))
        return Counter(word for text in texts for word in text.split())

    @property
    def lost(self) -> list[str]:
        return sorted(self.said - self.words)

    @property
    def doubled(self) -> list[str]:
        return sorted(self.words - self.said)

    @property
    def utterances(self) -> tuple[int, int]:
        """How many utterances lack a word, and how many have one twice."""
        lost, doubled = ({word.partition("w")[0] for word in words} for words in (self.lost, self.doubled))
        return len(lost), len(doubled)


async def written(
    engines,
    made: dict[str, Talk],
    *,
    each_second: Callable[[], None] = lambda: None,
    carrier_returns: tuple[int, ...] = (),
    pace: float = 0.0,
    within: float = 15.0,
) -> Written:
    """Write this call down. `each_second` of it is told so; at these seconds the carrier comes back with another
    stream. A second of the call takes `pace` seconds."""
    found = Written(Counter(word for talk in made.values() for word in talk.words))
    clock = VirtualClock()
    answered = clock.time()

    def scribe(stream: int) -> Scribe:
        begun = Scribe(
            engines,
            began=clock.time() - answered,
            clock=clock,
            note=found.note,
            interim=lambda who, text: None,
            stream=f"stream {stream}",
        )
        begun.start()
        return begun

    now, finishing, streams = scribe(0), [], 0
    length = max(len(talk.frames) for talk in made.values())
    for place in range(length):
        clock.pass_seconds(FRAME_SECONDS)
        for track, talk in made.items():
            now.hear(track, talk.frames[place])
        if place % FRAMES_AT_ONCE == FRAMES_AT_ONCE - 1:
            each_second()
            await asyncio.sleep(pace)
            if place // FRAMES_AT_ONCE in carrier_returns:
                finishing.append(asyncio.create_task(now.finish(within)))
                streams += 1
                now = scribe(streams)
    await asyncio.gather(now.finish(within), *finishing)
    return found
