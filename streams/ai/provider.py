"""What speech and AI engines must offer: three abilities, each "push in, iterate out". Pure protocols.

All audio here is mu-law at 8 kHz mono, 8 bytes a millisecond, unless an engine's `takes` or `gives` says otherwise.
Usage is an event, so metering has no path of its own. One contract test holds for every engine.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import field
from typing import Any, Protocol

from flows.engine.commands import AgentOutcome, KnownAnswer
from flows.engine.events import value


class ProviderError(Exception):
    """An engine failed. `retryable` says whether the same request may succeed a moment later."""

    retryable = False

    def __init__(self, message: str, *, retryable: bool | None = None) -> None:
        super().__init__(message)
        if retryable is not None:
            self.retryable = retryable


class ProviderUnavailable(ProviderError):
    """It could not be reached, or broke off."""

    retryable = True


class ProviderTimedOut(ProviderError):
    """It did not answer within its deadline."""

    retryable = True


class ProviderRefused(ProviderError):
    """It said no: wrong key, unknown model, content, quota. Asking again does not help."""


@value
class AudioFormat:
    """How samples are laid out: `mulaw` or `pcm16` (little-endian), and samples a second."""

    encoding: str = "mulaw"
    sample_rate: int = 8000


MULAW_8K = AudioFormat()


# What engines say. `Heard...` events belong to transcribers and agents alike.


@value
class HeardSpeech:
    """The caller began to speak."""


@value
class HeardInterim:
    """What the caller seems to be saying; it may still change."""

    text: str


@value
class HeardUtterance:
    """What the caller said, final. `confidence` is 0 to 1; `began_ms`/`ended_ms` count from the first pushed audio."""

    text: str
    confidence: float = 1.0
    began_ms: int = 0
    ended_ms: int = 0


@value
class Used:
    """Something that costs money was used: `quantity` of `unit` (seconds, characters, text_tokens...) of `model`."""

    engine: str
    model: str
    unit: str
    quantity: float


@value
class AgentAudio:
    """A piece of the agent's speech, in the format the agent `gives`."""

    audio: bytes


@value
class AgentSaid:
    """The agent finished one turn with these words. All of its audio came before."""

    text: str


@value
class CallerSaid:
    """The agent's engine understood the caller so; "" when it did not."""

    text: str


@value
class ToolCalled:
    """The agent asks for something outside the conversation; answer with `Conversation.answer_tool`."""

    call_id: str
    name: str
    arguments: dict[str, Any] = field(default_factory=dict)


@value
class AgentEnded:
    """The conversation ended with one of the brief's outcomes. What was said before is still to be heard."""

    outcome: str


@value
class TranscriberAbilities:
    """What an engine can do, asked before it is used."""

    interim: bool = False
    free_speech: bool = False
    languages: tuple[str, ...] = ("en-US",)


@value
class ListenOptions:
    """What to listen for. Engines without free speech understand only `phrases`."""

    language: str = "en-US"
    phrases: tuple[str, ...] = ()


Hearing = HeardSpeech | HeardInterim | HeardUtterance | Used


class Listening(Protocol):
    """One caller being listened to."""

    def push(self, audio: bytes) -> None:
        """Hand over audio. Never blocks and never raises; drops the oldest when the engine falls behind."""
        ...

    def expect(self, phrases: tuple[str, ...]) -> None:
        """From the next utterance on, these are the likely phrases."""
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


class Synthesizer(Protocol):
    """Text to speech. `voices` are the names that `speak` takes, each with a title that people read."""

    name: str
    gives: AudioFormat
    voices: Mapping[str, str]

    def speak(self, text: str, *, voice: str = "", language: str = "en-US") -> AsyncGenerator[bytes | Used, None]:
        """Audio in pieces as it is made; closing the generator stops it. Raises `ProviderError`."""
        ...


@value
class AgentBrief:
    """What an agent is told before it speaks.

    `tried` is what the caller already did and said, as sentences. All texts from callers are data, never instructions.
    """

    instructions: str = ""
    greeting: str = ""
    knowledge: tuple[KnownAnswer, ...] = ()
    outcomes: tuple[AgentOutcome, ...] = ()
    tried: tuple[str, ...] = ()
    language: str = "en-US"
    voice: str = ""


Saying = HeardSpeech | AgentAudio | AgentSaid | CallerSaid | ToolCalled | Used | AgentEnded


class Conversation(Protocol):
    """One caller talking with an agent."""

    def push(self, audio: bytes) -> None:
        """Hand over the caller's audio. Never blocks and never raises."""
        ...

    def interrupt(self, heard_ms: int) -> None:
        """The caller cut in after hearing `heard_ms` of what the agent was saying; it stops."""
        ...

    def answer_tool(self, call_id: str, result: str) -> None:
        """What a tool call brought."""
        ...

    def __aiter__(self) -> AsyncIterator[Saying]: ...


class Agent(Protocol):
    """A conversation that ends in a named outcome. `title` is what people read: never "AI" for what is none."""

    name: str
    title: str
    takes: AudioFormat
    gives: AudioFormat

    def converse(self, brief: AgentBrief) -> AbstractAsyncContextManager[Conversation]:
        """Begin to talk. Raises `ProviderError` on entry when the engine cannot be had."""
        ...


@value
class Summary:
    """What a call was about. `mood` is positive, neutral or negative; `written_by` names the engine in words."""

    text: str
    intent: str
    mood: str
    written_by: str
    used: tuple[Used, ...] = ()


class Summarizer(Protocol):
    """Sums up a finished call. `lines` are (who, text) pairs: caller, line or agent."""

    name: str

    def sum_up(self, lines: list[tuple[str, str]], *, outcome: str) -> Summary:
        """Synchronous: it runs in a worker. Raises `ProviderError`."""
        ...
