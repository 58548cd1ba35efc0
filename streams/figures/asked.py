"""What a report is asked, and the shapes of its answers. Pure."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Asked:
    """Which calls a report is about: days in the site's zone, both included, and what narrows them down.

    Nothing given (None, "") means all. `flow` and `version` are primary keys, `number` is ours.
    """

    first: date
    last: date
    flow: int | None = None
    version: int | None = None
    number: str = ""
    language: str = ""


@dataclass(slots=True)
class Tiles:
    """The sums behind a report's tiles, by the definitions of `CallFigures`. Ratios are None with nothing to divide by.

    `contained` are calls that entered and were not transferred; `truly_contained` reached a goal, met no person and
    did not call again within 7 days. Times are seconds, money is in US dollars.
    """

    offered: int = 0
    answered: int = 0
    short: int = 0
    entered: int = 0
    goals: int = 0
    contained: int = 0
    truly_contained: int = 0
    asked_person: int = 0
    transferred: int = 0
    gave_up: int = 0
    repeats_day: int = 0
    repeats_week: int = 0
    median_to_person: float | None = None
    p90_to_person: float | None = None
    stream_cost: Decimal = field(default_factory=Decimal)
    leg_cost: Decimal = field(default_factory=Decimal)
    ai_cost: Decimal = field(default_factory=Decimal)
    cost: Decimal = field(default_factory=Decimal)

    def share(self, name: str) -> float | None:
        """This count as a share of the calls that entered, 0 to 1."""
        return getattr(self, name) / self.entered if self.entered else None

    @property
    def cost_per_call(self) -> Decimal | None:
        """All costs over all calls that were offered."""
        return self.cost / self.offered if self.offered else None

    @property
    def cost_per_contained(self) -> Decimal | None:
        """All costs over the calls that were truly contained: the others are paid too."""
        return self.cost / self.truly_contained if self.truly_contained else None


@dataclass(slots=True)
class StepRow:
    """One step's waterfall: how often callers came (`visits`), how many (`callers`), and what became of them there.

    `no_inputs` and `no_matches` are the times that nothing came or nothing fitted, `silent` and `not_understood` the
    callers to whom that happened. By the outcome that the step was left by, `exits` counts visits, `left` callers.
    """

    step: str
    visits: int = 0
    callers: int = 0
    silent: int = 0
    not_understood: int = 0
    no_inputs: int = 0
    no_matches: int = 0
    hung_up: int = 0
    seconds: float = 0.0
    cost: Decimal = field(default_factory=Decimal)
    exits: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """How long callers waited for answers of AI steps, in milliseconds to two figures; None where none was given."""

    answers: int = 0
    p50: float | None = None
    p90: float | None = None
    p99: float | None = None


@dataclass(frozen=True, slots=True)
class Listen:
    """A call that somebody should listen to: its primary key, why, in words, and what it cost."""

    call: int
    reasons: tuple[str, ...]
    cost: Decimal
