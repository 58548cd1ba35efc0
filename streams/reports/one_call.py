"""One finished call, put together for a reader: on its page and in the terminal.

What the reader may not see is not put in, so no template can show it by mistake.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from flows.numbers import masked
from streams import engines
from streams.models import (
    MAX_TRIES,
    Call,
    CallStatus,
    CallSummary,
    OutcomeKind,
    Stream,
    Utterance,
)
from streams.reports.bill import Cost, bill
from streams.reports.cost import Accrual, accruals, running
from streams.reports.left import HIDDEN, Left, left_by
from streams.reports.mishaps import Mishap, mishaps
from streams.reports.names import names_in
from streams.reports.timeline import WHO_CALL, Row, timeline
from streams.reports.words import clock, length, money

# How good or bad an outcome is, as the colour of its pill; the words say it, too.
TONES: dict[str, str] = {
    OutcomeKind.PERSON: "good",
    OutcomeKind.MESSAGE: "good",
    OutcomeKind.FLOW: "good",
    OutcomeKind.TRANSFER: "plain",
    OutcomeKind.CALLER: "plain",
    OutcomeKind.UNANSWERED: "warn",
    OutcomeKind.UNKNOWN: "warn",
    OutcomeKind.LIMIT: "warn",
    OutcomeKind.FAULT: "bad",
}

# Who spoke, for people: to them an agent is a person at a desk.
WHO = {"agent": "assistant"}

MOOD_TONES = {"positive": "good", "negative": "bad"}

TOLD_BY = {
    "socket": "the stream’s socket",
    "stop": "the carrier’s stream report",
    "hangup": "the carrier’s hang-up report",
    "sweep": "nobody; it was closed after it gave no sign of life",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """What the person who reads may see."""

    transcript: bool = True
    numbers: bool = True
    money: bool = True


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the story, ready to be shown."""

    at: str
    who: str
    side: str
    what: str
    note: str
    cents: str


@dataclass(frozen=True, slots=True)
class StreamLine:
    """One stream, ready to be shown."""

    name: str
    began: str
    lasted: str
    told_by: str
    frames: str


@dataclass(frozen=True, slots=True)
class OneCall:
    """Everything about one call that this reader may see."""

    call: Call
    caller: str
    called: str
    outcome: str
    tone: str
    lasted: str
    total: str
    state: str
    story: list[Moment]
    mishaps: list[Mishap]
    said: list[Utterance]
    summary: CallSummary | None
    sense: list[tuple[str, str, str]]
    costs: list[Cost]
    streams: list[StreamLine]
    left: list[Left]
    facts: list[tuple[str, str]]
    reader: Reader


def one_call(call: Call, reader: Reader) -> OneCall:
    """Read everything about `call` (a fixed number of queries) and say it in words."""
    lines = list(call.events.all())
    names = names_in(call.snapshot, titles=engines.title_of)
    streams = list(call.streams.all())
    charges = list(call.charges.current().select_related("rate", "supersedes")) if reader.money else []
    total = sum((charge.amount for charge in charges), Decimal(0))
    outbound = call.direction == "outbound"
    summary = CallSummary.objects.filter(call=call).first() if reader.transcript else None
    return OneCall(
        call=call,
        caller=call.caller if reader.numbers or outbound else masked(call.caller),
        called=call.called if reader.numbers or not outbound else masked(call.called),
        outcome=call.outcome or call.get_status_display(),
        tone=TONES.get(call.outcome_kind, "plain"),
        lasted=length(seconds_of(call)),
        total=money(total) if reader.money else "",
        state=_state(call),
        story=_story(call, timeline(lines, names), accruals(charges, streams, lines, zero=zero(call)), reader, total),
        mishaps=[_seen(mishap, reader) for mishap in mishaps(lines, names)],
        said=list(call.utterances.all()) if reader.transcript else [],
        summary=summary,
        sense=_sense(summary) if summary else [],
        costs=bill(charges, lines, names),
        streams=[_stream(call, stream) for stream in streams],
        left=left_by(call, sees_words=reader.transcript),
        facts=_facts(call, reader),
        reader=reader,
    )


