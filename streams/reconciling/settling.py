"""A person's word on a difference: theirs is right, or ours is; or a note that leaves it open. Append-only."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from streams.figures import rollups
from streams.models import Call, CarrierRecord, Decision, ReconcilingNote, Settlement
from streams.reconciling import taking_in
from streams.reconciling.keeping import newest_state

KINDS = {"stream": "stream", "leg": "call"}  # what a charge is named by, and the kind of its record


class Outdated(Exception):
    """The carrier's record changed since the person looked at it."""


def settle(source_key: str, digest: str, decision: str, *, note: str, by: User) -> Settlement:
    """Decide about this state of a record ("" where the carrier has none), and have the call charged anew.

    Raises `Outdated`, and `ValueError` for what is no decision.
    """
    if decision not in Decision.values:
        raise ValueError(f"{decision} is no decision")
    with transaction.atomic():
        record = newest_record(source_key)
        if (record.digest if record else "") != digest:
            raise Outdated
        made = Settlement.objects.create(
            source_key=source_key, carrier_digest=digest, decision=decision, note=note.strip()[:500], by=by
        )
        call = _call_of(source_key, record)
        if call:
            taking_in.charge_anew(call.call_uuid)
        if began := call.began_at if call else record and (record.began_at or record.fetched_at):
            rollups.changed([rollups.day_of(began)])  # the day that the thing is in
    return made


def _call_of(source_key: str, record: CarrierRecord | None) -> Call | None:
    """The call of a thing, where we know it."""
    if record:
        return Call.objects.filter(call_uuid=record.call_uuid).first()
    return Call.objects.filter(charges__source_key=source_key).first()


def write_note(source_key: str, text: str, *, by: User) -> ReconcilingNote:
    """Leave a note about a thing, which stays as open as it was."""
    return ReconcilingNote.objects.create(source_key=source_key, text=text.strip()[:500], by=by)


def notes_of(source_keys: list[str]) -> dict[str, list[tuple[str, str, datetime]]]:
    """What people wrote about these things, in their order: text, who, when."""
    found: dict[str, list[tuple[str, str, datetime]]] = {}
    for note in ReconcilingNote.objects.filter(source_key__in=source_keys).select_related("by"):
        found.setdefault(note.source_key, []).append((note.text, note.by.get_full_name() or str(note.by), note.at))
    return found


def newest_record(source_key: str) -> CarrierRecord | None:
    """The state that counts of the record of this thing."""
    what, _, name = source_key.partition(":")
    return newest_state(KINDS.get(what, ""), name)
