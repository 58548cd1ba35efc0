"""What there is of a caller, before they are forgotten: counts, never contents."""

from dataclasses import dataclass

from django.db.models import Q

from flows.models import TestCall
from flows.numbers import same_number
from streams.models import (
    Call,
    CallbackRequest,
    Callee,
    CallNote,
    CallRecording,
    CallSummary,
    CarrierMessage,
    CarrierRecord,
    TextMessage,
    Utterance,
)
from streams.retention.erasing import calls_of

# What is found and removed, as people read it; also the words of a finished erasure.
TITLES = {
    "calls": "Calls whose words and number are removed",
    "words": "Lines of their logs",
    "transcripts": "Lines of transcripts",
    "recordings": "Recordings",
    "summaries": "Summaries",
    "messages": "Messages, wishes and text messages",
    "carrier": "Messages of the carrier",
    "numbers": "Calls that carried the number",
    "records": "Entries in the carrier’s books",
    "callbacks": "Call-backs",
    "callees": "Entries in call lists",
    "strays": "Messages of the carrier about no call of ours",
    "exports": "Files of exports, whoever asked for them; they can be made anew",
    "tests": "Test calls that were made from these calls",
}
KEPT = (
    "That these calls took place, when, how long, and how they went through the flow.",
    "What they cost: charges and bills stay as they are.",
    "That they want no calls from lists, where they said so: without it they would be called again.",
    "A hash of the number that only this site can make, so that the same wish is known again.",
)


@dataclass(frozen=True, slots=True)
class Found:
    """`live` are calls that are on the line now. `counts` are (title, rows), those of none left out."""

    calls: int
    live: int
    counts: list[tuple[str, int]]


def found(number: str) -> Found:
    """What an erasure of this number would remove. A dozen queries."""
    calls = Call.objects.filter(pk__in=calls_of(number))
    uuids = calls.values("call_uuid")
    counts = {
        "calls": calls.count(),
        "transcripts": Utterance.objects.filter(call__in=calls).count(),
        "recordings": CallRecording.objects.filter(call__in=calls).count(),
        "summaries": CallSummary.objects.filter(call__in=calls).count(),
        "messages": sum(each.objects.filter(call__in=calls).count() for each in (CallNote, TextMessage)),
        "callbacks": CallbackRequest.objects.filter(call__in=calls).count(),
        "callees": Callee.objects.filter(number=same_number(number)).count(),
        "carrier": CarrierMessage.objects.filter(call_uuid__in=uuids).count(),
        "records": CarrierRecord.objects.filter(Q(call_uuid__in=uuids) | Q(parent_uuid__in=uuids)).count(),
        "tests": TestCall.objects.filter(origin__in=uuids).count(),
    }
    return Found(counts["calls"], calls.filter(ended_at=None).count(), in_words(counts))


def in_words(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Counts by their titles, those of none left out."""
    return [(TITLES.get(name, name), count) for name, count in counts.items() if count]
