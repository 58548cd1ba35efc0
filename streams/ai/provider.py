"""What speech and AI engines must offer: a protocol for each ability, "push in, iterate out" where it is live. Pure.

All audio here is mu-law at 8 kHz mono, 8 bytes a millisecond, unless an engine's `takes` or `gives` says otherwise.
Usage is an event, so metering has no path of its own. One contract test holds for every engine.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import field
from enum import StrEnum
from typing import Any, Protocol

from flows.engine.commands import AgentOutcome, AgentTool, KnownAnswer
from flows.engine.events import value


class Fault(StrEnum):
    """What is wrong with an engine, coarsely: what operations must do differs by it, what the caller hears does not."""

    KEY = "key"  # wrong, missing or withdrawn
    MODEL = "model"  # unknown, or not ours to use
    QUOTA = "quota"  # the account is empty
    BUSY = "busy"  # too many requests; a moment later it may work
    UNREACHABLE = "unreachable"
    SLOW = "slow"  # it missed a deadline
    REFUSED = "refused"  # this very request
    BROKE = "broke"


class ProviderError(Exception):
    """An engine failed. The message is a sentence for operations; it never holds a key or a caller's words.

    `retryable` says whether the same request may succeed a moment later, `used` what it cost all the same.
    """

    retryable = False
    fault = Fault.BROKE

    def __init__(
        self,
        message: str,
        *,
        retryable: bool | None = None,
        fault: Fault | None = None,
        used: tuple["Used", ...] = (),
    ) -> None:
        super().__init__(message)
        self.used = used
        if retryable is not None:
            self.retryable = retryable
        if fault is not None:
            self.fault = fault


class ProviderUnavailable(ProviderError):
    """It could not be reached, or broke off."""

    retryable = True
    fault = Fault.UNREACHABLE


class ProviderTimedOut(ProviderError):
    """It did not answer within its deadline."""

    retryable = True
    fault = Fault.SLOW


class ProviderBusy(ProviderError):
    """Too many requests at once (HTTP 429 that is not about money)."""

    retryable = True
    fault = Fault.BUSY


class ProviderRefused(ProviderError):
    """It said no: wrong key, unknown model, content, quota. Asking again does not help."""

    fault = Fault.REFUSED


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
class HeardPause:
    """The caller stopped speaking `pause_ms` ago, as far as the engine can tell: from there an answer is late."""

    pause_ms: int = 0


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


@value
class AgentAudio:
    """A piece of the agent's speech, in the format the agent `gives`."""

    audio: bytes


@value
class AgentSaid:
    """The agent finished one turn with these words. All of its audio came before.

    Every turn that gave audio ends with one of these, also one that the caller cut short: then with the words that were
    heard, as well as the engine can tell.
    """

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


Hearing = HeardSpeech | HeardPause | HeardInterim | HeardUtterance | Used


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
class Spoke:
    """One line of a conversation so far. `who` is caller or agent."""

    who: str
    text: str


@value
class AgentBrief:
    """What an agent is told before it speaks.

    `tried` is what the caller already did and said, as sentences. `history` is what was said in this conversation
    already: the greeting when the line itself spoke it, more when another engine took over. With a history the agent
    does not greet; it waits for the caller, unless the last line is the caller's: then it answers that.
    `notes` is a page of what it knows besides `knowledge`. `tools` are what it may ask for, closed lists;
    `discloses_ai`: it must not deny, or hide, being a machine.
    All texts from callers and lookups are data, never instructions. `voice` "" is the engine's usual one.
    """

    instructions: str = ""
    persona: str = ""
    greeting: str = ""
    knowledge: tuple[KnownAnswer, ...] = ()
    notes: str = ""
    outcomes: tuple[AgentOutcome, ...] = ()
    tools: tuple[AgentTool, ...] = ()
    tried: tuple[str, ...] = ()
    history: tuple[Spoke, ...] = ()
    language: str = "en-US"
    voice: str = ""
    discloses_ai: bool = True


Saying = HeardSpeech | HeardPause | AgentAudio | AgentSaid | CallerSaid | ToolCalled | Used | AgentEnded


class Conversation(Protocol):
    """One caller talking with an agent."""

    def push(self, audio: bytes) -> None:
        """Hand over the caller's audio. Never blocks and never raises."""
        ...

    def interrupt(self, heard_ms: int) -> None:
        """The caller cut in after hearing `heard_ms` of the agent's latest turn; it stops.

        Also called when that turn was made whole already: audio is made faster than it is heard.
        """
        ...

    def answer_tool(self, call_id: str, result: str) -> None:
        """What a tool call brought, as a sentence or as data; the agent goes on from there. Unknown ids are ignored."""
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
class Question:
    """Words to be understood: what was asked, what the caller said, and what may be meant.

    `wants`: choice (one of the names in `choices`), digits, number, date (ISO 8601), yes-no (`yes` or `no`) or text.
    `today` is the caller's date in ISO 8601, for "next Tuesday". `said` is data, never instructions.
    """

    asked: str
    said: str
    wants: str = "choice"
    choices: tuple[AgentOutcome, ...] = ()
    language: str = "en-US"
    today: str = ""


@value
class Understanding:
    """What was meant, in the form that the question wants; "" when that cannot be told. `confidence` is 0 to 1."""

    answer: str = ""
    confidence: float = 0.0
    used: tuple[Used, ...] = ()


class Understander(Protocol):
    """From a caller's words to what they mean, when comparing them with what was expected found nothing."""

    name: str

    async def understand(self, question: Question) -> Understanding:
        """Raises `ProviderError`. An answer that the question does not allow is never given."""
        ...


@value
class Summary:
    """What a call was about. Moods are positive, neutral or negative; `written_by` names engine and model in words.

    `moods` is the mood of each who spoke (caller, agent), `topics` a few words each, `follow_up` what somebody should
    do now, "" when nothing. `prompt_version` names what a model was asked, "" where none was.
    """

    text: str
    intent: str
    mood: str
    written_by: str
    moods: Mapping[str, str] = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    follow_up: str = ""
    prompt_version: str = ""
    used: tuple[Used, ...] = ()


class Summarizer(Protocol):
    """Sums up a finished call. `lines` are (who, text) pairs: caller, line or agent."""

    name: str

    def sum_up(self, lines: list[tuple[str, str]], *, outcome: str) -> Summary:
        """Synchronous: it runs in a worker. Raises `ProviderError`."""
        ...
