"""From OpenAI's transcription events to what was heard. Pure: no socket, no clock; time is in the audio.

Most models find turns in the audio themselves. Those that cannot are told where a turn ends by ears of our own.

Turns may be understood out of their order. They are told in order all the same: so whatever was told lies before
whatever was not, and a lost connection costs no word and doubles none.
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
from streams.audio.endpointing import FRAME_MS, Endpointing, Pauses, SpeechBegan, UtteranceEnded
from streams.audio.mulaw import BYTES_A_MS
from streams.audio.speech_detector import SpeechDetector

PADDING_MS, SILENCE_MS = 300, 500  # what the service puts before a turn, and the silence that ends it
OWN = Pauses(pause_ms=SILENCE_MS)
UNKNOWN_CONFIDENCE = 0.8  # when a model does not tell: good enough for a menu, never as good as a key
STUCK_MS = 10_000  # of audio that a turn may wait for an earlier one; then the service has forgotten that
TRANSCRIPTION = "conversation.item.input_audio_transcription."


@dataclass
class Span:
    """Where one utterance lies, in milliseconds since the first audio; `ended_ms` is None while it goes on."""

    began_ms: int
    ended_ms: int | None = None
    text: str = ""
    was_stopped: bool = False  # the service found its end itself
    commit_ms: int = 0  # where our own ears knew of its end
    done_ms: int | None = None  # when it was understood
    confidence: float = 0.0


class Utterances:
    """Follows one caller, over as many connections as it takes."""

    def __init__(self, tape: Tape, *, engine: str, model: str) -> None:
        self._tape, self._engine, self._model = tape, engine, model
        self._detector, self._endpointing = SpeechDetector(), Endpointing(OWN)
        self._items: dict[str, Span] = {}  # of this connection, not understood yet, in order
        self._ended: deque[Span] = deque()  # found by our own ears, not taken note of by the service yet
        self._noticed_ms = 0  # by our own ears
        self.last_due = False  # an answer to what was sent after all audio
        self._owed = 0  # `HeardSpeech` that no `HeardUtterance` has followed yet
        self.own_ears = False  # the model finds no turns
        self.due: deque[int] = deque()  # where turns are to be committed, in milliseconds since the first audio

    @property
    def is_speaking(self) -> bool:
        """The caller is in the middle of something."""
        return self._endpointing.is_speaking or any(span.ended_ms is None for span in self._items.values())

    @property
    def is_quiet(self) -> bool:
        """Nothing is being said, and all that was is understood."""
        return not (self._owed or self._items or self._ended or self.due or self._endpointing.is_speaking)

    @property
    def is_stuck(self) -> bool:
        """A turn that is not told yet waited too long for one before it."""
        waited = (self._tape.pushed_ms - span.done_ms for span in self._items.values() if span.done_ms is not None)
        return max(waited, default=0) > STUCK_MS

    @property
    def all_told(self) -> bool:
        """Nothing that was sent is not told yet."""
        return not (self._items or self._ended or self.due or self.last_due)

    def connected(self) -> None:
        """A new connection: what was not told on the last one is sent again, and committed where it was."""
        lost = [*self._items.values(), *self._ended] if self.own_ears else []
        self._items, self.last_due = {}, False
        self._ended = deque(Span(span.began_ms, span.ended_ms, commit_ms=span.commit_ms) for span in lost)
        self.due = deque(span.commit_ms for span in lost)

    def notice(self, audio: bytes) -> Iterator[Hearing]:
        """Our own ears, where they are needed."""
        for frame, is_speech in self._detector.frames(audio) if self.own_ears else ():
            self._noticed_ms += FRAME_MS
            match self._endpointing.hear(frame, is_speech):
                case SpeechBegan():
                    self._owed += 1
                    yield HeardSpeech()
                case UtteranceEnded() as ended:
                    yield from self._end(ended)

    def stop(self) -> None:
        """No audio comes for a while: what is being said ends here, and is committed now."""
        for span in self._items.values():
            span.ended_ms = span.ended_ms or self._tape.pushed_ms
        if ended := self._endpointing.end():
            self._ended.append(Span(ended.began_ms, ended.ended_ms, commit_ms=self._tape.pushed_ms))

    def finish(self) -> bool:
        """No audio comes any more. Whether what is left is to be committed, now that the service has had it all."""
        if self.own_ears:
            ended = self._endpointing.end()
            self.last_due = ended is not None and bool(ended.audio)
            if ended and self.last_due:
                self._ended.append(Span(ended.began_ms, ended.ended_ms, commit_ms=self._tape.pushed_ms))
        else:
            self.last_due = self._holds_speech()
        return self.last_due

    def refused(self) -> Iterator[Hearing]:
        """There was nothing to commit, where we thought so."""
        self.last_due = False
        if self.own_ears and self._ended:
            span = self._ended.popleft()
            self._items[f"refused at {span.commit_ms}"] = span
            span.done_ms, span.ended_ms = self._tape.pushed_ms, span.ended_ms or self._tape.pushed_ms
            yield from self._in_order()

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
                span.was_stopped = True
                span.ended_ms = max(span.began_ms + 1, self._at(event, "audio_end_ms") - SILENCE_MS)
                yield HeardPause(pause_ms=max(0, self._tape.pushed_ms - span.ended_ms))
            case "input_audio_buffer.committed":
                self._committed(item)
            case "delta" if item in self._items and self._items[item].done_ms is None:
                self._items[item].text += frames.text(event, "delta")
                yield HeardInterim(text=" ".join(filter(None, (one.text.strip() for one in self._items.values()))))
            case "completed" | "failed" if item in self._items and self._items[item].done_ms is None:
                yield from self._understood(item, event)

    def _committed(self, item: str) -> None:
        if item not in self._items and self._ended:
            self._items[item] = self._ended.popleft()
        elif item not in self._items and self.last_due:  # the service had not told yet that somebody spoke
            self._items[item] = Span(self._tape.began_ms, self._tape.pushed_ms)
            self._owed += 1
        if self.last_due and not (self._ended or (item in self._items and self._items[item].was_stopped)):
            self.last_due = False
            for span in self._items.values():
                span.ended_ms = span.ended_ms or self._tape.pushed_ms

    def _holds_speech(self) -> bool:
        """Is there speech on the tape that the service has said nothing of yet?"""
        known_ms = max((span.ended_ms or 0 for span in self._items.values()), default=self._tape.began_ms)
        rest = self._tape.audio[max(0, known_ms + SILENCE_MS - self._tape.began_ms) * BYTES_A_MS :]
        detector, endpointing = SpeechDetector(), Endpointing(OWN)
        return any(endpointing.hear(frame, is_speech) for frame, is_speech in detector.frames(rest))

    def _end(self, ended: UtteranceEnded) -> Iterator[Hearing]:
        yield HeardPause(pause_ms=max(0, self._tape.pushed_ms - ended.ended_ms))
        if ended.audio:
            self._ended.append(Span(ended.began_ms, ended.ended_ms, commit_ms=self._noticed_ms))
            self.due.append(self._noticed_ms)
        else:  # too short to be a word
            self._owed -= 1
            yield HeardUtterance(text="", confidence=0.0, began_ms=ended.began_ms, ended_ms=ended.ended_ms)

    def _understood(self, item: str, event: Json) -> Iterator[Hearing]:
        span = self._items[item]
        span.text = frames.text(event, "transcript").strip()
        span.confidence = _confidence(event) if span.text else 0.0
        span.done_ms = self._tape.pushed_ms
        span.ended_ms = span.ended_ms or span.done_ms
        yield from self._in_order()
        used = realtime_usage.of_transcription(event.get("usage"), engine=self._engine, model=self._model)
        yield from used or self._estimated(span.ended_ms - span.began_ms)  # some servers do not tell

    def _in_order(self) -> Iterator[Hearing]:
        """Tell what is understood, up to the first turn that is not."""
        for item, span in list(self._items.items()):
            if span.done_ms is None or span.ended_ms is None:
                return
            del self._items[item]
            self._owed -= 1
            self._tape.settle(min([span.ended_ms, *(one.began_ms - PADDING_MS for one in self._items.values())]))
            yield HeardUtterance(
                text=span.text, confidence=span.confidence, began_ms=span.began_ms, ended_ms=span.ended_ms
            )

    def unbilled(self) -> Iterator[Used]:
        """What is not understood yet and will not be: by estimate, once."""
        now = self._tape.pushed_ms
        spans = [*(span for span in self._items.values() if span.done_ms is None), *self._ended]
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
