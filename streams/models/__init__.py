"""What remains of calls: the call and its streams, what happened, what was said, what it cost."""

from streams.models.alerts import Alert, AlertEndpoint, AlertNotice, AlertRule, Heartbeat
from streams.models.budgets import Budget
from streams.models.callbacks import CallbackAttempt, CallbackRequest
from streams.models.calls import MAX_TRIES, Call, CallEvent, CallStatus, CallSummary, OutcomeKind, Stream, Utterance
from streams.models.cues import Cue, CueMark, Talk
from streams.models.desk import DeskAct
from streams.models.engines import AgentTurn, EngineTest, EngineTrouble
from streams.models.exports import Export, ExportState
from streams.models.figures import CallFigures, StepVisit
from streams.models.ledger import Decision, LedgerEntry, LegEvent, Period, Settlement
from streams.models.listening import ListenOrder
from streams.models.messages import CarrierMessage, StreamEvent
from streams.models.money import Charge, Rate
from streams.models.mornings import MorningMail, MorningSent
from streams.models.notes import CallNote, TextMessage
from streams.models.ordered import CarrierOrder
from streams.models.outbound import Callee, CallList, DoNotCall, OutboundAttempt
from streams.models.reconciling import AwaitedRecord, BookDay, DayAccount, ReconcilingNote, UnreadableRecord
from streams.models.recordings import CallRecording, RecordingPiece, RecordingPlay
from streams.models.records import CarrierRecord
from streams.models.rehearsals import Rehearsal
from streams.models.retention import Erasure, Gone, RetentionRule, RetentionRun
from streams.models.rollups import ChangedDay, DayFigures, RollUps, StepFigures, Tally
from streams.models.sharing import LinkOpening, SharedLink, Unmasking
from streams.models.switches import Announcement, FlowSwitch
from streams.models.tokens import ApiToken

__all__ = [
    "MAX_TRIES",
    "AgentTurn",
    "Alert",
    "AlertEndpoint",
    "AlertNotice",
    "AlertRule",
    "Announcement",
    "ApiToken",
    "AwaitedRecord",
    "BookDay",
    "Budget",
    "Call",
    "CallEvent",
    "CallFigures",
    "CallList",
    "CallNote",
    "CallRecording",
    "CallStatus",
    "CallSummary",
    "CallbackAttempt",
    "CallbackRequest",
    "Callee",
    "CarrierMessage",
    "CarrierOrder",
    "CarrierRecord",
    "ChangedDay",
    "Charge",
    "Cue",
    "CueMark",
    "DayAccount",
    "DayFigures",
    "Decision",
    "DeskAct",
    "DoNotCall",
    "EngineTest",
    "EngineTrouble",
    "Erasure",
    "Export",
    "ExportState",
    "FlowSwitch",
    "Gone",
    "Heartbeat",
    "LedgerEntry",
    "LegEvent",
    "LinkOpening",
    "ListenOrder",
    "MorningMail",
    "MorningSent",
    "OutboundAttempt",
    "OutcomeKind",
    "Period",
    "Rate",
    "ReconcilingNote",
    "RecordingPiece",
    "RecordingPlay",
    "Rehearsal",
    "RetentionRule",
    "RetentionRun",
    "RollUps",
    "Settlement",
    "SharedLink",
    "StepFigures",
    "StepVisit",
    "Stream",
    "StreamEvent",
    "Talk",
    "Tally",
    "TextMessage",
    "Unmasking",
    "UnreadableRecord",
    "Utterance",
]
