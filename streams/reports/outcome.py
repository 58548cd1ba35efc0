"""How a call ended, from its log. Pure.

Rules are asked in order and the first that knows answers, so a caller who reached a person and then hung up reached a
person.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from streams.directing import ENDED
from streams.reports.names import Names


class Line(Protocol):
    """One line of a call's log: as in `CallEvent`."""

    @property
    def at(self) -> float: ...
    @property
    def kind(self) -> str: ...
    @property
    def step(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Ending:
    """`kind` is one of `OutcomeKind`, `words` say it to a person."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Story:
    """All that the rules may look at. `ended_by` and `cause` are what the carrier said, "" when it said nothing;
    `refused` is why the call was not taken, "" when it was.
    """

    lines: Sequence[Line]
    names: Names = field(default_factory=Names)
    ended_by: str = ""
    cause: str = ""
    refused: str = ""

    def last(self, *kinds: str) -> Line | None:
        """The last line of one of these kinds."""
        return next((line for line in reversed(self.lines) if line.kind in kinds), None)

    def place(self) -> str:
        """“ at ” and the name of the last step the caller was in; "" before the first."""
        entered = self.last("entered")
        return f" at {self.names.step(entered.step)}" if entered else ""


def outcome_of(story: Story) -> Ending:
    """How the call ended. Total: a log that makes no sense ended in a way that is not known."""
    return next(ending for rule in RULES if (ending := rule(story)))


def _was_refused(story: Story) -> Ending | None:
    return Ending("fault", story.refused) if story.refused else None


def _reached_somebody(story: Story) -> Ending | None:
    for line in reversed(story.lines):
        if line.kind == "transfer_finished" and line.data.get("result") == "completed":
            return Ending("person", f"reached a person: {_destination(story, before=line)}")
        seconds = line.data.get("seconds") if line.kind == "recording_finished" else None
        if isinstance(seconds, int | float) and seconds > 0:
            return Ending("message", f"left a message of {seconds:g} s")
    return None


def _was_being_put_through(story: Story) -> Ending | None:
    last = story.last("transfer", "transfer_finished", "recording", "hangup")
    if last is None or last.kind != "transfer":
        return None
    return Ending("transfer", f"was put through to {_destination(story)}; how that went is not known")


def _left_a_note(story: Story) -> Ending | None:
    note = story.last("note_kept")
    if note is None:
        return None
    return Ending("message", "asked to be called back" if note.data.get("what") == "callback" else "left a message")


def _hit_a_limit(story: Story) -> Ending | None:
    budget = story.last("budget")
    if budget is None:
        return None
    which = {"seconds": "time", "cents": "cost"}.get(str(budget.data.get("which")), str(budget.data.get("which")))
    return Ending("limit", f"stopped by its limit of {which}{story.place()}")


def _heard_an_apology(story: Story) -> Ending | None:
    return Ending("fault", f"something failed{story.place()}; heard an apology") if story.last("apology") else None


def _was_ended_by_the_flow(story: Story) -> Ending | None:
    last = story.last("hangup")
    if last is None:
        return None
    by = ENDED if last.data.get("reason") == ENDED else "ended by the flow"
    return Ending("flow", f"{by}{story.place()}")


def _hung_up(story: Story) -> Ending | None:
    left = story.last("left")
    said_so = story.last("caller_hung_up") or (left and left.data.get("outcome") == "caller-hung-up")
    if not said_so and story.ended_by not in ("hangup", "record"):
        return None
    if any(word in story.cause.lower() for word in ("error", "timeout", "congestion")):
        return Ending("fault", f"the carrier ended it{story.place()}: {story.cause}")
    if not story.lines:
        return Ending("unanswered", "rang off before it was answered")
    while_recording = (last := story.last("recording", "recording_finished")) and last.kind == "recording"
    return Ending("caller", "caller hung up" + (" while leaving a message" if while_recording else story.place()))


def _dropped(story: Story) -> Ending | None:
    return Ending("fault", f"the line dropped{story.place()}") if story.last("stream_dropped") else None


def _nothing_is_known(story: Story) -> Ending:
    if not story.last("answered"):
        return Ending("unanswered", "was never answered")
    return Ending("unknown", f"ended{story.place()}, and nothing told why")


Rule = Callable[[Story], Ending | None]
RULES: tuple[Rule, ...] = (
    _was_refused,
    _reached_somebody,
    _was_being_put_through,
    _left_a_note,
    _hit_a_limit,
    _heard_an_apology,
    _was_ended_by_the_flow,
    _hung_up,
    _dropped,
    _nothing_is_known,
)


def _destination(story: Story, before: Line | None = None) -> str:
    """The place of the last transfer (before a line)."""
    lines = list(story.lines)
    end = lines.index(before) if before is not None else len(lines)
    last = next((line for line in reversed(lines[:end]) if line.kind == "transfer"), None)
    return story.names.destination(str(last.data.get("destination", ""))) if last else "an unknown place"
