"""One call, put together for a reader: on its page, on a page that is shared, and in the terminal.

What the reader may not see is not put in, so no template can show it by mistake.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from streams import engines
from streams.models import MAX_TRIES, Call, CallStatus, CallSummary, CarrierMessage, Gone, OutcomeKind, Stream
from streams.reports.bill import Cost, bill
from streams.reports.ended import explained
from streams.reports.left import Left, left_by
from streams.reports.mishaps import Mishap, mishaps
from streams.reports.names import names_in
from streams.reports.reading import HIDDEN, Reader, numbers_of, seconds_of, zero
from streams.reports.speed import how_fast
from streams.reports.story import Bill, Moment, story
from streams.reports.talked import Talked, talked
from streams.reports.told import Told, ending_in, messages_of, told
from streams.reports.unwritten import unwritten
from streams.reports.words import clock, length, moment, money
from streams.retention.kinds import BY_NAME
from streams.sharing.hiding import Hiding, hiding

__all__ = ["HIDDEN", "TONES", "OneCall", "Reader", "one_call", "seconds_of", "written_by", "zero"]

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
    "record": "the carrier’s record of the call, which was asked for as no hang-up report came",
    "missing": "nobody; the carrier did not list it any more, so this end is an estimate",
}
ASKED = {  # how the end of a call was learnt that nobody told
    "record": "The carrier’s report of the end did not come, so it was asked: the end is from its record.",
    "missing": "Nobody told when it ended: from then on the carrier did not list it among its calls any more. This end "
    "is an estimate.",
}


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing said, ready to be shown. `second` is its moment on the call."""

    at: str
    second: float
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Summed:
    """What a call was about, ready to be shown. `sense`: name, words, and the tone of their ground ("" for none)."""

    text: str
    intent: str
    mood: str
    topics: list[str]
    sense: list[tuple[str, str, str]]
    written_by: str


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
    """Everything about one call that this reader may see. `why` tells in a sentence why it ended, "" before it did."""

    call: Call
    caller: str
    called: str
    outcome: str
    tone: str
    why: str
    lasted: str
    total: str
    state: str
    story: list[Moment]
    mishaps: list[Mishap]
    unwritten: list[str]
    said: list[Utterance]
    summary: Summed | None
    talk: Talked | None
    costs: list[Cost]
    speed: list[tuple[str, str]]
    streams: list[StreamLine]
    messages: list[Told]
    books: list[Told]
    left: list[Left]
    facts: list[tuple[str, str]]
    gone: list[str]
    reader: Reader


def one_call(call: Call, reader: Reader) -> OneCall:
    """Read everything about `call` (a fixed number of queries) and say it in words."""
    whole = list(call.events.all())
    hide = hiding(whole, shows=reader.digits)
    lines = hide.lines(whole)
    names = names_in(call.snapshot, titles=engines.title_of)
    owed = _owed(call, reader)
    carriers = messages_of(call)
    caller, called = numbers_of(call, reader)
    messages, books = told(call, carriers, reader, hide.fault) if reader.carrier else ([], [])
    return OneCall(
        call=call,
        caller=caller,
        called=called,
        outcome=call.outcome or call.get_status_display(),
        tone=TONES.get(call.outcome_kind, "plain"),
        why=_why(call, carriers),
        lasted=length(seconds_of(call)),
        total=money(owed.total) if reader.money else "",
        state=_state(call, hide),
        story=story(call, lines, names, owed, reader),
        mishaps=[_seen(mishap, reader) for mishap in mishaps(lines, names)],
        unwritten=unwritten(lines, is_whole=call.status == CallStatus.FINISHED),
        said=_said(call, hide) if reader.transcript else [],
        summary=_summed(call, hide) if reader.transcript else None,
        talk=talked(call, hide) if reader.transcript else None,
        costs=bill(owed.charges, lines, names),
        speed=how_fast(lines, owed.streams, names),
        streams=[_stream(call, stream) for stream in owed.streams] if reader.carrier else [],
        messages=messages,
        books=books,
        left=left_by(call, sees_words=reader.transcript, hide=hide),
        facts=_facts(call, reader),
        gone=_gone(call),
        reader=reader,
    )


def _owed(call: Call, reader: Reader) -> Bill:
    charges = list(call.charges.current().select_related("rate", "supersedes")) if reader.money else []
    return Bill(charges, list(call.streams.all()), sum((charge.amount for charge in charges), Decimal(0)))