def seconds_of(call: Call) -> float | None:
    """How long the call lasted: as the carrier counts where that is known, else from our own clock."""
    if call.seconds is not None:
        return call.seconds
    return (call.ended_at - zero(call)).total_seconds() if call.ended_at else None


def zero(call: Call) -> datetime:
    """The moment that the call's log counts from."""
    return call.answered_at or call.began_at


def _sense(summary: CallSummary) -> list[tuple[str, str, str]]:
    """What a summary makes of the call beside its text: name, words, and the tone of their ground ("" for none)."""
    moods = [("Mood", summary.mood), *((f"Mood of the {WHO.get(who, who)}", m) for who, m in summary.moods.items())]
    return [
        *([("Intent", summary.intent, "")] if summary.intent else []),
        *((name, mood, MOOD_TONES.get(mood, "plain")) for name, mood in moods if mood),
        ("Written by", written_by(summary), ""),
    ]


def written_by(summary: CallSummary) -> str:
    """Engine and model, and what the model was asked."""
    asked = f", instructions v{summary.prompt_version}" if summary.prompt_version else ""
    return f"{summary.written_by}{asked}"


def _state(call: Call) -> str:
    """Why the record is not whole yet, and what will happen; "" when it is."""
    parked = call.finalise_attempts >= MAX_TRIES
    if call.status == CallStatus.FINISHED and not call.finalise_error:
        return ""
    if parked:
        return f"Part of this record could not be made after {MAX_TRIES} tries. {call.finalise_error}"
    if call.finalise_error:
        return f"Part of this record is missing and will be tried again. {call.finalise_error}"
    if call.status == CallStatus.ENDED:
        return "The call is over. Its record is being made; reload the page in a moment."
    return "The call is going on. What is shown grows until it ends."


def _seen(mishap: Mishap, reader: Reader) -> Mishap:
    return mishap if reader.transcript else replace(mishap, heard=())


def _story(call: Call, rows: list[Row], due: list[Accrual], reader: Reader, total: Decimal) -> list[Moment]:
    if call.ended_at:
        end = max((call.ended_at - zero(call)).total_seconds(), rows[-1].at if rows else 0.0)
        rows.append(Row(end, "the call", WHO_CALL, "is over", call.outcome))
    sums = running(due, [row.at for row in rows]) if reader.money else []
    if sums and call.ended_at:
        sums[-1] = total  # the last line shows the sum of the charges, whatever came after it
    cents = [f"{amount * 100:.1f}" for amount in sums] or [""] * len(rows)
    return [
        Moment(
            at=clock(row.at),
            who=row.who,
            side=row.side,
            what=row.what if reader.transcript or not row.secret else HIDDEN,
            note=row.note,
            cents=sum_,
        )
        for row, sum_ in zip(rows, cents, strict=True)
    ]


def _stream(call: Call, stream: Stream) -> StreamLine:
    ended = stream.ended_at
    return StreamLine(
        name=stream.stream_id,
        began=clock((stream.started_at - zero(call)).total_seconds()),
        lasted=length((ended - stream.started_at).total_seconds()) if ended else "still open",
        told_by=TOLD_BY.get(stream.ended_by, stream.ended_by) if ended else "",
        frames=f"{stream.frames:,}" + (f", {stream.unusable:,} ignored" if stream.unusable else ""),
    )


def _facts(call: Call, reader: Reader) -> list[tuple[str, str]]:
    """The small print, as pairs; what is not known is left out."""
    cost = call.carrier_cost
    facts = [
        ("In words", call.outcome),
        ("The end was told by", TOLD_BY.get(call.ended_by, call.ended_by)),
        ("The carrier’s reason", call.hangup_cause),
        ("The carrier counts", length(call.seconds) if call.seconds is not None else ""),
        ("The carrier asks", money(cost) if cost is not None and reader.money else ""),
        ("Streams taken up again", str(call.continues or "")),
        ("The carrier’s name for it", call.call_uuid),
    ]
    return [(name, said) for name, said in facts if said]
