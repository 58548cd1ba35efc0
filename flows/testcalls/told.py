"""What a call in virtual time leaves behind, and what it waits for: plain values. Pure."""

from dataclasses import dataclass

from flows.engine.consenting import GIVEN, REFUSED, UNPROVEN

CONSENT_NOTED = {
    GIVEN: "their talk may be written down",
    REFUSED: "their talk may not be written down",
    UNPROVEN: "it is not certain that they were told, so their talk may not be written down",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One line of what happened, `at` in virtual seconds. `who` is line, caller, assistant or flow."""

    at: float
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that runs. `is_answer`: it waits for more of an answer that was begun, not for the caller as such."""

    due: float
    turn: int
    is_answer: bool
