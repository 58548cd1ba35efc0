"""Charges of a call: one current charge for each thing that costs, a new version only when something changed.

Every figure is computed from stored facts alone, and stored under a lock on the row of the call, so it may be made any
number of times, in any order, by any number of workers, and after any crash. Unique constraints are the last net. Where
nothing is new, as when a price touches a thousand calls that went by it already, that is seen without a lock.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from streams.billing import minutes
from streams.billing.evidence import Evidence, gather
from streams.billing.minutes import NoRate
from streams.billing.prices import kinds_of
from streams.billing.storing import Figure, as_they_are, store
from streams.billing.usage import Usage, of_usage, used_on
from streams.models import Call, Charge, LegEvent, StreamEvent


@dataclass(frozen=True, slots=True)
class Facts:
    """What is stored about a call that costs."""

    streams: list[StreamEvent]
    legs: list[LegEvent]
    used: list[Usage]


def charge_call(call_pk: int) -> list[Charge]:
    """Bring all charges of this call up to date; returns the current ones.

    What has not ended is left for later, and so is the use of engines while the call goes on. A test call has no
    carrier, so nobody bills its streams and legs. Raises `NoRate` when a stream has no price, after storing the rest.
    """
    figures, unpriced = _figures(_read().get(pk=call_pk))
    charges = as_they_are(figures)
    if charges is None:
        with transaction.atomic():
            call = locked(call_pk)
            figures, unpriced = _figures(call)  # anew: a fact may have come meanwhile
            charges = store(call.pk, figures)
    if unpriced:
        raise unpriced
    return charges


def locked(call_pk: int) -> Call:
    """The call, held until the transaction ends: all its charges are made by one worker at a time."""
    return _read().select_for_update(no_key=True).get(pk=call_pk)


def _read() -> QuerySet[Call]:
    return Call.objects.only("call_uuid", "began_at", "ended_at", "rehearsal")


def _figures(call: Call) -> tuple[dict[str, Figure], NoRate | None]:
    """What its charges should say, and which of them has no price."""
    facts = _facts(call)
    evidence = _evidence(call, facts)
    figures: dict[str, Figure] = {}
    unpriced: NoRate | None = None
    for part in (_streams, _legs, _usage):
        try:
            figures |= part(call, facts, evidence)
        except NoRate as error:
            unpriced = error
    return figures, unpriced


def _facts(call: Call) -> Facts:
    return Facts(
        streams=list(StreamEvent.objects.filter(call=call).select_related("listen_order")),
        legs=list(LegEvent.objects.filter(call=call)),
        used=used_on(call.pk),
    )


def _evidence(call: Call, facts: Facts) -> Evidence:
    names = {fact.stream_id for fact in facts.streams} | {fact.leg_uuid for fact in facts.legs}
    return gather(call.call_uuid, names, kinds_of([usage.rate_kind for usage in facts.used]))


def _streams(call: Call, facts: Facts, evidence: Evidence) -> dict[str, Figure]:
    return {} if call.rehearsal_id else minutes.of_streams(call, facts.streams, evidence)


def _legs(call: Call, facts: Facts, evidence: Evidence) -> dict[str, Figure]:
    """The legs, and what only the carrier's records tell of."""
    if call.rehearsal_id:
        return {}
    known = {f"stream:{fact.stream_id}" for fact in facts.streams} | {f"leg:{fact.leg_uuid}" for fact in facts.legs}
    return minutes.of_legs(call, facts.legs, evidence) | minutes.of_records_alone(call, known, evidence)


def _usage(call: Call, facts: Facts, evidence: Evidence) -> dict[str, Figure]:
    return of_usage(call, facts.used, evidence) if call.ended_at else {}
