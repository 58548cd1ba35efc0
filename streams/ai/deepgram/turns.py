"""From Deepgram's messages to what was heard. Pure: no socket, no clock; time is in the audio.

When does a caller interrupt? Deepgram's `SpeechStarted` alone also comes for a door that slams, and its first words
come up to a second later, too late to fall silent for somebody. So: at once when both its detector and ours hear speech
(ours wants a quarter of a second of it), or else with the first words.

An utterance ends with `speech_final`; with `UtteranceEnd` where noise hides the pause; or by our own ears when there
was speech and never a word: then nothing was understood, which the caller is told. A connection that is lost between
the last words and their end leaves nobody else to tell of it: then a pause after it is the end.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from streams.ai.live_ears import Tape
from streams.ai.provider import HeardInterim, HeardPause, HeardSpeech, HeardUtterance, Hearing, Used
from streams.audio.endpointing import Endpointing, Pauses, SpeechBegan, UtteranceEnded
from streams.audio.speech_detector import SpeechDetector

OWN = Pauses(starts_after_ms=240, starts_within_ms=400, pause_ms=1500)
BILL_SECONDS = 10.0  # audio is billed while nobody speaks too

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of an utterance, final."""

    text: str
    confidences: tuple[float, ...]
    began_ms: int
    ended_ms: int


class Turns:
    """Follows one caller, over as many connections as it takes."""

    def __init__(self, tape: Tape, *, engine: str, model: str) -> None:
        self._tape, self._engine, self._model = tape, engine, model
        self._detector, self._endpointing = SpeechDetector(), Endpointing(OWN)
        self._parts: list[Part] = []
        self._they_hear = self._we_hear = self._has_words = False
        self._final_ms = 0  # up to here
        self._orphaned_ms: int | None = None  # where a connection was lost with parts, and no word has come since
        self.is_open = False  # `HeardSpeech` was said, `HeardUtterance` not yet

    def connected(self) -> None:
        """A new connection. What was final stays, what was not is heard again."""
        self._orphaned_ms = self._tape.pushed_ms if self._parts else None

    def finish(self) -> Iterator[Hearing]:
        """The service has told everything."""
        if self._parts:
            yield from self._end()

    def notice(self, audio: bytes) -> Iterator[Hearing]:
        """What our own ears make of the caller's audio."""
        if self._orphaned_ms is not None and self._tape.pushed_ms - self._orphaned_ms >= OWN.pause_ms:
            yield from self._end()
        for frame, is_speech in self._detector.frames(audio):
            match self._endpointing.hear(frame, is_speech):
                case SpeechBegan():
                    self._we_hear = True
                    yield from self._begin()
                case UtteranceEnded():
                    self._we_hear = self._they_hear = False
                    if self.is_open and not self._has_words:
                        yield from self._end()

    def take(self, message: Any) -> list[Hearing]:
        """One message. The package does not check them: one that cannot be read is worth a line in the log, no more."""
        heard: list[Hearing] = []
        try:
            heard.extend(self._read(message))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            log.warning("Deepgram sent a message that cannot be read (%s).", type(error).__name__)
        return heard

    def _read(self, message: Any) -> Iterator[Hearing]:
        match message.type:
            case "SpeechStarted":
                self._they_hear = True
                yield from self._begin()
            case "Results":
                yield from self._results(message)
            case "UtteranceEnd" if self._parts:  # else it was already told as `speech_final`
                yield from self._end()

    def _results(self, message: Any) -> Iterator[Hearing]:
        best = message.channel.alternatives[0]
        text = best.transcript.strip()
        until_ms = self._tape.milliseconds(message.start + message.duration)
        if text and message.is_final and until_ms <= self._final_ms:
            return  # it was told before
        if text:
            self._has_words, self._orphaned_ms = True, None
            yield from self._begin()
        if not message.is_final:
            if text:
                yield HeardInterim(text=" ".join([*(part.text for part in self._parts), text]))
            return
        if text:
            self._parts.append(self._part(text, best))
        self._final_ms = max(self._final_ms, until_ms)
        self._tape.settle(until_ms)
        if self.is_open and (message.speech_final or message.from_finalize):
            yield from self._end()
        elif self._tape.unbilled_seconds >= BILL_SECONDS:
            yield from self.unbilled()

    def _part(self, text: str, best: Any) -> Part:
        words = best.words
        at = self._tape.milliseconds
        return Part(
            text=text,
            confidences=tuple(float(word.confidence) for word in words) or (float(best.confidence),),
            began_ms=at(words[0].start) if words else 0,
            ended_ms=at(words[-1].end) if words else 0,
        )

    def _begin(self) -> Iterator[Hearing]:
        if not self.is_open and (self._has_words or (self._they_hear and self._we_hear)):
            self.is_open = True
            yield HeardSpeech()

    def _end(self) -> Iterator[Hearing]:
        parts, now = self._parts, self._tape.pushed_ms
        spoke_until = parts[-1].ended_ms if parts else now
        wordless = min(now, self._final_ms)  # what came since may be on its way to the service: it is not over
        confidences = [one for part in parts for one in part.confidences]
        self._parts, self._orphaned_ms = [], None
        self.is_open = self._they_hear = self._we_hear = self._has_words = False
        yield HeardPause(pause_ms=max(0, now - spoke_until))
        yield HeardUtterance(
            text=" ".join(part.text for part in parts),
            confidence=max(0.0, min(1.0, sum(confidences) / len(confidences))) if confidences else 0.0,
            began_ms=parts[0].began_ms if parts else wordless,
            ended_ms=parts[-1].ended_ms if parts else wordless,
        )
        yield from self.unbilled()

    def unbilled(self) -> Iterator[Used]:
        """The seconds that were sent since the last time."""
        seconds = self._tape.bill()
        if seconds > 0:
            yield Used(engine=self._engine, model=self._model, unit="seconds", quantity=seconds)
