"""What a line of the call's log says of an event or a command; what must not be kept is hidden. Pure."""

from typing import Any

from flows.engine import commands as do
from flows.engine import events as on
from flows.engine.commands import Command
from flows.engine.consenting import LogConsent
from flows.engine.events import Event
from flows.engine.step import Step

HIDDEN = "•"  # stands in the log where digits or words must not be kept


def line_of(event: Event, step: Step | None) -> tuple[str, dict[str, Any]] | None:
    """Kind and data of the line that the call's record needs of this event at this step; None when it needs none."""
    match event:
        case on.CallAnswered(earlier_calls=earlier):
            return "answered", {"earlier_calls": earlier} if earlier else {}
        case on.CallResumed():
            return "resumed", {}
        case on.DigitPressed(digit=digit):
            # a key typed ahead may be the first digit of a PIN: only a step that takes keys may show them
            shown = step is not None and step.may_show(digit)
            return "key", {"digit": digit if shown else HIDDEN}
        case on.UtteranceHeard(text=text, confidence=confidence):
            secret = step is not None and step.is_secret
            return "utterance", {"text": HIDDEN if secret else text, "confidence": round(confidence, 2)}
        case on.AgentFinished(outcome=outcome):
            return "agent_finished", {"outcome": outcome}
        case on.TransferFinished(result=result, seconds=seconds):
            return "transfer_finished", {"result": result, "seconds": seconds}
        case on.RecordingFinished(seconds=seconds):
            return "recording_finished", {"seconds": seconds}
    return None


def line_about(command: Command) -> tuple[str, str, dict[str, Any]] | None:
    """Step, kind and data of the line that a command asks for; None where it asks for none.

    The step is "" for the one where the caller is.
    """
    match command:
        case do.LogLeft(step=step, outcome=outcome, goes_to=goes_to):
            return step, "left", {"outcome": outcome, "goes_to": goes_to}
        case do.LogMissed(step=step, what=what):
            return step, "missed", {"what": what}
        case do.LogAnswer(step=step, answers=answers):
            return step, "answer", {"answers": dict(answers)}
        case do.LogAsked(tool=tool, arguments=arguments, verdict=verdict, why=why):
            return "", "tool_asked", {"tool": tool, "arguments": dict(arguments), "verdict": verdict, "why": why}
        case LogConsent(step=step):
            return step, *command.line
        case do.Transfer(destination=destination):
            return "", "transfer", {"destination": destination}
        case do.RecordMessage(max_seconds=longest):
            return "", "recording", {"max_seconds": longest}
    return None
