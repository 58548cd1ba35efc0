"""Go back to the flow that callers came from."""

from typing import ClassVar

from flows.engine.step import GoBack as Back
from flows.engine.step import Leave, Outcome, Passage, State, Step, step_type

DIRECTLY = Outcome(
    name="directly",
    label="they called this flow itself",
    help="They did not come from another flow, so there is nowhere to go back to.",
    optional=True,
    ends_call=True,
    when_open="the call ends",
)


@step_type("go_back", title="Go back", question="Go back to the flow that callers came from", shape="round")
class GoBack(Step):
    """Callers who came from a step “Go to another flow” go back there. They hear nothing here.

    Those who called this flow itself take the exit, or the call ends.
    """

    own_outcomes: ClassVar[tuple[Outcome, ...]] = (DIRECTLY,)
    goes_back: ClassVar[bool] = True

    def enter(self, state: State) -> Passage:
        return Back(directly=Leave(outcome=DIRECTLY.name))
