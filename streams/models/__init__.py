"""What remains of calls: the call and its streams, what happened, what was said, what it cost."""

from streams.models.calls import Call, CallEvent, CallSummary, Stream, Utterance
from streams.models.messages import CarrierMessage, StreamEvent
from streams.models.money import Charge, Rate

__all__ = [
    "Call",
    "CallEvent",
    "CallSummary",
    "CarrierMessage",
    "Charge",
    "Rate",
    "Stream",
    "StreamEvent",
    "Utterance",
]
