"""Decide by what is known: answers, numbers, the clock, earlier calls."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from typing import Any, ClassVar

from flows.engine.answers import BY_THE_CLOCK, OF_EVERY_CALL, Answer, given, in_words
from flows.engine.comparing import ALONE, AWAY, COMPARISONS, holds, what_is_wrong
from flows.engine.step import FieldProblem, Leave, Move, Outcome, State, Step, param, step_type
from flows.engine.values import value

LONGEST_LABEL = 60  # characters of a condition in words

OTHERWISE = Outcome(name="otherwise", label="none of these", help="None of the rows above was true.")


@value
class Case:
    """One row: callers for whom it is true go on by the exit `outcome`."""

    outcome: str = field(default="", metadata={"hidden": True, "row": "case"})
    answer: str = field(default="", metadata={"label": "What is known", "offers": "answers"})
    comparison: str = field(default="is", metadata={"label": "How it compares", "choices": COMPARISONS})
    value: str = field(default="", metadata={"label": "With what", "lines": 1, "max_length": 200, "optional": True})

    def __str__(self) -> str:
        """The condition in words."""
        answer = OF_EVERY_CALL.get(self.answer)
        what = str(answer) if answer else in_words(self.answer)
        compared = "" if self.comparison in ALONE else f" {self.value}"
        return f"{what} {dict(COMPARISONS).get(self.comparison, self.comparison)}{compared}"


@step_type("branch", title="Decide", question="Decide by what is known", shape="diamond")
class Branch(Step):
    """Callers go on at once, by what is known: their answers, their number, the day and the time. They hear nothing.

    The first case that is true counts. Callers for whom none is true take the last exit.
    """

    own_outcomes: ClassVar[tuple[Outcome, ...]] = (OTHERWISE,)

    cases: tuple[Case, ...] = param(
        "Several values are parted by commas; two with “to” between them, such as 9:00 to 17:00. A day is written as "
        "2027-05-03, a telephone number with its country.",
        label="Cases, the first that is true counts",
        default=(),
        required=True,
    )
    hours: str = param(
        "Opening hours of the place by whose clock days and times count. Needed only where a case goes by them.",
        label="Whose clock counts",
        refers_to="hours",
        max_length=60,
    )
    zone: str = "UTC"
    known: Mapping[str, Answer] = field(default_factory=dict, compare=False)  # the answers of the flow, by name

    def resolve(self, resources: Mapping[str, Mapping[str, Any]]) -> "Branch":
        found = resources.get("hours", {}).get(self.hours)
        return replace(self, zone=found.zone if found else "UTC")

    def knowing(self, answers: Mapping[str, Answer]) -> "Branch":
        return replace(self, known=answers)

    def outcomes(self) -> Sequence[Outcome]:
        return [*(Outcome(name=case.outcome, label=_short(str(case))) for case in self.cases), OTHERWISE]

    def enter(self, state: State) -> Move:
        today = given("today", state, self.zone)
        for case in self.cases:
            of_type = self._type_of(case)
            if of_type and holds(case.comparison, of_type, given(case.answer, state, self.zone), case.value, today):
                return Leave(outcome=case.outcome)
        return Leave(outcome=OTHERWISE.name)

    def _type_of(self, case: Case) -> str:
        answer = self.known.get(case.answer) or OF_EVERY_CALL.get(case.answer)
        return answer.type if answer else ""

    def problems(self) -> Iterable[FieldProblem]:
        for case in self.cases:
            if sentence := self._what_is_wrong(case):
                yield FieldProblem(field=f"exit:{case.outcome}", sentence=sentence)
        if not self.hours and any(_needs_a_clock(case) for case in self.cases):
            sentence = "A case goes by the clock: choose the opening hours of the place whose clock counts."
            yield FieldProblem(field="hours", sentence=sentence)

    def _what_is_wrong(self, case: Case) -> str:
        if not case.outcome or case.outcome == OTHERWISE.name:
            return "This case cannot be kept like this. Remove it, and add it again."
        if not case.answer:
            return "Choose what is compared."
        answer = self.known.get(case.answer) or OF_EVERY_CALL.get(case.answer)
        if answer is None:
            return f"No step asks for “{in_words(case.answer)}” any more. Choose something else." if self.known else ""
        if answer.secret:
            return f"“{answer}” is not kept, so nothing can be decided by it. Choose something else."
        return what_is_wrong(case.comparison, answer.type, case.value)


def _needs_a_clock(case: Case) -> bool:
    return case.answer in BY_THE_CLOCK or not AWAY.keys().isdisjoint(case.value.casefold().split())


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
