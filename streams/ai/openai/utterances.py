"""From OpenAI's transcription events to what was heard. Pure: no socket, no clock; time is in the audio.

Most models find turns in the audio themselves. Those that cannot are told where a turn ends by ears of our own.
"""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from streams.ai.briefing import Json
from streams.ai.live_ears import Tape
from streams.ai.provider import HeardInterim, HeardPause, HeardSpeech, HeardUtterance, Hearing, Used
from streams.ai.realtime import frames
from streams.ai.realtime import usage as realtime_usage
from streams.audio.endpointing import Endpointing, Pauses, SpeechBegan, UtteranceEnded
from streams.audio.speech_detector import SpeechDetector

PADDING_MS, SILENCE_MS = 300, 500  # what the service puts before a turn, and the silence that ends it
OWN = Pauses(pause_ms=SILENCE_MS)
UNKNOWN_CONFIDENCE = 0.8  # when a model does not tell: good enough for a menu, never as good as a key
TRANSCRIPTION = "conversation.item.input_audio_transcription."


@dataclass
class Span:
    """Where one utterance lies, in milliseconds since the first audio; `ended_ms` is None while it goes on."""

    began_ms: int
    ended_ms: int | None = None
    text: str = ""


class Utterances:
    """Follows one caller, over as many connections as it takes."""

    def __init__(self, tape: Tape, *, engine: str, model: str) -> None:
        self._tape, self._engine, self._model = tape, engine, model
        self._detector, self._endpointing = SpeechDetector(), Endpointing(OWN)
        self._items: dict[str, Span] = {}  # of this connection, not understood yet, in order
        self._ended: deque[Span] = deque()  # found by our own ears, not taken note of by the service yet
        self._owed = 0  # `HeardSpeech` that no `HeardUtterance` has followed yet
        self.own_ears = False  # the model finds no turns
        self.due = 0  # turns to be committed, once their audio was sent

    @property
    def is_speaking(self) -> bool:
        """The caller is in the middle of something."""
        return self._endpointing.is_speaking or any(span.ended_ms is None for span in self._items.values())

    @property
    def is_quiet(self) -> bool:
        """Nothing is being said, and all that was is understood."""
        return not (self._owed or self._items or self._ended or self.due or self._endpointing.is_speaking)

    def connected(self) -> None:
        """A new connection: what was not understood on the last one is sent again, and is one utterance there."""
        lost = [*self._items.values(), *self._ended]
        self._items, self._ended, self.due = {}, deque(), 0
        if self.own_ears and lost:
            self._ended.append(Span(lost[0].began_ms, lost[-1].ended_ms))
            self._owed, self.due = max(1, self._owed - len(lost) + 1), 1

    def notice(self, audio: bytes) -> Iterator[Hearing]:
        """Our own ears, where they are needed."""
        for frame, is_speech in self._detector.frames(audio) if self.own_ears else ():
            match self._endpointing.hear(frame, is_speech):
                case SpeechBegan():
                    self._owed += 1
                    yield HeardSpeech()
                case UtteranceEnded() as ended:
                    yield from self._end(ended)

    def stop(self) -> None:
        """No more audio comes: what is being said ends here, and is to be committed."""
        for span in self._items.values():
            span.ended_ms = span.ended_ms or self._tape.pushed_ms
        if ended := self._endpointing.end():
            self._ended.append(Span(ended.began_ms, ended.ended_ms))
        self.due += 1

    def take(self, event: Json) -> Iterator[Hearing]:
        """One event that is no error."""
        item, kind = frames.text(event, "item_id"), frames.text(event, "type")
        match kind.removeprefix(TRANSCRIPTION):
            case "input_audio_buffer.speech_started":
                self._items[item] = Span(self._at(event, "audio_start_ms") + PADDING_MS)
                if len(self._items) > self._owed:  # else it was heard already, before the connection was lost
                    self._owed += 1
                    yield HeardSpeech()
            case "input_audio_buffer.speech_stopped" if item in self._items:
                span = self._items[item]
                span.ended_ms = max(span.began_ms + 1, self._at(event, "audio_end_ms") - SILENCE_MS)
                yield HeardPause(pause_ms=max(0, self._tape.pushed_ms - span.ended_ms))
            case "input_audio_buffer.committed" if item not in self._items and self._ended:
                self._items[item] = self._ended.popleft()
            case "delta" if item in self._items:
                self._items[item].text += frames.text(event, "delta")
                yield HeardInterim(text=self._items[item].text.strip())
            case "completed" | "failed" if item in self._items:
                yield from self._understood(item, event)

    def _end(self, ended: UtteranceEnded) -> Iterator[Hearing]:
        yield HeardPause(pause_ms=max(0, self._tape.pushed_ms - ended.ended_ms))
        if ended.audio:
            self._ended.append(Span(ended.began_ms, ended.ended_ms))
            self.due += 1
        else:  # too short to be a word
            self._owed -= 1
            yield HeardUtterance(text="", confidence=0.0, began_ms=ended.began_ms, ended_ms=ended.ended_ms)

    def _understood(self, item: str, event: Json) -> Iterator[Hearing]:
        span, said = self._items.pop(item), frames.text(event, "transcript").strip()
        ended_ms = span.ended_ms or self._tape.pushed_ms
        self._owed -= 1
        self._tape.settle(min([ended_ms, *(other.began_ms - PADDING_MS for other in self._items.values())]))
        confidence = _confidence(event) if said else 0.0
        yield HeardUtterance(text=said, confidence=confidence, began_ms=span.began_ms, ended_ms=ended_ms)
        used = realtime_usage.of_transcription(event.get("usage"), engine=self._engine, model=self._model)
        yield from used or self._estimated(ended_ms - span.began_ms)  # some servers do not tell

    def unbilled(self) -> Iterator[Used]:
        """What is not understood yet and will not be: by estimate, once."""
        now = self._tape.pushed_ms
        spans = [*self._items.values(), *self._ended]
        if self.own_ears and (ended := self._endpointing.end()):
            spans.append(Span(ended.began_ms, ended.ended_ms))
        self._items, self._ended = {}, deque()
        yield from self._estimated(sum((span.ended_ms or now) - span.began_ms for span in spans))

    def _estimated(self, milliseconds: int) -> Iterator[Used]:
        if milliseconds > 0:
            seconds = milliseconds / 1000
            yield Used(engine=self._engine, model=self._model, unit="seconds", quantity=seconds, estimated=True)

    def _at(self, event: Json, name: str) -> int:
        found = event.get(name)
        return self._tape.milliseconds(found / 1000) if isinstance(found, int) else self._tape.pushed_ms


def _confidence(event: Json) -> float:
    """The mean probability of the tokens, where the model tells it."""
    given = [one.get("logprob") for one in frames.listed(event, "logprobs")]
    known = [float(one) for one in given if isinstance(one, int | float) and one <= 0]
    return math.exp(sum(known) / len(known)) if known else UNKNOWN_CONFIDENCE
