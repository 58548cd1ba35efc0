"""Calls with their figures, written as rows, and counted as `noting` has days counted."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count

from streams.figures.rollups import changed, day_of
from streams.models import AgentTurn, Call, CallFigures, StepVisit

MORNING = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # a Monday
_numbers = count(1)


def counted(
    *, began_at: datetime = MORNING, visits: Iterable[dict] = (), answers: Iterable[int] = (), **fields
) -> CallFigures:
    """A call that entered, with these figures (fields of `CallFigures`), visits of steps (fields of `StepVisit`) and
    waits for answers (milliseconds). Reports count it."""
    number = next(_numbers)
    call = Call.objects.create(
        call_uuid=f"counted-{number}",
        version=fields.get("version"),
        called=fields.get("number", ""),
        began_at=began_at,
        answered_at=began_at,
        ended_at=began_at,
    )
    usual = {"answered": True, "entered": True, "flow": getattr(fields.get("version"), "flow", None)}
    figures = CallFigures.objects.create(call=call, began_at=began_at, **usual | fields)
    StepVisit.objects.bulk_create(StepVisit(call=call, place=place, **one) for place, one in enumerate(visits, start=1))
    AgentTurn.objects.bulk_create(
        AgentTurn(call=call, place=place, engine="fake", at=began_at, latency_ms=waited)
        for place, waited in enumerate(answers)
    )
    changed([day_of(began_at)])
    return figures
