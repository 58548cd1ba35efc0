"""What a line of the call's log says of an event; what must not be kept is hidden. Pure."""

from typing import Any

from flows.engine import events as on
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
            shown = step is not None and step.takes_keys and not step.is_secret
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
