"""`/api/reports`: the figures of the report page, from the same answers."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from streams.api import tokens
from streams.api.asking import About, Money, money
from streams.api.door import Door, Field, Query, Router, Schema, refusals
from streams.figures import answers

router = Router(tags=["reports"], auth=Door("reports"))
COSTS = ("stream_cost", "leg_cost", "ai_cost", "cost", "cost_per_call", "cost_per_contained")


class TilesOut(Schema):
    """The counts behind the tiles. Costs are null without the scope charges, and with nothing to divide by."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    offered: int = Field(description="Calls that came.")
    answered: int
    short: int = Field(description="Ended within 5 seconds.")
    entered: int = Field(description="Answered and not short: what shares are of.")
    goals: int = Field(description="Reached what the flow is for.")
    contained: int = Field(description="Entered, and not put through.")
    truly_contained: int = Field(description="Reached a goal, met no person, and did not call again within 7 days.")
    asked_person: int
    transferred: int
    gave_up: int
    repeats_day: int
    repeats_week: int
    median_to_person: float | None = Field(description="Seconds until somebody picked up.")
    p90_to_person: float | None
    stream_cost: Money | None
    leg_cost: Money | None
    ai_cost: Money | None
    cost: Money | None
    cost_per_call: Money | None
    cost_per_contained: Money | None
    currency: str


class StepOut(Schema):
    """What became of callers at one step."""

    step: str
    visits: int
    callers: int
    no_inputs: int
    no_matches: int
    hung_up: int
    seconds: float
    cost: Money | None
    exits: dict[str, int] = Field(description="Visits by the way they were left.")


class StepsOut(Schema):
    """The steps that callers came to."""

    rows: list[StepOut]


class HourOut(Schema):
    """Calls of one hour of the week, on the site's clocks."""

    weekday: int = Field(ge=0, le=6, description="0 is Monday.")
    hour: int = Field(ge=0, le=23)
    calls: int


class HoursOut(Schema):
    """Hours of the week that had calls."""

    rows: list[HourOut]


@router.get(
    "/tiles", response={200: TilesOut, **refusals}, summary="The tiles", operation_id="get_tiles", by_alias=True
)
def get_tiles(request: HttpRequest, about: Query[About]) -> dict[str, Any]:
    """Counts and costs of these days together. Needs the scope `reports`."""
    asked = about.asked()
    found = answers.tiles(asked)
    costs = {name: _amount(getattr(found, name), request) for name in COSTS}
    return {**asdict(found), **costs, "from": asked.first, "to": asked.last, "currency": "USD"}


@router.get("/steps", response={200: StepsOut, **refusals}, summary="Where callers went", operation_id="get_steps")
def get_steps(request: HttpRequest, about: Query[About]) -> dict[str, Any]:
    """Visits, silence, misunderstandings, exits and cost of each step. Needs the scope `reports`."""
    rows = answers.steps(about.asked())
    return {"rows": [{**asdict(row), "cost": _amount(row.cost, request)} for row in rows]}


@router.get("/when", response={200: HoursOut, **refusals}, summary="When they called", operation_id="get_when")
def get_when(request: HttpRequest, about: Query[About]) -> dict[str, Any]:
    """Calls by weekday and hour. Needs the scope `reports`."""
    found = sorted(answers.when(about.asked()).items())
    return {"rows": [{"weekday": day, "hour": hour, "calls": calls} for (day, hour), calls in found]}


def _amount(amount: Decimal | None, request: HttpRequest) -> str | None:
    priced = tokens.allows(request.auth, "charges")  # type: ignore[attr-defined]
    return money(Decimal(amount)) if priced and amount is not None else None
