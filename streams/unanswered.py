"""What the caller said that no engine has understood yet: kept, so that the next engine can be given it.

A detector of our own also tells an engine that has gone deaf (an open socket that answers nothing) from a caller who
says nothing, and when the caller stopped. It is asked about every frame that somebody listens to, at some 20
microseconds each.
"""

from math import inf

from streams.audio.endpointing import Endpointing, SpeechBegan, UtteranceEnded
from streams.audio.mulaw import BYTES_A_MS, loudness, silence
from streams.audio.speech_detector import AUDIBLE, SpeechDetector

MOST_MS = 15_000  # kept of what was said; older words are of no use to a conversation
PLAIN_MS = 300  # an utterance of this length is a word, and no cough
PAUSE_SECONDS = 0.7  # after which this detector says that an utterance is over
PAUSE = silence(900)  # after words that are given again, so that their end is noticed


class Unanswered:
    """Follows the caller's audio during one conversation. Times are those of the session's clock."""

    def __init__(self) -> None:
        self._detector, self._endpointing = SpeechDetector(), Endpointing()
        self._kept = bytearray()
        self._noticed = False  # by the engine, since this utterance began
        self._understood = False  # all that was said so far, also of an utterance whose pause is not over yet
        self._sounded_at = -inf

    def push(self, audio: bytes, now: float) -> bool:
        """The caller's audio; True when an utterance just ended that the engine took no notice of."""
        deaf = False
        for frame, is_speech in self._detector.frames(audio):
            # who speaks too softly for the detector, but not for the engine, is speaking all the same
            if is_speech or (self._noticed and not self._endpointing.is_speaking and loudness(frame) > AUDIBLE):
                self._sounded_at = now
            self._understood = self._understood and not is_speech
            match self._endpointing.hear(frame, is_speech):
                case SpeechBegan():
                    self._noticed = False
                case UtteranceEnded(audio=said, began_ms=began, ended_ms=ended):
                    if not self._understood:
                        self._keep(said)
                    deaf = ended - began >= PLAIN_MS and not self._noticed
                    self._noticed = False
        return deaf

    @property
    def goes_unnoticed(self) -> bool:
        """True while the caller says a word at least, and the engine has not noticed."""
        return self._endpointing.is_speaking and not self._noticed and self._endpointing.spoken_ms >= PLAIN_MS

    def quiet_seconds(self, now: float) -> float:
        """For how long the caller has made no sound; endless when they never did."""
        return now - self._sounded_at

    def noticed(self) -> None:
        """The engine hears the caller."""
        self._noticed = True

    def understood(self) -> None:
        """The engine put into words what was said so far."""
        self._noticed = self._understood = True
        self._kept.clear()

    def take(self) -> bytes:
        """What was said and not understood, and what is being said; b"" when there is nothing.

        A pause stands behind what was said to its end. The rest of what is being said follows as it comes.
        """
        said, going_on = bytes(self._kept), b"" if self._understood else self._endpointing.so_far
        self._kept.clear()
        return said + going_on if going_on or not said else said + PAUSE

    def _keep(self, said: bytes) -> None:
        self._kept += said
        del self._kept[: -MOST_MS * BYTES_A_MS]
