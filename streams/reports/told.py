"""What the carrier told us of a call: its messages, what streams did, and what its own books say."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from streams.models import MAX_TRIES, Call, CarrierMessage, CarrierRecord, StreamEvent
from streams.reports.reading import Reader, zero
from streams.reports.words import clock, length, money

ASKS = {
    "answer": "A call comes in; what is to be done?",
    "continue": "That is done; what is next?",
    "hangup": "The call is over",
    "stream": "How a stream fares",
    "recording": "A recording can be fetched",
    "apology": "A call came in while the database was away",
    "callback-answer": "Whom we called back picked up",
    "callback-key": "A key was pressed",
    "callback-over": "Putting them through is over",
    "callback-hangup": "The call back is over",
}
SOURCES = {"socket": "our socket", "webhook": "the carrier", "hangup": "the hang-up", "sweep": "our sweeper"}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing we were told, ready to be shown: when on the call, what, small print, and whether it had its effect."""

    at: str
    what: str
    note: str = ""
    state: str = ""
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Ending:
    """What the carrier said of the end: its cause's number, and who hung up; "" for what it did not say."""

    code: str = ""
    source: str = ""


def messages_of(call: Call) -> list[CarrierMessage]:
    """The carrier's messages about this call, in the order in which they came. One query."""
    return list(CarrierMessage.objects.filter(call_uuid=call.call_uuid).order_by("received_at", "pk"))


def ending_in(messages: Iterable[CarrierMessage]) -> Ending:
    """What the last word on the end says."""
    over = [message.body for message in messages if "hangup" in message.kind and isinstance(message.body, dict)]
    told = over[-1] if over else {}
    return Ending(str(told.get("HangupCauseCode", ""))[:8], str(told.get("HangupSource", ""))[:30])


def told(
    call: Call, messages: Iterable[CarrierMessage], reader: Reader, hide: Callable[[str], str]
) -> tuple[list[Told], list[Told]]:
    """Messages and facts about streams in the order of time; and what the carrier's books say. Two queries."""
    since = zero(call)
    said = [(one.received_at, _message(one, since, hide)) for one in messages]
    facts = [(fact.occurred_at, _fact(fact, since)) for fact in StreamEvent.objects.filter(call=call)]
    in_order = [one for _, one in sorted([*said, *facts], key=lambda pair: pair[0])]
    return in_order, [_record(row, since, reader) for row in _newest(call)]


def _message(message: CarrierMessage, since: datetime, hide: Callable[[str], str]) -> Told:
    state, tone = _state(message)
    copies = f"came {message.copies} times" if message.copies > 1 else ""
    waits = message.error and not message.applied_at
    again = "is tried again" if waits and message.attempts < MAX_TRIES else ""
    why = hide(message.error) if waits else ""
    note = " · ".join(part for part in (copies, why, again) if part)
    return Told(_at(message.received_at, since), ASKS.get(message.kind, message.kind), note, state, tone)


def _state(message: CarrierMessage) -> tuple[str, str]:
    """Whether it had its effect: as the list of the carrier's messages says it."""
    if message.applied_at:
        return "applied", "good"
    if message.attempts >= MAX_TRIES:
        return "needs a person", "bad"
    return ("not applied yet", "warn") if message.error else ("waits", "plain")


def _fact(fact: StreamEvent, since: datetime) -> Told:
    what = "A stream begins" if fact.kind == "start" else "A stream ends"
    return Told(_at(fact.occurred_at, since), what, f"told by {SOURCES.get(fact.source, fact.source)}")


def _newest(call: Call) -> list[CarrierRecord]:
    """The newest state of each of the carrier's records of this call."""
    rows = CarrierRecord.objects.filter(call_uuid=call.call_uuid).order_by("kind", "carrier_id", "pk")
    return list({(row.kind, row.carrier_id): row for row in rows}.values())


def _record(row: CarrierRecord, since: datetime, reader: Reader) -> Told:
    what = row.get_kind_display().capitalize()
    beside = " beside the transfer" if row.parent_uuid else ""
    asks = money(row.amount, row.currency) if reader.money else ""
    billed = f"lasted {length(row.seconds)}, paid for {length(row.billed_seconds)}"
    return Told(_at(row.began_at, since) if row.began_at else "", f"{what}{beside}", billed, asks)


def _at(moment: datetime, since: datetime) -> str:
    return clock((moment - since).total_seconds())
