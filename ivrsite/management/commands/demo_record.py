"""The verdict on the newest call: is its record what the demo promises?"""

from decimal import ROUND_UP, Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from streams.models import Call, Charge

A_MINUTE = Decimal("0.003")  # USD for each started minute of a stream
MOODS = ("positive", "neutral", "negative")


def lacking(call: Call) -> list[str]:
    """What is missing from the record of a finished call, as sentences; nothing when it is complete."""
    summary = getattr(call, "summary", None)
    streams = list(call.streams.all())
    found = {
        "The call was never finalised.": call.finalised_at is None,
        "It has no outcome.": not call.outcome,
        "Its transcript is empty.": not call.utterances.exists(),
        "The caller's words are not in its transcript.": not call.utterances.filter(who="caller").exists(),
        "It has no summary.": not (summary and summary.text),
        "It has no sentiment.": not (summary and summary.mood in MOODS),
        "It has no stream.": not streams,
    }
    charges = [why for stream in streams for why in wrong_charge(stream.stream_id, stream.started_at, stream.ended_at)]
    return [why for why, so in found.items() if so] + charges


def wrong_charge(stream_id: str, began: Any, ended: Any) -> list[str]:
    """What speaks against the charge of one stream."""
    if ended is None:
        return [f"Stream {stream_id} never ended."]
    current = list(Charge.objects.filter(source_key=f"stream:{stream_id}", superseded_by=None))
    if len(current) != 1:
        return [f"Stream {stream_id} has {len(current)} current charges; it must have one."]
    seconds = Decimal(str(max((ended - began).total_seconds(), 1)))
    due = A_MINUTE * (seconds / 60).to_integral_value(ROUND_UP)
    if current[0].amount != due or current[0].currency != "USD":
        charged = f"{current[0].amount} {current[0].currency}"
        return [f"Stream {stream_id} of {seconds:.1f} s was charged {charged}; it must be {due} USD."]
    return []


class Command(BaseCommand):
    """Exit 0 when the newest call's record is complete."""

    requires_system_checks: list[str] = []
    help = "Say whether the record of the newest call is complete: outcome, transcript, summary, sentiment, charges."

    def handle(self, *args: Any, **options: Any) -> None:
        call = Call.objects.select_related("summary").order_by("-began_at").first()
        if call is None:
            raise CommandError("There is no call.")
        missing = lacking(call)
        if missing:
            raise CommandError(f"The record of {call} is not complete. " + " ".join(missing))
        self.stdout.write("The record is complete.")
