"""Put the caller through to someone."""

from typing import ClassVar

from flows.engine.commands import Play
from flows.engine.commands import Transfer as PutThrough
from flows.engine.events import Event, PromptFinished, TransferFinished
from flows.engine.permitting import PUT_THROUGH as COMPLETED
from flows.engine.setting import TALKING
from flows.engine.step import HEARD, Leave, Move, Outcome, State, Stay, Step, param, prompt, step_type

BUSY = Outcome(name="busy", label="the line was busy", help="Often a message is taken, or somebody else is tried.")
NO_ANSWER = Outcome(
    name="no-answer", label="nobody answered", help="It rang for as long as you chose. Often a message is taken."
)
FAILED = Outcome(name="failed", label="it did not work", help="The number could not be reached at all.")


@step_type("transfer", title="Transfer", question="Put the caller through to someone")
class Transfer(Step):
    """Callers are put through to one of your destinations.

    When nobody can take the call, they come back and go on where the exits lead.
    """

    own_outcomes: ClassVar[tuple[Outcome, ...]] = (COMPLETED, BUSY, NO_ANSWER, FAILED)

    destination: str = param(
        "One of your destinations. Add a new one under “Destinations”; a publisher approves it.",
        label="Put through to",
        refers_to="destination",
        max_length=60,
        required=True,
    )
    announcement: str = prompt(
        "Said before it rings. Keep it under two seconds. May be empty.",
        label=HEARD,
        default="One moment, please. I am putting you through.",
    )
    ring_seconds: int = param(
        "How long it rings before nobody has answered, in seconds. Four rings take about 25.",
        label="How long it rings",
        default=25,
        min=5,
        max=120,
        fold=True,
    )
    listens: bool = param(
        "Both sides become text as they speak. Only for callers who agreed at a step “Ask before listening”, or heard "
        "the notice of a line that records.",
        label="Write down the talk as it is spoken",
        default=False,
        group=TALKING,
        seldom=True,
    )
    expected: str = param(
        "Names, products and whole sentences, one on each line. They help whatever writes down the talk; the offline "
        "recogniser understands nothing else.",
        label="What is likely to be said",
        lines=5,
        max_length=4000,
        group=TALKING,
        seldom=True,
    )

    def enter(self, state: State) -> Move:
        if not self.announcement:
            return self._put_through()
        return Stay(commands=[Play(texts=(self.announcement,), barge_in=False)])

    def handle(self, state: State, event: Event) -> Move:
        match event:
            case PromptFinished() if not state.scratch.get("ringing"):
                return self._put_through()
            case TransferFinished(result=result):
                known = {outcome.name for outcome in self.own_outcomes}
                outcome = result if result in known else FAILED.name
                return Leave(outcome=outcome, tried=TOLD[outcome].format(self.destination))
        return Stay()

    def _put_through(self) -> Move:
        command = PutThrough(destination=self.destination, ring_seconds=self.ring_seconds, listens=self.listens)
        return Stay(commands=[command], scratch={"ringing": True})


TOLD = {
    COMPLETED.name: "Was put through to {}.",
    BUSY.name: "Was to be put through to {}, where the line was busy.",
    NO_ANSWER.name: "Was to be put through to {}, where nobody answered.",
    FAILED.name: "Was to be put through to {}, which did not work.",
}
