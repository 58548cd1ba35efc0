"""Remember something: words or a number, a copy of an answer, or a count."""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from decimal import Decimal
from typing import ClassVar

from flows.engine.answers import BY_THE_CLOCK, NUMBER, TEXT, Answer, given, in_words
from flows.engine.comparing import amount
from flows.engine.confirming import answer_name_problems
from flows.engine.step import FieldProblem, Leave, Move, Outcome, State, Step, param, step_type

FIXED, COPY, ADD = "fixed", "copy", "add"
HOW = (
    (FIXED, "what is written below"),
    (COPY, "a copy of something that is known"),
    (ADD, "the number kept so far, plus what is written below"),
)
LARGEST = Decimal(10**15)  # what is larger is no number of things

NEXT = Outcome(name="next", label="it is remembered", help="What comes next. Callers hear nothing here.")


@step_type("set_answer", title="Remember something", question="Remember something for later")
class SetAnswer(Step):
    """Keeps something under a name, as if the caller had answered it. Callers hear nothing here.

    “Decide” can go by it, and texts can say it.
    """

    own_outcomes: ClassVar[tuple[Outcome, ...]] = (NEXT,)

    answer: str = param(
        "The name under which it is kept, in small letters, such as tries. What was kept under it before is replaced.",
        label="Keep it as",
        default="remembered",
        max_length=40,
        required=True,
    )
    how: str = param("What is kept.", label="What to remember", default=FIXED, choices=HOW)
    text: str = param(
        "Words, such as returns, or a number in figures. Where it is added, a number such as 1 or -1.",
        label="What is written",
        default="yes",
        max_length=200,
    )
    source: str = param("What is copied, where it is a copy.", label="What is copied", offers="answers", max_length=40)
    known: Mapping[str, Answer] = field(default_factory=dict, compare=False)  # the answers of the flow, by name

    def knowing(self, answers: Mapping[str, Answer]) -> "SetAnswer":
        return replace(self, known=answers)

    def gives(self) -> Iterable[Answer]:
        if self.how == COPY:
            yield Answer(name=self.answer, copies=self.source)
        else:
            is_number = self.how == ADD or amount(self.text) is not None
            yield Answer(name=self.answer, type=NUMBER if is_number else TEXT)

    def enter(self, state: State) -> Move:
        return Leave(outcome=NEXT.name, answers={self.answer: self._value(state)})

    def _value(self, state: State) -> str:
        if self.how == COPY:
            return given(self.source, state)
        if self.how == FIXED:
            return self.text.strip()
        before, more = amount(given(self.answer, state)) or Decimal(0), self._added()
        return f"{before + more:f}" if abs(before + more) < LARGEST else f"{before:f}"

    def _added(self) -> Decimal:
        return amount(self.text) or Decimal(0)

    def problems(self) -> Iterable[FieldProblem]:
        yield from answer_name_problems(self.answer)
        if self.how == FIXED and not self.text.strip():
            yield FieldProblem(field="text", sentence="Write what should be remembered.")
        if self.how == ADD and amount(self.text) is None:
            yield FieldProblem(field="text", sentence="Write the number to add in figures, such as 1 or -1.")
        if self.how == COPY:
            yield from self._copy_problems()

    def _copy_problems(self) -> Iterable[FieldProblem]:
        copied = self.known.get(self.source)
        if not self.source:
            yield FieldProblem(field="source", sentence="Choose what is copied.")
        elif self.known and copied is None:
            sentence = f"No step asks for “{in_words(self.source)}” any more. Choose something else."
            yield FieldProblem(field="source", sentence=sentence)
        elif self.source in BY_THE_CLOCK:
            sentence = "Only “Decide” can go by the clock. Choose something else."
            yield FieldProblem(field="source", sentence=sentence)
        elif copied and copied.secret:
            yield FieldProblem(field="source", sentence=f"“{copied}” is not kept, so it cannot be copied.")
