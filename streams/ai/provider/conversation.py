"""Engines that hold a conversation. Pure."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import field
from typing import Any, Protocol

from flows.engine.commands import AT_ANY_TIME, AgentOutcome, AgentTool, KnownAnswer
from flows.engine.values import value
from streams.ai.provider.speech import AudioFormat, HeardPause, HeardSpeech, Used


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
    `interruption` is as in `StartAgent`: the line decides what is cut short and says so with `interrupt`, so an engine
    that would stop by itself when the caller speaks may do that only at `AT_ANY_TIME`.
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
    interruption: str = AT_ANY_TIME


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


Saying = HeardSpeech | HeardPause | AgentAudio | AgentSaid | CallerSaid | ToolCalled | Used | AgentEnded


class Conversation(Protocol):
    """One caller talking with an agent."""

    def push(self, audio: bytes) -> None:
        """Hand over the caller's audio. Never blocks and never raises."""
        ...

    def interrupt(self, *heard_ms: int) -> None:
        """The caller cut in and the line fell silent; the agent stops.

        What was heard, in milliseconds, of each of its turns that was not heard to its end: at least one, the latest
        last, 0 for one that was still waiting. Audio is made faster than it is heard, so the latest may have been made
        whole already, and earlier ones still be playing.
        """
        ...

    def answer_tool(self, call_id: str, result: str) -> None:
        """What a tool call brought, as a sentence or as data; the agent goes on from there. Unknown ids are ignored."""
        ...

    def owing(self) -> Sequence[Used]:
        """What was used and was not reported as `Used`: asked once nobody iterates any more, also after it was left.

        What it gave it does not give again. Never blocks and never raises.
        """
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
