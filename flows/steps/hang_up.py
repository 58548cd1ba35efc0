"""Say goodbye, and end the call."""

from flows.engine.commands import Hangup, Play
from flows.engine.events import Event, PromptFinished
from flows.engine.step import HEARD, Move, State, Stay, Step, prompt, step_type


@step_type("hang_up", title="Hang up", question="Say goodbye and hang up", shape="round")
class HangUp(Step):
    """Callers hear a goodbye, and the call ends."""

    text: str = prompt("The goodbye. May be empty.", label=HEARD, default="Thank you for calling. Goodbye.")

    def enter(self, state: State) -> Move:
        if not self.text:
            return self._hang_up()
        return Stay(commands=[Play(texts=(self.text,), barge_in=False)])

    def handle(self, state: State, event: Event) -> Move:
        return self._hang_up() if isinstance(event, PromptFinished) else Stay()

    def _hang_up(self) -> Move:
        return Stay(commands=[Hangup(reason="the flow ended the call")])
