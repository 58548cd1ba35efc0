"""What remains of calls: the call and its streams, what happened, what was said, what it cost."""

from streams.models.callbacks import CallbackAttempt, CallbackRequest
from streams.models.calls import MAX_TRIES, Call, CallEvent, CallStatus, CallSummary, OutcomeKind, Stream, Utterance
from streams.models.engines import AgentTurn, EngineTest, EngineTrouble
from streams.models.exports import Export, ExportState
from streams.models.figures import CallFigures, StepVisit
from streams.models.ledger import Decision, LedgerEntry, LegEvent, Period, Settlement
from streams.models.messages import CarrierMessage, StreamEvent
from streams.models.money import Charge, Rate
from streams.models.mornings import MorningMail, MorningSent
from streams.models.notes import CallNote, TextMessage
from streams.models.reconciling import AwaitedRecord, BookDay, ReconcilingNote, UnreadableRecord
from streams.models.records import CarrierRecord
from streams.models.rehearsals import Rehearsal
from streams.models.rollups import ChangedDay, HourFigures, RollUps, StepFigures, Tally
from streams.models.tokens import ApiToken

__all__ = [
    "MAX_TRIES",
    "AgentTurn",
    "ApiToken",
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
    "ChangedDay",
    "Charge",
    "Decision",
    "EngineTest",
    "EngineTrouble",
    "Export",
    "ExportState",
    "MorningMail",
    "MorningSent",
    "HourFigures",
    "LedgerEntry",
    "LegEvent",
    "OutcomeKind",
    "Period",
    "Rate",
    "ReconcilingNote",
    "Rehearsal",
    "RollUps",
    "StepFigures",
    "Settlement",
    "Stream",
    "StepVisit",
    "Stream",
    "StreamEvent",
    "Tally",
    "TextMessage",
    "UnreadableRecord",
    "Utterance",
]