def _why(call: Call, carriers: Sequence[CarrierMessage]) -> str:
    if call.ended_at is None:
        return ""
    last = ending_in(carriers)
    how = call.outcome[:1].upper() + call.outcome[1:] + "." if call.outcome else ""
    said = (how, explained(call.hangup_cause, last.code, last.source), ASKED.get(call.ended_by, ""))
    return " ".join(part for part in said if part)


def _said(call: Call, hide: Hiding) -> list[Utterance]:
    return [Utterance(clock(one.at), round(one.at, 1), one.who, hide.text(one.text)) for one in call.utterances.all()]


def _summed(call: Call, hide: Hiding) -> Summed | None:
    row = CallSummary.objects.filter(call=call).first()
    if row is None:
        return None
    intent = hide.text(row.intent)
    moods = [("Mood", row.mood), *((f"Mood of the {WHO.get(who, who)}", mood) for who, mood in row.moods.items())]
    return Summed(
        text=hide.text(row.text),
        intent=intent,
        mood=row.mood,
        topics=[hide.text(str(topic)) for topic in row.topics],
        sense=[
            *([("Intent", intent, "")] if intent else []),
            *((name, mood, MOOD_TONES.get(mood, "plain")) for name, mood in moods if mood),
            *_turned(row),
            ("Written by", written_by(row), ""),
        ],
        written_by=written_by(row),
    )


def _turned(row: CallSummary) -> list[tuple[str, str, str]]:
    """How the caller's mood went from start to end, where both are known and it turned."""
    if not (row.mood_start and row.mood_end) or row.mood_start == row.mood_end:
        return []
    return [("The caller’s mood went", f"{row.mood_start} → {row.mood_end}", MOOD_TONES.get(row.mood_end, "plain"))]


def written_by(summary: CallSummary) -> str:
    """Engine and model, and what the model was asked."""
    asked = f", instructions v{summary.prompt_version}" if summary.prompt_version else ""
    return f"{summary.written_by}{asked}"


def _state(call: Call, hide: Hiding) -> str:
    """Why the record is not whole yet, and what will happen; "" when it is."""
    why = hide.fault(call.finalise_error)
    if call.status == CallStatus.FINISHED and not why:
        return ""
    if call.finalise_attempts >= MAX_TRIES:
        return f"Part of this record could not be made after {MAX_TRIES} tries. {why}"
    if why:
        return f"Part of this record is missing and will be tried again. {why}"
    if call.status == CallStatus.ENDED:
        return "The call is over. Its record is being made; reload the page in a moment."
    return "The call is going on. What is shown grows until it ends."


def _seen(mishap: Mishap, reader: Reader) -> Mishap:
    return mishap if reader.transcript else replace(mishap, heard=())


def _stream(call: Call, stream: Stream) -> StreamLine:
    ended = stream.ended_at
    return StreamLine(
        name=stream.stream_id,
        began=clock((stream.started_at - zero(call)).total_seconds()),
        lasted=length((ended - stream.started_at).total_seconds()) if ended else "still open",
        told_by=TOLD_BY.get(stream.ended_by, stream.ended_by) if ended else "",
        frames=f"{stream.frames:,}"
        + (f", {stream.unusable:,} ignored" if stream.unusable else "")
        + ("" if stream.bidirectional else ", of both speakers: it only listened"),
    )


def _gone(call: Call) -> list[str]:
    """What this call has no more, by the rules for kept data, and since when."""
    rows = Gone.objects.filter(call=call).order_by("at", "pk")
    return [f"{BY_NAME[row.kind].title} went {moment(row.at)}" for row in rows if row.kind in BY_NAME]


def _facts(call: Call, reader: Reader) -> list[tuple[str, str]]:
    """The small print, as pairs; what is not known is left out."""
    if not reader.carrier:
        return []
    cost = call.carrier_cost
    facts = [
        ("The end was told by", TOLD_BY.get(call.ended_by, call.ended_by)),
        ("The carrier’s reason", call.hangup_cause),
        ("The carrier counts", length(call.seconds) if call.seconds is not None else ""),
        ("The carrier asks", money(cost) if cost is not None and reader.money else ""),
        ("Streams taken up again", str(call.continues or "")),
        ("The carrier’s name for it", call.call_uuid),
    ]
    return [(name, said) for name, said in facts if said]
