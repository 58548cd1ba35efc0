"""What a call is expected to cost on a draft, kept with the version that it becomes, and compared with what came.

It rests on calls that took place where there are enough of them, otherwise on the flow's test calls.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from flows import engine, estimate, layers, seams, sound, spoken
from flows.estimate import Estimate, Played
from flows.models import Flow, FlowVersion
from flows.pastflows import versions_of
from flows.testcalls.replaying import compare
from flows.testcalls.route import route_of
from flows.testcalls.runner import run_text

ENOUGH = 20  # calls, for an estimate to rest on them rather than on test calls
MOST = 200  # calls that are played while a page is waited for
SIX_PLACES = Decimal("0.000001")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Forecast:
    """`rests_on` says in words which calls it was made from."""

    estimate: Estimate
    rests_on: str
    is_of_calls: bool


@dataclass(frozen=True)
class Kept:
    """What was expected of a version when it was published: dollars a call, and what that rested on."""

    cost: Decimal
    rests_on: str


def forecast(flow: Flow, draft: engine.Flow, before: engine.Flow | None) -> Forecast | None:
    """The cost of a call on this draft, and on what was published `before`; None while there is nothing to go by."""
    since = timezone.now() - timedelta(days=layers.DAYS)
    spent = seams.spent(flow.pk, since, MOST)
    if len(spent) >= ENOUGH and (played := _played(flow, draft, spent, since)):
        flows = [draft, *{id(one.flow): one.flow for one in played}.values()]
        found = estimate.of_calls(played, draft, _lengths(flows), *_prices(flow))
        return Forecast(found, _of_calls(found.calls), is_of_calls=True)
    tests = list(flow.test_calls.values_list("lines", flat=True))
    if not tests:
        return None
    sides = {"after": draft} | ({"before": before} if before else {})
    ways = {name: [route_of(run_text(side, lines)).steps for lines in tests] for name, side in sides.items()}
    found = estimate.of_tests(ways, sides, estimate.usual(spent), _lengths(sides.values()), *_prices(flow))
    return Forecast(found, f"this flow’s {len(tests)} test call{'' if len(tests) == 1 else 's'}", is_of_calls=False)


def report(flow: Flow, draft: engine.Flow) -> dict[str, Any]:
    """What a version keeps of it; nothing where there was nothing to go by. A forecast never stops publishing."""
    try:
        found = forecast(flow, draft, None)
    except Exception:
        log.exception("No forecast could be made of the cost of a call.")
        return {}
    if found is None:
        return {}
    cost = found.estimate.after.quantize(SIX_PLACES)
    return {"forecast": {"cost": str(cost), "rests_on": found.rests_on}}


def kept(version: FlowVersion) -> Kept | None:
    """What was expected of this version; None where nothing was kept."""
    stored = version.report.get("forecast")
    return Kept(Decimal(stored["cost"]), stored["rests_on"]) if stored else None


def _prices(flow: Flow) -> tuple[estimate.Price, estimate.Price]:
    return seams.stream_price(), seams.call_price(flow.pk)


def _played(flow: Flow, draft: engine.Flow, spent: Iterable[seams.Spent], since: datetime) -> list[Played]:
    bills = {one.call_pk: one for one in spent}
    calls = [call for call in seams.past_calls(flow.pk, since, MOST) if call.pk in bills]
    flows = versions_of(flow, calls)
    played = []
    for call in calls:
        if own := flows.get(call.version_pk):
            compared = compare(call.events, own, draft, began=call.began.timestamp())
            played.append(Played(bills[call.pk], own, compared.before, compared.after))
    return played


def _lengths(flows: Iterable[engine.Flow]) -> dict[str, float]:
    """How long the texts last whose sound was made, in the voice of the first flow that says them. One query."""
    found: dict[str, str] = {}
    for flow in flows:
        own = seams.digests(spoken.texts_of(flow), voice=flow.voice, language=flow.language)
        found = {**own, **dict(flow.resources.get("recording", {})), **found}
    sizes = spoken.sizes_of(found.values())
    return {text: sound.seconds(sizes[digest]) for text, digest in found.items() if digest in sizes}


def _of_calls(number: int) -> str:
    latest = "the latest " if number >= MOST else ""
    return f"{latest}{number} calls of the last {layers.DAYS} days"
