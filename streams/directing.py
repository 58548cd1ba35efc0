"""What somebody at the operations desk wants of a call that is on a stream: done there, whatever goes on.

While a caller waits to be put through the flow has no say; it stands where it stood, and begins that step again when
nobody can take the call. No Django, no channels.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flows.engine.commands import StartAgent
from flows.engine.events import AgentFinished
from streams.announcing import Announcing
from streams.brief import Brief
from streams.dialogue import FAILED
from streams.house_texts import HOLD_ON, WE_END
from streams.leaving import sent_on

if TYPE_CHECKING:
    from streams.session import CallSession

DESK = "desk"  # who asked for a transfer that no step asked for, in `Call.pending` and in the log
SEND, END, AGENTS_OFF, AGENTS_ON = "send", "end", "agents_off", "agents_on"  # what may be asked for
ENDED = "ended from the operations desk"
LEAVES = "This caller is on the way out already: they are being put through, or the call is being ended."
HAND_OVER = "hand-over"  # the name of the timer that waits for a pause in a conversation with an agent
PAUSE_SECONDS = 0.6  # of silence on both sides
LOOK_AGAIN = 0.2
NO_LATER_THAN = 12.0  # seconds; then the agent is stopped in mid-sentence


class Directing:
    """What was asked of one stream. `holds`: the flow has no say any more on this stream."""

    def __init__(self, session: "CallSession", brief: Brief) -> None:
        self._session = session
        self._announcing = Announcing(session, brief.announcement)
        self.holds = False
        self.without_agents = brief.without_agents

    def begin(self) -> None:
        """The stream is open: what everybody hears comes first."""
        self._announcing.begin()

    def take(self, act: str, what: Mapping[str, Any]) -> str:
        """Begin this act; "" when it is begun, else a sentence that says why not."""
        session = self._session
        if act in (SEND, END) and (self.holds or (session.state.step is None and session.state.turn)):
            return LEAVES
        return ACTS[act](self, what)

    def leaves_out(self, wanted: StartAgent) -> bool:
        """Whether no agent may talk now; then the flow is told at once what it is told when none can be reached."""
        if self.without_agents:
            self._session.note("agent_left_out")
            self._session.start_timer(HAND_OVER, 0, self._session.feed, AgentFinished(outcome=FAILED, turn=wanted.turn))
        return self.without_agents

    def _send(self, what: Mapping[str, Any]) -> str:
        """Put the caller through: a word to them first, and whoever talks with them falls silent."""
        session = self._session
        self.holds = True
        session.quiet()
        session.prompter.cut_short(DESK)
        clip, destination = session.house_clip(HOLD_ON), str(what["destination"])
        spoken = session.speaker.say([clip], barge_in=False, heard=lambda _: self._put_through(destination))
        session.note("house_said", text=HOLD_ON, prompt=spoken.name)
        return ""

    def _put_through(self, destination: str) -> None:
        self._session.note("transfer", destination=destination, by=DESK)
        self._session.leave(sent_on(self._session.flow, destination, by=DESK))

    def _end(self, what: Mapping[str, Any]) -> str:
        self._session.note("house_said", text=WE_END)
        self._session.say_last(WE_END, ENDED)
        return ""

    def _switch_off(self, what: Mapping[str, Any]) -> str:
        self.without_agents = True
        self._hand_over(self._session.at)
        return ""

    def _switch_on(self, what: Mapping[str, Any]) -> str:
        self.without_agents = False
        return ""

    def _hand_over(self, since: float) -> None:
        """End a conversation with an agent at its next pause: the flow says so, and goes on without one."""
        session = self._session
        if not (self.without_agents and session.dialogue.is_open):
            return
        quiet = not session.speaker.is_speaking and session.dialogue.caller_quiet() >= PAUSE_SECONDS
        if quiet or session.at - since >= NO_LATER_THAN:
            session.note("agent_left_out")
            session.dialogue.end(FAILED)
        else:
            session.start_timer(HAND_OVER, LOOK_AGAIN, self._hand_over, since)


ACTS: dict[str, Callable[[Directing, Mapping[str, Any]], str]] = {
    SEND: Directing._send,
    END: Directing._end,
    AGENTS_OFF: Directing._switch_off,
    AGENTS_ON: Directing._switch_on,
}
