"""The offline ears: PocketSphinx, in the speech process. They understand only the phrases they were told to expect.

A phrase is understood when it is all that was said between two pauses. A keyword in the middle of a sentence is not
heard: PocketSphinx can look for those, too, but of eight in 64 sentences it found a third, and five that were not said.
A whole sentence of a known script is: of sentences of 8 to 14 words, ten to choose from, our own voices were
understood in 36 of 40, and none was taken for another. It costs about a fifth of a second of one core for a second of
speech, whoever speaks, so one speech process hears both sides of a call, and a few such calls at once.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streams.ai.local.speech_process import SpeechProcess
from streams.ai.provider import (
    MULAW_8K,
    HeardPause,
    HeardSpeech,
    HeardUtterance,
    Hearing,
    ListenOptions,
    ProviderError,
    TranscriberAbilities,
    Used,
)
from streams.ai.tellings import Tellings
from streams.audio import mulaw
from streams.audio.endpointing import Endpointing, Pauses, SpeechBegan, UtteranceEnded
from streams.audio.speech_detector import SpeechDetector

HEARD_WITHIN = 2.0  # seconds; with the pause that ends an utterance, a caller waits less than three
NOBODY_WAITS = 10.0  # seconds, where every word counts and none is answered
STALLED_SECONDS = 1.0  # carriers send frames all the time; when none come in mid-word, the utterance is over
LOOKS = 4  # at it within that time: a machine that stood still wakes up with one of them due, and then come the frames
WAITING = 3  # utterances that wait for the recogniser; a caller who talks on and on loses the oldest
MANY_WAITING = 60  # where every word counts: what is said in two minutes


class LocalEars:
    """Speech to text without a network: a `Transcriber`.

    An utterance that is none of the phrases is heard as "" with confidence 0.
    """

    name = "local"
    takes = MULAW_8K
    can = TranscriberAbilities(languages=("en-US", "en-GB"))

    def __init__(self, speech: SpeechProcess, pauses: Pauses = Pauses()) -> None:  # noqa: B008  an immutable value
        self._speech = speech
        self._pauses = pauses

    @asynccontextmanager
    async def listen(self, options: ListenOptions) -> AsyncIterator["LocalListening"]:
        """Begin to listen to one caller; models that are not loaded yet are, while the caller hears the prompt."""
        self._speech.warm()
        listening = LocalListening(self._speech, self._pauses, options)
        try:
            yield listening
        finally:
            await listening.close()


class LocalListening:
    """One caller: finding where they speak is done at once, understanding it by a task."""

    def __init__(self, speech: SpeechProcess, pauses: Pauses, options: ListenOptions) -> None:
        self._speech = speech
        self._phrases, self._pause_ms = options.phrases, pauses.pause_ms
        self._within, waiting = (NOBODY_WAITS, MANY_WAITING) if options.every_word else (HEARD_WITHIN, WAITING)
        self._detector = SpeechDetector()
        self._endpointing = Endpointing(pauses)
        self._said = Tellings[Hearing]()
        self._utterances: asyncio.Queue[tuple[UtteranceEnded, tuple[str, ...]]] = asyncio.Queue(waiting)
        self._is_finishing = False
        self._pushed = 0
        self._stalled: asyncio.TimerHandle | None = None
        self._closed, self._is_idle = False, True
        self._understanding = asyncio.create_task(self._understand(), name="offline ears")

    def push(self, audio: bytes) -> None:
        """Mu-law in pieces of any size."""
        if self._closed or self._is_finishing:
            return
        self._pushed += len(audio)
        for frame, is_speech in self._detector.frames(audio):
            self._note(self._endpointing.hear(frame, is_speech))

    def expect(self, phrases: tuple[str, ...]) -> None:
        """Utterances that end from here on are matched with these phrases."""
        self._phrases = phrases

    def finish(self) -> None:
        """What is being said ends here; the iteration does when all is understood."""
        self._is_finishing = True
        self._note(self._endpointing.end())
        if self._is_idle and self._utterances.empty():
            self._said.end()

    def owing(self) -> tuple[Used, ...]:
        """What was used and not told."""
        return self._said.owing()

    def __aiter__(self) -> AsyncIterator[Hearing]:
        return aiter(self._said)

    async def close(self) -> None:
        """Stop; what is being understood is dropped and the iteration ends."""
        self._closed = True
        if self._stalled:
            self._stalled.cancel()
        self._understanding.cancel()
        await asyncio.gather(self._understanding, return_exceptions=True)
        self._said.close()

    def _note(self, event: SpeechBegan | UtteranceEnded | None) -> None:
        if isinstance(event, SpeechBegan):
            self._said.put(HeardSpeech())
            self._plan_look()
        elif isinstance(event, UtteranceEnded):
            self._said.put(HeardPause(pause_ms=self._pause_ms))
            if self._utterances.full():
                self._not_understood(self._utterances.get_nowait()[0])
            self._utterances.put_nowait((event, self._phrases))

    def _look_for_stall(self, seen: int, left: int) -> None:
        """`seen` bytes had come when this was planned, and `left` looks in which none come end the utterance."""
        if not self._endpointing.is_speaking:
            return
        left = LOOKS if self._pushed > seen else left - 1
        if left:
            self._plan_look(left)
        else:
            self._note(self._endpointing.end())

    def _plan_look(self, left: int = LOOKS) -> None:
        if self._stalled:
            self._stalled.cancel()
        loop = asyncio.get_running_loop()
        self._stalled = loop.call_later(STALLED_SECONDS / LOOKS, self._look_for_stall, self._pushed, left)

    async def _understand(self) -> None:
        while True:
            utterance, phrases = await self._utterances.get()
            self._is_idle = False
            await self._understand_one(utterance, phrases)
            self._is_idle = True
            if self._is_finishing and self._utterances.empty():
                self._said.end()

    async def _understand_one(self, utterance: UtteranceEnded, phrases: tuple[str, ...]) -> None:
        if not utterance.audio or not phrases:
            self._not_understood(utterance)
            return
        try:
            async with asyncio.timeout(self._within):
                heard = await asyncio.wrap_future(self._speech.ask("hear", utterance.audio, phrases))
        except (ProviderError, TimeoutError):
            self._not_understood(utterance)  # a broken engine is a caller who was not understood
            return
        self._put(utterance, *heard)
        seconds = mulaw.seconds(utterance.audio)
        self._said.put(Used(engine="local", model="pocketsphinx", unit="seconds", quantity=seconds))

    def _not_understood(self, utterance: UtteranceEnded) -> None:
        self._put(utterance, "", 0.0)

    def _put(self, utterance: UtteranceEnded, text: str, confidence: float) -> None:
        began, ended = utterance.began_ms, utterance.ended_ms
        self._said.put(HeardUtterance(text=text, confidence=confidence, began_ms=began, ended_ms=ended))
