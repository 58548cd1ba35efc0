"""When a caller begins to speak, and when they are done. Pure: time is counted in frames.

    lead-in        speech            pause
    ......|####.######..####......................|
          ^ began    (short gaps belong to it)    ^ ended: `pause_ms` without speech, or `longest_ms` of it

Speech is announced only once enough of it came close together, so that a click does not interrupt a prompt. The
utterance still holds what came before: its first consonant is often too soft to be noticed.
"""

from collections import deque

from flows.engine.events import value

FRAME_MS = 20


@value
class Pauses:
    """What counts as beginning and as end, in milliseconds."""

    starts_after_ms: int = 100  # of speech ...
    starts_within_ms: int = 200  # ... in this stretch
    pause_ms: int = 700
    shortest_ms: int = 140  # of speech; less is a cough
    longest_ms: int = 15_000
    lead_in_ms: int = 240
    tail_ms: int = 240  # of the pause that stays with the utterance


@value
class SpeechBegan:
    """The caller is speaking."""


@value
class UtteranceEnded:
    """What was said: mu-law with a little of what came before and after; empty when it was too short to be a word.

    `began_ms` and `ended_ms` count from the first frame.
    """

    audio: bytes
    began_ms: int
    ended_ms: int


class Endpointing:
    """Follows one caller. Every `SpeechBegan` is followed by one `UtteranceEnded`."""

    def __init__(self, pauses: Pauses = Pauses()) -> None:  # noqa: B008  an immutable value
        self._pauses = pauses
        self._lead_in: deque[bytes] = deque(maxlen=(pauses.lead_in_ms + pauses.starts_within_ms) // FRAME_MS)
        self._lately: deque[bool] = deque(maxlen=pauses.starts_within_ms // FRAME_MS)
        self._utterance: list[bytes] | None = None
        self._frames = 0
        self._began = 0
        self._spoken = 0  # frames of speech in this utterance
        self._still = 0  # frames without speech since the last of it

    @property
    def is_speaking(self) -> bool:
        """True between `SpeechBegan` and `UtteranceEnded`."""
        return self._utterance is not None

    @property
    def spoken_ms(self) -> int:
        """How much of an utterance that goes on was speech."""
        return self._spoken * FRAME_MS

    @property
    def so_far(self) -> bytes:
        """What was said of an utterance that goes on."""
        return b"".join(self._utterance or ())

    def hear(self, frame: bytes, is_speech: bool) -> SpeechBegan | UtteranceEnded | None:
        """The next 20 ms."""
        self._frames += 1
        if self._utterance is None:
            return self._wait(frame, is_speech)
        self._utterance.append(frame)
        self._spoken += is_speech
        self._still = 0 if is_speech else self._still + 1
        too_long = len(self._utterance) * FRAME_MS >= self._pauses.longest_ms
        return self.end() if too_long or self._still * FRAME_MS >= self._pauses.pause_ms else None

    def end(self) -> UtteranceEnded | None:
        """End the utterance here, because nothing more will come; None when nobody was speaking."""
        if self._utterance is None:
            return None
        frames, spoken, still = self._utterance, self._spoken, self._still
        self._utterance, self._spoken, self._still = None, 0, 0
        surplus = max(0, still - self._pauses.tail_ms // FRAME_MS)
        audio = b"".join(frames[: len(frames) - surplus])
        return UtteranceEnded(
            audio=audio if spoken * FRAME_MS >= self._pauses.shortest_ms else b"",
            began_ms=self._began * FRAME_MS,
            ended_ms=(self._frames - still) * FRAME_MS,
        )

    def _wait(self, frame: bytes, is_speech: bool) -> SpeechBegan | None:
        self._lead_in.append(frame)
        self._lately.append(is_speech)
        if not is_speech or sum(self._lately) * FRAME_MS < self._pauses.starts_after_ms:
            return None
        self._began = self._frames - len(self._lately) + self._lately.index(True)
        self._spoken = sum(self._lately)
        self._utterance = list(self._lead_in)
        self._lead_in.clear()
        self._lately.clear()
        return SpeechBegan()
