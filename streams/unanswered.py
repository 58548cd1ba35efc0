"""What the caller said that no engine has understood yet: kept, so that the next engine can be given it.

A detector of our own also tells an engine that has gone deaf (an open socket that answers nothing) from a caller who
says nothing. It is asked about every frame of a conversation, at some 20 microseconds each.
"""

from streams.audio.endpointing import Endpointing, SpeechBegan, UtteranceEnded
from streams.audio.mulaw import BYTES_A_MS, silence
from streams.audio.speech_detector import SpeechDetector

MOST_MS = 15_000  # kept of what was said; older words are of no use to a conversation
PLAIN_MS = 600  # an utterance of this length is speech beyond doubt
PAUSE = silence(900)  # after words that are given again, so that their end is noticed


class Unanswered:
    """Follows the caller's audio during one conversation."""

    def __init__(self) -> None:
        self._detector, self._endpointing = SpeechDetector(), Endpointing()
        self._kept = bytearray()
        self._noticed = False  # by the engine, since this utterance began

    def push(self, audio: bytes) -> bool:
        """The caller's audio; True when an utterance just ended that the engine took no notice of."""
        deaf = False
        for frame, is_speech in self._detector.frames(audio):
            match self._endpointing.hear(frame, is_speech):
                case SpeechBegan():
                    self._noticed = False
                case UtteranceEnded(audio=said, began_ms=began, ended_ms=ended):
                    self._keep(said)
                    deaf = ended - began >= PLAIN_MS and not self._noticed
        return deaf

    def noticed(self) -> None:
        """The engine hears the caller."""
        self._noticed = True

    def understood(self) -> None:
        """The engine put into words what was said so far."""
        self._noticed = True
        self._kept.clear()

    def take(self) -> bytes:
        """What was said and not understood, with a pause behind it; b"" when there is nothing."""
        said = bytes(self._kept)
        self._kept.clear()
        return said + PAUSE if said else b""

    def _keep(self, said: bytes) -> None:
        self._kept += said
        del self._kept[: -MOST_MS * BYTES_A_MS]
