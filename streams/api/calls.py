"""`/api/calls`: what calls there were, and one call step by step."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from flows.numbers import masked
from streams.api import tokens
from streams.api.asking import About, Money, Page, Rows, money, on_our_clocks, page_of
from streams.api.door import Door, Field, Problem, Query, Router, Schema, refusals, sees_numbers
from streams.exports.narrowing import calls as asked_for
from streams.models import Call, OutcomeKind
from streams.reports.names import names_in

router = Router(tags=["calls"], auth=Door("calls"))


class CallOut(Schema):
    """One call. What is not known yet is null."""

    id: int
    carrier_id: str = Field(description="The carrier's name for the call.")
    direction: str
    caller: str = Field(description="Its last four digits, unless the token has the scope numbers.")
    called: str
    flow: int | None
    flow_name: str
    version: int | None = Field(description="The id of the published version that answered.")
    version_number: int | None
    language: str
    began: datetime
    answered: datetime | None
    ended: datetime | None
    seconds: int | None = Field(description="As the carrier counts.")
    status: str = Field(description="ringing, live, ended or finished; a call that is not finished still grows.")
    outcome: str = Field(description=f"One of: {', '.join(kind for kind in OutcomeKind.values)}; empty while it runs.")
    outcome_says: str = Field(description="The same in words.")
    goal: bool | None
    asked_for_a_person: bool | None
    put_through: bool | None
    gave_up: bool | None
    cost: Money | None = Field(description="Null without the scope charges, and until it is reckoned.")
    currency: str


class VisitOut(Schema):
    """One stay of the caller in a step."""

    step: str = Field(description="As reports name it; it never changes.")
    name: str = Field(description="As its builder named it.")
    left_by: str = Field(description="Empty where the call ended.")
    seconds: float
    nothing_came: int
    nothing_fitted: int
    hung_up: bool
    cost: Money | None


class CallWhole(CallOut):
    """One call with its steps."""

    steps: list[VisitOut]


@router.get(
    "",
    response={200: Rows[CallOut], **refusals},
    summary="Calls, the newest first",
    operation_id="list_calls",
    by_alias=True,
)
def list_calls(
    request: HttpRequest, about: Query[About], page: Query[Page], outcome: OutcomeKind | None = None
) -> dict[str, Any]:
    """Calls of these days. Test calls are never among them. Needs the scope `calls`."""
    found = _with_all(asked_for(about.asked()))
    if outcome:
        found = found.filter(outcome_kind=outcome)
    return page_of(found, page, lambda call: told(call, request))


@router.get(
    "/{int:call_id}", response={200: CallWhole, 404: Problem, **refusals}, summary="One call", operation_id="get_call"
)
def get_call(request: HttpRequest, call_id: int) -> dict[str, Any]:
    """One call with the steps that its caller went through. Needs the scope `calls`."""
    call = get_object_or_404(_with_all(Call.objects.filter(rehearsal=None)), pk=min(call_id, 2**62))
    names = names_in(call.version.snapshot if call.version else None)
    priced = _priced(request)
    steps = [
        {
            "step": visit.step,
            "name": names.step(visit.step),
            "left_by": names.choice(visit.step, visit.exit) if visit.exit else "",
            "seconds": round(visit.seconds, 3),
            "nothing_came": visit.no_inputs,
            "nothing_fitted": visit.no_matches,
            "hung_up": visit.hung_up,
            "cost": money(visit.cost) if priced else None,
        }
        for visit in call.visits.all()
    ]
    return {**told(call, request), "steps": steps}


def _with_all(calls: QuerySet[Call]) -> QuerySet[Call]:
    large = ("state", "pending", "version__report")
    return calls.select_related("version__flow", "figures").defer(*large)


def _priced(request: HttpRequest) -> bool:
    return tokens.allows(request.auth, "charges")  # type: ignore[attr-defined]


def told(call: Call, request: HttpRequest) -> dict[str, Any]:
    """A call as `CallOut` says it."""
    figures, version = getattr(call, "figures", None), call.version
    theirs, ours = (call.caller, call.called) if call.direction == "inbound" else (call.called, call.caller)
    theirs = theirs if sees_numbers(request) else masked(theirs)
    caller, called = (theirs, ours) if call.direction == "inbound" else (ours, theirs)
    return {
        "id": call.pk,
        "carrier_id": call.call_uuid,
        "direction": call.direction,
        "caller": caller,
        "called": called,
        "flow": version.flow_id if version else None,
        "flow_name": version.flow.name if version else "",
        "version": version.pk if version else None,
        "version_number": version.number if version else None,
        "language": figures.language if figures else "",
        "began": on_our_clocks(call.began_at),
        "answered": on_our_clocks(call.answered_at),
        "ended": on_our_clocks(call.ended_at),
        "seconds": call.seconds,
        "status": call.status,
        "outcome": call.outcome_kind,
        "outcome_says": call.outcome,
        "goal": figures and figures.goal,
        "asked_for_a_person": figures and figures.asked_person,
        "put_through": figures and figures.transferred,
        "gave_up": figures and figures.gave_up,
        "cost": money(figures.cost) if figures and _priced(request) else None,
        "currency": "USD",
    }
