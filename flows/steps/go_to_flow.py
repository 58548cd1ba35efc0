"""Go on in another flow, and come back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from flows.engine.answers import OF_EVERY_CALL, Answer, known_answers
from flows.engine.inside import SubFlow, comes_back
from flows.engine.machine import Flow
from flows.engine.step import RETURNED, FieldProblem, GoInside, Outcome, Passage, State, Step, param, step_type

BACK = Outcome(name=RETURNED, label="they come back", help="They came to a step “Go back” of that flow.")


@step_type("go_to_flow", title="Go to another flow", question="Go on in another flow, and come back")
class GoToFlow(Step):
    """Callers go on in another flow, as it was published last. They hear it in the voice of this one.

    Where that flow says “Go back”, they come back here and take the exit; what they answered there is known from then
    on. When that flow is published again, publish this one too: until then callers stay with what was tested.
    """

    own_outcomes: ClassVar[tuple[Outcome, ...]] = (BACK,)

    flow: str = param(
        "The flow that callers go on with. It must have been published.",
        label="Which flow",
        refers_to="flow",
        max_length=80,
        required=True,
    )
    sub: SubFlow | None = None

    @property
    def inside(self) -> Flow | None:
        return self.sub.flow if self.sub else None

    def resolve(self, resources: Mapping[str, Mapping[str, Any]]) -> "GoToFlow":
        return replace(self, sub=resources.get("flow", {}).get(self.flow))

    def gives(self) -> Iterable[Answer]:
        own = known_answers(self.inside.steps.values()) if self.inside else {}
        return [answer for name, answer in own.items() if name not in OF_EVERY_CALL]

    def outcomes(self) -> Sequence[Outcome]:
        return [] if self.inside and not comes_back(self.inside) else [BACK]

    def enter(self, state: State) -> Passage:
        return GoInside()

    def problems(self) -> Iterable[FieldProblem]:
        if self.sub and self.sub.why_not:
            yield FieldProblem(field="flow", sentence=self.sub.why_not)

    def prompts(self) -> Iterator[str]:
        steps = self.inside.translated.get(self.tongue, self.inside.steps) if self.inside else {}
        for step in steps.values():
            yield from step.prompts()
