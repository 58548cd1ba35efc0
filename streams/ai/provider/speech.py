"""Engines that hear and speak: speech to text, text to speech. Pure."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from flows.engine.values import value


@value
class AudioFormat:
    """How samples are laid out: `mulaw` or `pcm16` (little-endian), and samples a second."""

    encoding: str = "mulaw"
    sample_rate: int = 8000


MULAW_8K = AudioFormat()


@value
class HeardSpeech:
    """The caller began to speak."""


@value
class HeardPause:
    """The caller stopped speaking `pause_ms` ago, as far as the engine can tell: from there an answer is late."""

    pause_ms: int = 0


@value
class HeardInterim:
    """What the caller seems to be saying, all of it that is not final; it may still change."""

    text: str


@value
class HeardUtterance:
    """What the caller said, final. `confidence` is 0 to 1; `began_ms`/`ended_ms` count from the first pushed audio."""

    text: str
    confidence: float = 1.0
    began_ms: int = 0
    ended_ms: int = 0


@value
class HeardGap:
    """Audio that no engine was there for, or that came faster than it listened. Counted as those of an utterance.

    `why` is a sentence for operations, "" where there is nothing more to say.
    """

    began_ms: int
    ended_ms: int
    why: str = ""


@value
class Used:
    """Something that costs money was used: `quantity` of `unit` of `model`.

    Units: seconds (of audio), characters (of text spoken), and tokens as `text_in`, `text_cached`, `text_out`,
    `audio_in`, `audio_cached`, `audio_out`. What was cached is not counted among `..._in` again. Never zero.
    `estimated`: the vendor did not say how much, so we reckoned it.
    """

    engine: str
    model: str
    unit: str
    quantity: float
    estimated: bool = False

    def as_line(self) -> dict[str, Any]:
        """As the call's log keeps it."""
        line = {"engine": self.engine, "model": self.model, "unit": self.unit, "quantity": self.quantity}
        return line | ({"estimated": True} if self.estimated else {})


Hearing = HeardSpeech | HeardPause | HeardInterim | HeardUtterance | HeardGap | Used


@value
class TranscriberAbilities:
    """What an engine can do, asked before it is used."""

    interim: bool = False
    free_speech: bool = False
    languages: tuple[str, ...] = ("en-US",)


@value
class ListenOptions:
    """What to listen for. Engines without free speech understand only `phrases`.

    `every_word`: nobody waits for an answer, and nothing may be lost. Audio is kept for a minute until it is
    understood, words may be late, and an engine that is out of order is asked again later.
    """

    language: str = "en-US"
    phrases: tuple[str, ...] = ()
    every_word: bool = False

    @property
    def kept_seconds(self) -> float:
        """How much audio is kept that is not understood yet."""
        return 60.0 if self.every_word else 15.0


class Listening(Protocol):
    """One caller being listened to."""

    def push(self, audio: bytes) -> None:
        """Hand over audio. Never blocks and never raises; drops the oldest when the engine falls behind."""
        ...

    def expect(self, phrases: tuple[str, ...]) -> None:
        """From the next utterance on, these are the likely phrases."""
        ...

    def finish(self) -> None:
        """No more audio comes. What was pushed is understood and told, then the iteration ends. Never blocks."""
        ...

    def owing(self) -> Sequence[Used]:
        """What was used and was not reported as `Used`: asked once nobody iterates any more, also after it was left.

        What it gave it does not give again. Never blocks and never raises.
        """
        ...

    def __aiter__(self) -> AsyncIterator[Hearing]: ...


class Transcriber(Protocol):
    """Speech to text."""

    name: str
    takes: AudioFormat
    can: TranscriberAbilities

    def listen(self, options: ListenOptions) -> AbstractAsyncContextManager[Listening]:
        """Begin to listen. Raises `ProviderError` on entry when the engine cannot be had."""
        ...


Owed = Callable[[Used], None]


def forgiven(used: Used) -> None:
    """An `Owed` of who keeps no accounts."""


class Synthesizer(Protocol):
    """Text to speech. `voices` are the names that `speak` takes, each with a title that people read."""

    name: str
    gives: AudioFormat
    voices: Mapping[str, str]

    def speak(
        self, text: str, *, voice: str = "", language: str = "en-US", owed: Owed = forgiven
    ) -> AsyncGenerator[bytes | Used, None]:
        """Audio in pieces as it is made; closing the generator stops it. Raises `ProviderError`.

        `owed` is told what was used and cannot be given any more: the text was left, or broke off, before it was
        counted.
        """
        ...
