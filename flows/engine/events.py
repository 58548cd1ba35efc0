"""What can happen on a call, in the past tense. Pure: no clock, no audio, no Django.

A driver stamps every event with `at`, the seconds since the call was answered, and echoes in `turn`
the number of the turn whose command the event answers. The caller's own acts carry no turn: they are
always current.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from flows.engine.values import value as value  # other rooms take it from here


@value
class Event:
    """Anything that happened."""

    at: float = 0.0
    turn: int | None = None


@value
class CallAnswered(Event):
    """The first event of every call.

    `began` is the moment of the answer in seconds since the Unix epoch; steps that look at the clock
    add `at` to it. Numbers are E.164 text, or whatever the carrier gave. `earlier_calls` is how often this caller
    called before, as far as it is known.
    """

    began: float = 0.0
    caller: str = ""
    called: str = ""
    earlier_calls: int = 0


@value
class CallResumed(Event):
    """The audio is back after a dropped stream: the step the caller was in begins again."""


@value
class MachineAnswered(Event):
    """On a call that the line makes: an answering machine picked up. It may come in the middle of any step."""


@value
class DigitPressed(Event):
    """One key: 0-9, *, # or A-D.

    `early`: next to nothing was heard yet of the prompt that was asked for last, so the key may answer something else.
    """

    digit: str = ""
    early: bool = False


@value
class SpeechStarted(Event):
    """The caller began to speak. Prompts that allow barge-in stop here."""


@value
class UtteranceHeard(Event):
    """One stretch of caller speech, as text. `confidence` is 0 to 1."""

    text: str = ""
    confidence: float = 1.0


@value
class PromptFinished(Event):
    """All that was to be said in this turn is over.

    `confirmed`: the caller heard every word of it, by the carrier's own account. It is False where the carrier never
    said so in time, where no voice could read a text, and where speech cut it short.
    """

    confirmed: bool = True


@value
class TimerFired(Event):
    """The timer named `timer` that this turn started ran out."""

    timer: str = ""


@value
class AgentSpoke(Event):
    """The agent finished one turn of its own. `cents` is what the conversation has cost so far."""

    text: str = ""
    cents: float = 0.0


@value
class AgentAsked(Event):
    """The agent asks for `tool`. Names and arguments are whatever it sent: the step checks them."""

    call_id: str = ""
    tool: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@value
class Understood(Event):
    """What the words of this turn's `Understand` mean; "" when that could not be told. `confidence` is 0 to 1.

    The answer is whatever an engine said: the step checks it.
    """

    answer: str = ""
    confidence: float = 0.0


@value
class LookedUp(Event):
    """A lookup is over. `found` holds the answer's fields by name; `ok` is False when it failed or took too long."""

    request: str = ""
    ok: bool = False
    found: Mapping[str, str] = field(default_factory=dict)


@value
class TextOrdered(Event):
    """A text message will be sent (`ok`), or was refused: their number gets none, or the site has sent too many."""

    request: str = ""
    ok: bool = False


@value
class CallbackNoted(Event):
    """It is noted that the caller is to be called back (`ok`), or there is no number that may be called."""

    request: str = ""
    ok: bool = False


@value
class AgentFinished(Event):
    """The agent ended with one of the outcomes its step named, or with `failed`."""

    outcome: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


@value
class TransferFinished(Event):
    """A transfer is over. `result` is completed, busy, no-answer or failed."""

    result: str = ""
    seconds: int = 0


@value
class RecordingFinished(Event):
    """The caller left a message of `seconds`; 0 means nothing was recorded."""

    seconds: int = 0


@value
class CallerHungUp(Event):
    """The call is over; nothing can be said any more."""
