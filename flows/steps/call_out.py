"""Where a call begins that the line makes: what is known of who is called, and what an answering machine is told."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import ClassVar

from flows.engine.answers import Answer, in_words
from flows.engine.confirming import answer_name_problems
from flows.engine.step import MACHINE, FieldProblem, Leave, Move, Outcome, State, Step, param, step_type
from flows.engine.values import value

NEXT = Outcome(name="next", label="somebody picks up", help="What comes next for a person. Callers hear nothing here.")
ANSWERED_BY_MACHINE = Outcome(
    name=MACHINE,
    label="an answering machine picks up",
    optional=True,
    ends_call=True,
    when_open="The call ends.",
    help="Only for call lists that leave messages: the carrier heard a machine, wherever the call was by then.",
)


@value
class Known:
    """One row: something that the call list says of who is called, and what is said where it says nothing."""

    answer: str = field(default="", metadata={"label": "Column of the list", "row": "thing", "lines": 1})
    otherwise: str = field(
        default="", metadata={"label": "Where it is empty", "lines": 1, "max_length": 100, "optional": True}
    )


@step_type("call_out", title="Call somebody", question="Begin a call that the line makes")
class CallOut(Step):
    """The first step of a flow for call lists. It names what a list says of people, so that texts can say it: [name].

    Who they are speaking with, and how to get no more calls, the line says by itself before this step.
    """

    meets_machines: ClassVar[bool] = True
    own_outcomes: ClassVar[tuple[Outcome, ...]] = (NEXT, ANSWERED_BY_MACHINE)

    known: tuple[Known, ...] = param(
        "One row for each column of the list that the flow uses, such as name or order_number, and what is said where "
        "a list has nothing there.",
        label="What is known of who is called",
        default=(),
    )

    def gives(self) -> Iterable[Answer]:
        for row in self.known:
            if row.answer:
                yield Answer(name=row.answer)

    def enter(self, state: State) -> Move:
        return Leave(outcome=NEXT.name, answers=self._otherwise(state.answers))

    def _otherwise(self, answers: Mapping[str, str]) -> dict[str, str]:
        rows = (row for row in self.known if row.answer and row.otherwise.strip())
        return {row.answer: row.otherwise.strip() for row in rows if not answers.get(row.answer)}

    def problems(self) -> Iterable[FieldProblem]:
        seen: set[str] = set()
        for row in self.known:
            for problem in answer_name_problems(row.answer):
                yield FieldProblem(field="known", sentence=f"“{row.answer}”: {problem.sentence}")
            if row.answer in seen:
                sentence = f"“{in_words(row.answer)}” stands there twice. Take one of the rows out."
                yield FieldProblem(field="known", sentence=sentence)
            seen.add(row.answer)
