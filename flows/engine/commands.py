"""What the engine asks a driver to do, in the imperative. The engine stamps each with the turn it belongs to,
and what is said or understood with the language of the call ("" the flow's own).

The `Log...` commands ask for a line in the call's log (`consenting` has one more); all others act on the line."""

from collections.abc import Mapping
from dataclasses import field

from flows.engine.values import value


@value
class Command:
    """Anything a driver can be asked to do."""

    turn: int = 0


@value
class Play(Command):
    """Speak `texts` one after the other; answer `PromptFinished` when the last was heard.

    `barge_in`: the caller's speech cuts the prompt short. Keys always may. `spare` are those of the texts that may be
    left out should no voice read them. `language` is the one they are in, "" the flow's own; a text that is not
    known in it is said in the flow's own.
    """

    texts: tuple[str, ...] = ()
    barge_in: bool = True
    spare: tuple[str, ...] = ()
    language: str = ""


@value
class StopPlaying(Command):
    """Silence the line at once and forget what was still to be played."""


@value
class Listen(Command):
    """Understand speech from here until `StopListening`; answer `SpeechStarted` and `UtteranceHeard`.

    Speech that was not understood is an utterance without text or with little confidence.
    `phrases` is what the caller is likely to say: recognisers that work from a list use it as their grammar.
    """

    phrases: tuple[str, ...] = ()
    language: str = ""


@value
class StopListening(Command):
    """Speech is of no interest any more."""


@value
class StartTimer(Command):
    """Answer `TimerFired` with the same name after `seconds`. A new timer of a name replaces the old one."""

    seconds: float = 0.0
    timer: str = "wait"


@value
class CancelTimer(Command):
    """Forget the timer of this name."""

    timer: str = "wait"


@value
class KnownAnswer:
    """One thing an agent knows: ways to ask, parted by `|`, and the answer it gives."""

    question: str = field(metadata={"label": "Ways to ask it", "row": "question", "separator": "|"})
    answer: str = field(metadata={"label": "What it answers"})


@value
class AgentOutcome:
    """One way a conversation may end: its name, what it means, and words by which callers ask for it."""

    name: str
    label: str = ""
    phrases: tuple[str, ...] = ()


@value
class ToolSlot:
    """One thing that an agent must say to use a tool: one of `choices`, or free text where there are none.

    `choices` are (name, what it means). Free text has at most `longest` characters, and `pattern`, where given, is a
    regular expression that the whole of it must match.
    """

    name: str
    purpose: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    longest: int = 400
    pattern: str = ""


@value
class AgentTool:
    """Something that an agent may ask the step for. `purpose` tells it when, in a sentence."""

    name: str
    purpose: str = ""
    slots: tuple[ToolSlot, ...] = ()


AT_ANY_TIME, AFTER_A_MOMENT, NEVER = "at-any-time", "after-a-moment", "never"  # when speech may interrupt an agent


@value
class StartAgent(Command):
    """Hand the conversation to an agent until it names one of `outcomes`.

    What it asks for with one of `tools` comes as `AgentAsked`, to be answered with `AnswerAgent`. `tried` is what the
    caller already did and said, oldest first, in plain sentences. `notes` is what it knows besides `knowledge`.
    `engine` and `voice` "" are the flow's. `interruption` is when the caller's speech may cut its words short; it is
    heard and answered in any case.
    """

    engine: str = ""
    instructions: str = ""
    persona: str = ""
    greeting: str = ""
    knowledge: tuple[KnownAnswer, ...] = ()
    notes: str = ""
    outcomes: tuple[AgentOutcome, ...] = ()
    tools: tuple[AgentTool, ...] = ()
    tried: tuple[str, ...] = ()
    voice: str = ""
    interruption: str = AT_ANY_TIME
    language: str = ""


@value
class AnswerAgent(Command):
    """Tell the agent what came of its request `call_id` for `tool`; `result` is data to it. `ok`: it was done."""

    call_id: str = ""
    result: str = ""
    tool: str = ""
    ok: bool = True


@value
class StopAgent(Command):
    """End the conversation; what the agent still wanted to say is not said."""


@value
class Understand(Command):
    """Find out what the caller's words mean; answer `Understood`, with "" where nothing can.

    `wants`, `choices` and `today` are as in a provider's `Question`. An answer of less confidence than `floor` will not
    be taken. A new one replaces the one before.
    """

    asked: str = ""
    said: str = ""
    wants: str = "choice"
    choices: tuple[AgentOutcome, ...] = ()
    today: str = ""
    floor: float = 0.0
    language: str = ""


@value
class StopUnderstanding(Command):
    """What the caller's words mean is of no interest any more: a key was pressed meanwhile."""


@value
class LookUp(Command):
    """Ask the lookup with the key `lookup` for what its fields say; answer `LookedUp` with the same `request`.

    The address behind the key is known to the server alone.
    """

    lookup: str = ""
    request: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@value
class SendText(Command):
    """Send the caller `text`, which a builder wrote and called `name`, by SMS to the number they call from; answer
    `TextOrdered` with the same `request`."""

    name: str = ""
    text: str = ""
    request: str = ""


@value
class SendKeys(Command):
    """Send these keys down the line as tones."""

    digits: str = ""


@value
class KeepNote(Command):
    """Leave a message for the people who run the line: `text` is what the caller wants."""

    text: str = ""


@value
class AskForCallback(Command):
    """Note that the caller is to be called back; answer `CallbackNoted` with the same `request`, where there is one.

    `number` is what the caller typed, "" for the number they call from. With a `destination` the line calls by itself,
    while `hours` are open, up to `attempts` times with `minutes` between; without one, people do.
    """

    number: str = ""
    about: str = ""
    destination: str = ""
    hours: str = ""
    attempts: int = 3
    minutes: int = 15
    request: str = ""


@value
class Transfer(Command):
    """Put the caller through to the destination with this key; answer `TransferFinished`.

    Ends the stream: the carrier dials. The number behind the key is looked up by the server. `listens`: their talk is
    written down, where it may be.
    """

    destination: str = ""
    ring_seconds: int = 25
    listens: bool = False


@value
class RecordMessage(Command):
    """Let the carrier record the caller; answer `RecordingFinished`. Ends the stream."""

    max_seconds: int = 120
    finish_key: str = "#"


@value
class Hangup(Command):
    """End the call. `reason` is for the log, in words. `sorry`: the flow cannot go on, and the caller is told so."""

    reason: str = ""
    sorry: bool = False


@value
class LogEntered(Command):
    """The caller came to this step."""

    step: str = ""


@value
class LogLeft(Command):
    """The caller left `step` by the exit for `outcome`, towards `goes_to` (None: the call ends)."""

    step: str = ""
    outcome: str = ""
    goes_to: str | None = None


@value
class LogAnswer(Command):
    """The caller gave these answers at `step`, by name; ones that must not be kept are not among them."""

    step: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


@value
class LogAsked(Command):
    """An agent asked for `tool`. `verdict` is allowed, to-confirm, refused (`why`, as told) or own (the step's)."""

    tool: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    verdict: str = ""
    why: str = ""


@value
class LogMissed(Command):
    """The caller was asked at `step` in vain: `what` is no-input (nothing came) or no-match (nothing fitted)."""

    step: str = ""
    what: str = ""


LEAVES_THE_STREAM = (Transfer, RecordMessage, Hangup)
