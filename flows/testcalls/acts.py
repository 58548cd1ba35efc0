"""What the lines of a test call mean: acts of the caller, expectations, and how everybody else behaves. Pure."""

from dataclasses import dataclass

BUSY, NO_ANSWER, ANSWERS, UNREACHABLE = "busy", "no-answer", "completed", "failed"


@dataclass(frozen=True, slots=True)
class Act:
    """Anything that a line can say."""


class Expectation(Act):
    """What the call must do, or the test has failed."""

    __slots__ = ()


# --- the caller ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Calls(Act):
    """When and from where the call comes. `day` is “Monday”, “25 December” or “25 December 2026”, `clock` HH:MM; ""
    is the usual. Both are on the clock of the flow's opening hours. `earlier`: this caller called so often before.
    """

    day: str = ""
    clock: str = ""
    caller: str = ""
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class Presses(Act):
    """Keys, one after the other, once the line waits for the caller."""

    keys: str


@dataclass(frozen=True, slots=True)
class Says(Act):
    """Words, once the line waits for the caller."""

    words: str


@dataclass(frozen=True, slots=True)
class SaysNothing(Act):
    """Silence, until the step has waited long enough."""


@dataclass(frozen=True, slots=True)
class Waits(Act):
    """So many seconds pass; what the caller does next is done at that very moment, whatever is being said."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HangsUp(Act):
    """The caller ends the call."""


# --- what is expected ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hears(Expectation):
    """These words stand within what callers heard since they last did something."""

    words: str


@dataclass(frozen=True, slots=True)
class GoesTo(Expectation):
    """The call comes to the step of this name without the caller doing anything more."""

    step: str


@dataclass(frozen=True, slots=True)
class EndsAt(Expectation):
    """The step where the call ended or was put through, or in which it stands and waits."""

    step: str


@dataclass(frozen=True, slots=True)
class Ends(Expectation):
    """The call is over; `how` is part of the reason, or of what was heard last."""

    how: str = ""


@dataclass(frozen=True, slots=True)
class NotesCallBack(Expectation):
    """It is noted that the caller is to be called back."""


# --- the rest of the world ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Desk(Act):
    """What becomes of calls that are put through to a destination, from here on."""

    name: str
    result: str


@dataclass(frozen=True, slots=True)
class Means(Act):
    """What a language model makes of words that the menu does not know by itself."""

    words: str
    meaning: str


@dataclass(frozen=True, slots=True)
class AISays(Act):
    """The assistant says this."""

    words: str


@dataclass(frozen=True, slots=True)
class AIEnds(Act):
    """The assistant ends the conversation in this way."""

    outcome: str


@dataclass(frozen=True, slots=True)
class AIFails(Act):
    """No assistant can be reached."""


@dataclass(frozen=True, slots=True)
class AIPutsThrough(Act):
    """The assistant asks to put the caller through to this destination."""

    to: str


@dataclass(frozen=True, slots=True)
class AILooksUp(Act):
    """The assistant looks something up; `given` are the details it gives, by name."""

    lookup: str
    given: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Finds(Act):
    """What a lookup finds, by name, from here on."""

    lookup: str
    found: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FindsNothing(Act):
    """A lookup works and finds nothing, from here on."""

    lookup: str


@dataclass(frozen=True, slots=True)
class LookupFails(Act):
    """A lookup cannot be done, from here on."""

    lookup: str


@dataclass(frozen=True, slots=True)
class Leaves(Act):
    """How long the caller's recorded message is; 0 for none."""

    seconds: int


@dataclass(frozen=True, slots=True)
class TextsRefused(Act):
    """No text message can be sent, from here on."""


AI_ACTS = (AISays, AIEnds, AIFails, AIPutsThrough, AILooksUp)
