"""Go on by the clock: open, closed, or a holiday."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from flows.engine.schedule import Schedule
from flows.engine.step import FieldProblem, Leave, Move, Outcome, State, Step, param, step_type

OPEN = Outcome(name="open", label="we are open", help="It is within the opening hours that are chosen above.")
CLOSED = Outcome(name="closed", label="we are closed", help="It is outside of those hours.")
HOLIDAY = Outcome(
    name="holiday",
    label="it is a holiday",
    help="Today is one of their holidays.",
    optional=True,
    when_open="it counts as closed",
)


@step_type("opening_hours", title="Opening hours", question="Check whether we are open", shape="diamond")
class OpeningHours(Step):
    """Callers go on at once, depending on whether you are open at this moment. They hear nothing here."""

    own_outcomes: ClassVar[tuple[Outcome, ...]] = (OPEN, CLOSED, HOLIDAY)

    hours: str = param(
        "The week and holidays that count here. They are kept under “Opening hours”.",
        label="Whose hours count",
        refers_to="hours",
        max_length=60,
        required=True,
    )
    schedule: Schedule | None = None

    def resolve(self, resources: Mapping[str, Mapping[str, Any]]) -> "OpeningHours":
        return replace(self, schedule=resources.get("hours", {}).get(self.hours))

    def enter(self, state: State) -> Move:
        now = self.schedule.state_at(state.now) if self.schedule else CLOSED.name
        if now == HOLIDAY.name:
            return Leave(outcome=HOLIDAY.name, otherwise=Leave(outcome=CLOSED.name))
        return Leave(outcome=now)

    def problems(self) -> Iterable[FieldProblem]:
        if self.schedule:
            for sentence in self.schedule.problems():
                yield FieldProblem(field="hours", sentence=sentence)
