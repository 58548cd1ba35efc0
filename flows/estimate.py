"""What a call costs now, and would cost on the draft: an estimate, from calls that took place or from test calls. Pure.

A call that took place is played on the draft. What it cost is known; what it would cost differs by the seconds and the
engines of the steps that it would come to instead, and by what is said longer or shorter at each step.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from flows.diagram import first_text
from flows.engine import Flow
from flows.engine.recording import said_before
from flows.seams import Spent

WORDS_A_SECOND = 2.5
LISTENS = 4.0  # seconds that a caller takes to answer, where none has yet
AI = "agent"  # the kind of step whose engines cost most

Price = Callable[[float], Decimal]  # what so many seconds on the line cost
Lengths = Mapping[str, float]  # seconds of the texts that were made already


@dataclass(frozen=True)
class Played:
    """One call that took place: what it cost, and the steps it came to, on its own flow and on the draft."""

    spent: Spent
    flow: Flow
    before: Sequence[str]
    after: Sequence[str]


@dataclass(frozen=True)
class Estimate:
    """Dollars a call. `before` is None where nothing was published yet; `unknown` are AI steps that nobody used yet."""

    before: Decimal | None
    after: Decimal
    calls: int
    unknown: tuple[str, ...] = ()


@dataclass
class Usual:
    """How long callers usually stay at a step, and what its engines cost, each time that somebody comes there."""

    seconds: dict[str, float] = field(default_factory=dict)
    engines: dict[str, Decimal] = field(default_factory=dict)

    def engines_at(self, flow: Flow, key: str) -> Decimal:
        """As at this step; where nobody came yet, as at other steps of its kind."""
        if key in self.engines:
            return self.engines[key]
        step = flow.step_at(key)
        kind = step.kind if step else ""
        alike = [cost for other, cost in self.engines.items() if other in flow.steps and flow.steps[other].kind == kind]
        return sum(alike, Decimal(0)) / len(alike) if alike else Decimal(0)


def usual(spent: Iterable[Spent]) -> Usual:
    """The averages of these calls."""
    seconds: dict[str, float] = defaultdict(float)
    engines: dict[str, Decimal] = defaultdict(Decimal)
    visits: dict[str, int] = defaultdict(int)
    for one in spent:
        for step, number in one.visits.items():
            visits[step] += number
            seconds[step] += one.seconds.get(step, 0.0)
            engines[step] += one.engines.get(step, Decimal(0))
    return Usual(
        seconds={step: seconds[step] / number for step, number in visits.items() if number},
        engines={step: engines[step] / number for step, number in visits.items() if number},
    )


def planned(flow: Flow, key: str, lengths: Lengths) -> float:
    """How long a step takes by its text, and by how long callers take to answer."""
    step = flow.step_at(key)
    if step is None:
        return 0.0
    text = first_text(step)
    listens = any(outcome.name.startswith("no-input") for outcome in step.outcomes())
    return lengths.get(text, len(text.split()) / WORDS_A_SECOND) + (LISTENS if listens else 0.0)


def _before_all(flow: Flow, lengths: Lengths) -> float:
    """How long the notice takes that calls are recorded."""
    return sum(lengths.get(text, len(text.split()) / WORDS_A_SECOND) for _, text in said_before(flow))


def free(seconds: float) -> Decimal:
    """The price of what costs nothing."""
    return Decimal(0)


def of_calls(
    played: Sequence[Played], draft: Flow, lengths: Lengths, price: Price, call_price: Price = free
) -> Estimate:
    """From calls that took place: what they cost, and what the same callers would cost on the draft."""
    known = usual(one.spent for one in played)
    before = sum((one.spent.total for one in played), Decimal(0))
    prices = (price, call_price)
    after = sum((_after(one, draft, known, lengths, prices) for one in played), Decimal(0))
    unknown = _unknown(draft, {key for one in played for key in one.after}, known)
    return Estimate(before / len(played), after / len(played), len(played), unknown)


def of_tests(ways: Mapping[str, Sequence[Sequence[str]]], flows: Mapping[str, Flow], known: Usual,
             lengths: Lengths, price: Price, call_price: Price = free) -> Estimate:  # fmt: skip
    """From test calls: the steps that each came to, by “before” and “after”, and the flow of each."""
    draft = flows["after"]
    prices = (price, call_price)
    costs = {name: _of_ways(ways[name], flow, known, lengths, prices) for name, flow in flows.items()}
    unknown = _unknown(draft, {key for way in ways["after"] for key in way}, known)
    return Estimate(costs.get("before"), costs["after"], len(ways["after"]), unknown)


def _after(one: Played, draft: Flow, known: Usual, lengths: Lengths, prices: Sequence[Price]) -> Decimal:
    was = sum(known.seconds.get(key, planned(one.flow, key, lengths)) for key in one.before)
    would = sum(_seconds(key, one.flow, draft, known, lengths) for key in one.after)
    would += _before_all(draft, lengths) - _before_all(one.flow, lengths)
    engines = sum((known.engines_at(draft, key) for key in one.after), Decimal(0)) - sum(
        (known.engines_at(one.flow, key) for key in one.before), Decimal(0)
    )
    lasted = zip(prices, (float(sum(one.spent.billed)), float(one.spent.called)), strict=True)
    more = [price(max(was_long + would - was, 0.0)) - price(was_long) for price, was_long in lasted if was_long]
    return max(one.spent.total + sum(more, engines), Decimal(0))


def _seconds(key: str, before: Flow, draft: Flow, known: Usual, lengths: Lengths) -> float:
    """A step that callers know takes as long as ever, but for what is said differently there now."""
    if key not in known.seconds or before.step_at(key) is None:
        return planned(draft, key, lengths)
    return max(known.seconds[key] + planned(draft, key, lengths) - planned(before, key, lengths), 0.0)


def _of_ways(
    ways: Sequence[Sequence[str]], flow: Flow, known: Usual, lengths: Lengths, prices: Sequence[Price]
) -> Decimal:
    whole = Decimal(0)
    for way in ways:
        seconds = _before_all(flow, lengths) + sum(planned(flow, key, lengths) for key in way)
        whole += sum((price(seconds) for price in prices), Decimal(0))
        whole += sum((known.engines_at(flow, key) for key in way), Decimal(0))
    return whole / len(ways)


def _unknown(draft: Flow, reached: Iterable[str], known: Usual) -> tuple[str, ...]:
    """AI steps on the way whose engines no call has used yet, nor any step like them."""
    steps = [key for key in reached if (step := draft.step_at(key)) and step.kind == AI]
    return tuple(sorted(draft.name_of(key) for key in steps if not known.engines_at(draft, key)))
