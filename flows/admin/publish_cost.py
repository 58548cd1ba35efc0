"""What a call costs before and after publishing, as pages say it: always as an estimate."""

from dataclasses import dataclass
from decimal import Decimal

from flows import engine, forecasting, seams
from flows.models import Flow, FlowVersion
from flows.money import about

FEW = 20  # calls; a mean of fewer says little, and the page says so


@dataclass(frozen=True)
class Cost:
    """`said` is the sentence, `rests_on` what it rests on; `unknown` are AI steps that are not in it."""

    said: str
    rests_on: str = ""
    is_of_calls: bool = False
    unknown: tuple[str, ...] = ()


def cost_shown(flow: Flow, draft: engine.Flow, before: engine.Flow | None) -> Cost:
    """The cost of a call on the newest version and on this draft."""
    found = forecasting.forecast(flow, draft, before)
    if found is None:
        return Cost("It can be estimated once this flow has test calls, or callers.")
    after = about(found.estimate.after)
    if found.estimate.before is None:
        said = f"A call will cost about {after}."
    elif about(found.estimate.before) == after:
        said = f"A call costs about {after}, now and with this draft."
    else:
        said = f"A call costs about {about(found.estimate.before)} now; about {after} with this draft."
    return Cost(said, f"Estimated from {found.rests_on}.", found.is_of_calls, found.estimate.unknown)


def what_came(version: FlowVersion) -> str:
    """What was expected of a version when it was published, beside what its calls cost; "" where nothing was."""
    kept = forecasting.kept(version)
    if kept is None:
        return ""
    expected = f"A call was expected to cost about {about(kept.cost)}, by {kept.rests_on}."
    came = seams.came(version.pk)
    if not came.calls:
        return f"{expected} No call has come yet."
    calls = "its one call cost" if came.calls == 1 else f"its {came.calls:,} calls cost"
    few = " So few calls say little." if came.calls < FEW else ""
    return f"{expected} Until now {calls} {about(came.mean)} on average{_apart(came.mean, kept.cost)}.{few}"


def _apart(came: Decimal, expected: Decimal) -> str:
    """“, 12 % more”: told in whole per cent, since both are means."""
    if not expected:
        return ""
    percent = round((came - expected) / expected * 100)
    return f", {abs(percent):,} % {'more' if percent > 0 else 'less'}" if percent else ", as expected"
