"""What remains of calls: the call and its streams, what happened, what was said, what it cost."""

from streams.models.alerts import Alert, AlertEndpoint, AlertNotice, AlertRule, Heartbeat
from streams.models.budgets import Budget
from streams.models.callbacks import CallbackAttempt, CallbackRequest
from streams.models.calls import MAX_TRIES, Call, CallEvent, CallStatus, CallSummary, OutcomeKind, Stream, Utterance
from streams.models.engines import AgentTurn, EngineTest, EngineTrouble
from streams.models.figures import CallFigures, StepVisit
from streams.models.ledger import Decision, LedgerEntry, LegEvent, Period, Settlement
from streams.models.messages import CarrierMessage, StreamEvent
from streams.models.money import Charge, Rate
from streams.models.notes import CallNote, TextMessage
from streams.models.reconciling import AwaitedRecord, BookDay, ReconcilingNote, UnreadableRecord
from streams.models.records import CarrierRecord
from streams.models.rehearsals import Rehearsal

__all__ = [
    "MAX_TRIES",
    "AgentTurn",
    "Alert",
    "AlertEndpoint",
    "AlertNotice",
    "AlertRule",
    "Budget",
    "AwaitedRecord",
    "BookDay",
    "Call",
    "CallEvent",
    "CallFigures",
    "CallbackAttempt",
    "CallbackRequest",
    "CallNote",
    "CallStatus",
    "CallSummary",
    "CarrierMessage",
    "CarrierRecord",
    "Charge",
    "Decision",
    "EngineTest",
    "EngineTrouble",
    "Heartbeat",
    "LedgerEntry",
    "LegEvent",
    "OutcomeKind",
    "Period",
    "Rate",
    "ReconcilingNote",
    "Rehearsal",
    "Settlement",
    "Stream",
    "StepVisit",
    "StreamEvent",
    "TextMessage",
    "UnreadableRecord",
    "Utterance",
]
