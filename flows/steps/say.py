"""Say something, then go on."""

from typing import ClassVar

from flows.engine.commands import Play, StopPlaying
from flows.engine.events import DigitPressed, Event, PromptFinished
from flows.engine.step import HEARD, Leave, Move, Outcome, State, Stay, Step, param, prompt, step_type

NEXT = Outcome(
    name="next",
    label="it was heard",
    help="What callers come to when the text ends, or when they cut it short with a key.",
)


@step_type("say", title="Say something", question="Say something")
class Say(Step):
    """Callers hear a text, and go on to the next step when it ends."""

    own_outcomes: ClassVar[tuple[Outcome, ...]] = (NEXT,)

    text: str = prompt("Write it as you would say it; numbers and names as they are read.", label=HEARD, required=True)
    barge_in: bool = param(
        "Callers may cut this short with a key; the key counts for the next step.",
        label="Keys cut it short",
        default=True,
    )

    def enter(self, state: State) -> Move:
        if not self.text or (state.typed and self.barge_in):
            return Leave(outcome=NEXT.name)
        return Stay(commands=[Play(texts=(self.text,), barge_in=False)])

    def handle(self, state: State, event: Event) -> Move:
        match event:
            case PromptFinished():
                return Leave(outcome=NEXT.name)
            case DigitPressed() if self.barge_in:
                return Leave(outcome=NEXT.name, commands=[StopPlaying()])
        return Stay()
