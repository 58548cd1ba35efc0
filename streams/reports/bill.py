"""What a call cost, as its page and the terminal show it: one entry for each model and stream, and what was counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from streams.billing.kinds import AI
from streams.models import Charge
from streams.reports.names import Names
from streams.reports.outcome import Line
from streams.reports.words import money

BASIS = {
    "socket": "until the stream’s socket closed",
    "stop": "until the carrier said it stopped",
    "hangup": "until the hang-up",
    "told": "as long as the carrier told at the end",
    "dropped": "never connected, as the carrier reported",
    "carrier": "by the carrier’s own record",
    "sweep": "until its last sign of life; its end was never told",
    "usage": "as the engine reported",
    "estimate": "in part by our own estimate: an answer was cut off before its engine had counted it",
}
# What is known least of any part is what is said of the whole.
STATUSES = ("disputed", "estimated", "matched")


@dataclass(frozen=True, slots=True)
class Part:
    """One charge. `before` tells the version it replaced, "" for none."""

    counted: str
    amount: str
    before: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What one model, stream or leg cost. `used_for` names the steps that used it, "" for a stream.

    `carrier` is what the carrier takes for it, "" while that is not known or says the same.
    """

    title: str
    used_for: str
    amount: str
    status: str
    basis: str
    parts: list[Part]
    carrier: str = ""


def bill(charges: Iterable[Charge], lines: Iterable[Line], names: Names) -> list[Cost]:
    """The charges of one call, those of one model together, in the order in which they came."""
    groups: dict[str, list[Charge]] = {}
    for charge in charges:
        groups.setdefault(_model(charge) or charge.source_key, []).append(charge)
    used = _used_for(lines, names)
    return [_cost(group, used) for group in groups.values()]


def _cost(group: list[Charge], used: dict[str, str]) -> Cost:
    first, model = group[0], _model(group[0])
    several = len(group) > 1
    total = sum((charge.amount for charge in group), Decimal(0))
    bases = dict.fromkeys(BASIS.get(charge.basis, charge.basis) for charge in group)
    statuses = {charge.status for charge in group}
    return Cost(
        title=model if several else first.description,
        used_for=used.get(model, ""),
        amount=money(total, first.currency),
        status=next((status for status in STATUSES if status in statuses), first.status),
        basis="; ".join(bases),
        parts=[_part(charge, model) for charge in group] if several else _history(first),
        carrier=_carrier(group, total),
    )


def _carrier(group: list[Charge], ours: Decimal) -> str:
    """What the carrier takes for the same, where its books name an amount, and how far that is from ours."""
    theirs = [amount for charge in group if (amount := charge.carrier_amount) is not None]
    if len(theirs) < len(group):
        return ""
    apart = sum(theirs, Decimal(0)) - ours
    sign = "more" if apart > 0 else "less"
    known = money(sum(theirs, Decimal(0)), group[0].currency)
    return f"the carrier takes {known}" + (f", {money(abs(apart), group[0].currency)} {sign}" if apart else "")


def _part(charge: Charge, model: str) -> Part:
    return Part(
        counted=charge.description.removeprefix(f"{model}, "),
        amount=money(charge.amount, charge.currency),
        before=_before(charge),
    )


def _history(charge: Charge) -> list[Part]:
    """Of a charge that stands alone only what it said before: its words and its amount stand above."""
    before = _before(charge)
    return [Part("", "", before)] if before else []


def _before(charge: Charge) -> str:
    old = charge.supersedes
    if old is None or (old.amount, old.currency) == (charge.amount, charge.currency):
        return ""
    return f"was {money(old.amount, old.currency)}; {charge.reason}"


def _model(charge: Charge) -> str:
    """The model that is charged; "" for a stream."""
    prefix = f"{AI}:{charge.call_id}:"
    return charge.source_key.removeprefix(prefix).rpartition(":")[0] if charge.source_key.startswith(prefix) else ""


def _used_for(lines: Iterable[Line], names: Names) -> dict[str, str]:
    """By model: the steps in which it was used, and the summary."""
    found: dict[str, dict[str, None]] = {}
    for line in lines:
        if line.kind == "used":
            what = "the summary" if line.data.get("for") == "summary" else names.step(line.step)
            found.setdefault(str(line.data.get("model", "")), {})[what] = None
    return {model: ", ".join(what for what in whats if what) for model, whats in found.items()}
