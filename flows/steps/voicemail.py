"""Take a message."""

from typing import ClassVar

from flows.engine.commands import Play, RecordMessage, StopPlaying
from flows.engine.events import DigitPressed, Event, PromptFinished, RecordingFinished
from flows.engine.step import HEARD, Leave, Move, Outcome, State, Stay, Step, param, prompt, step_type

RECORDED = Outcome(
    name="recorded", label="a message was left", help="Their message is kept. Thank them, then end the call."
)
NOTHING_RECORDED = Outcome(
    name="nothing-recorded", label="no message was left", help="They stayed silent, or ended it within a second."
)
SHORTEST_SECONDS = 1  # shorter than this is a cough or a hang-up, not a message


@step_type("voicemail", title="Voicemail", question="Take a message")
class Voicemail(Step):
    """Callers leave a message after a tone. Pressing the finish key early skips the prompt."""

    waits: ClassVar[bool] = True
    takes_keys: ClassVar[bool] = True
    own_outcomes: ClassVar[tuple[Outcome, ...]] = (RECORDED, NOTHING_RECORDED)

    prompt: str = prompt(
        "Said before the tone.",
        label=HEARD,
        default="Please leave a message after the tone. Press pound when you are done.",
        required=True,
    )
    max_seconds: int = param(
        "How long a message may be, in seconds.", label="Longest message", default=120, min=5, max=600
    )
    finish_key: str = param(
        "The key that ends the message.",
        label="Key that ends it",
        default="#",
        choices=(("#", "# (pound)"), ("*", "* (star)")),
        fold=True,
    )

    def enter(self, state: State) -> Move:
        if not self.prompt:
            return self._record()
        return Stay(commands=[Play(texts=(self.prompt,), barge_in=False)])

    def handle(self, state: State, event: Event) -> Move:
        recording = state.scratch.get("recording", False)
        match event:
            case PromptFinished() if not recording:
                return self._record()
            case DigitPressed(digit=key) if key == self.finish_key and not recording:
                return self._record(StopPlaying())
            case RecordingFinished(seconds=seconds) if seconds < SHORTEST_SECONDS:
                return Leave(outcome=NOTHING_RECORDED.name, tried="Was asked for a message, and left none.")
            case RecordingFinished():
                return Leave(outcome=RECORDED.name, tried="Left a message.")
        return Stay()

    def _record(self, *before: StopPlaying) -> Move:
        command = RecordMessage(max_seconds=self.max_seconds, finish_key=self.finish_key)
        return Stay(commands=[*before, command], scratch={"recording": True})
