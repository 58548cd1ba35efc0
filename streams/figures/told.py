"""What a call's log tells of the caller: whom they asked for, whom they reached, what they got. Pure.

The definitions stand at `CallFigures`; here is how the log shows them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from streams.figures.visits import Line
from streams.models.calls import OutcomeKind

PERSON = "person"  # the way out of every step in which callers may ask for one, by key or word
PERSON_KEY = "0"  # and the choice of a menu that takes its place
TRANSFER = "transfer"  # the kind of step that leads to a person
PUT_THROUGH = "put_through"  # what an AI step asks for when its caller wants one
SHORT = 5.0  # seconds; a call that ended sooner never began in earnest
CALLER_DID = ("key", "utterance", "agent_heard")


@dataclass(frozen=True, slots=True)
class Told:
    """The log of a call that is over, how it ended (an `OutcomeKind`), and what its version says of its steps.

    `lasted` is the whole call in seconds, `kinds` are those of steps and `goals` the marked ones, by path.
    """

    log: Sequence[Line]
    ending: str
    answered: bool
    lasted: float
    kinds: Mapping[str, str] = field(default_factory=dict)
    goals: frozenset[str] = frozenset()

    @property
    def short(self) -> bool:
        return self.answered and self.lasted < SHORT

    @property
    def entered(self) -> bool:
        return self.answered and not self.short

    @property
    def transferred(self) -> bool:
        """Somebody took the call, or it was on its way to somebody when it was last heard of."""
        return self.entered and (self.ending == OutcomeKind.TRANSFER or bool(self._reached()))

    @property
    def seconds_to_person(self) -> int | None:
        """From the answer until somebody first picked up."""
        reached = self._reached()
        if not self.entered or not reached:
            return None
        talked = reached[0].data.get("seconds")
        return max(round(reached[0].at - (talked if isinstance(talked, int | float) else 0)), 0)

    @property
    def goal(self) -> bool:
        """A marked step was entered; where none is marked, the flow ended the call as planned."""
        if self.goals:
            return self.entered and any(line.kind == "entered" and line.step in self.goals for line in self.log)
        return self.entered and self.ending == OutcomeKind.FLOW and not self._reached()

    @property
    def gave_up(self) -> bool:
        return self.entered and self.ending == OutcomeKind.CALLER and not self.goal and not self.transferred

    @property
    def asked_person(self) -> bool:
        return self.entered and any(self._asks(line) for line in self.log)

    @property
    def silent(self) -> bool:
        """The line asked or listened, and nothing at all came from the caller."""
        wanted = any(line.kind in ("missed", "agent_started") for line in self.log)
        return self.entered and wanted and not any(line.kind in CALLER_DID for line in self.log)

    def _reached(self) -> list[Line]:
        return [
            line for line in self.log if line.kind == "transfer_finished" and line.data.get("result") == "completed"
        ]

    def _asks(self, line: Line) -> bool:
        if line.kind == "tool_asked":
            return line.data.get("tool") == PUT_THROUGH
        if line.kind != "left":
            return False
        outcome, goes_to = line.data.get("outcome"), line.data.get("goes_to")
        return outcome == PERSON or (outcome == PERSON_KEY and self.kinds.get(str(goes_to)) == TRANSFER)
