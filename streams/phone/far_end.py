"""Who answers when the site has a number dialled. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

ANYBODY = ""  # whoever has no far end of their own
BUSY_AFTER = 1.0  # seconds until a busy line is known to be busy


@dataclass(frozen=True)
class FarEnd:
    """One number: it answers after so many seconds and talks for so many, or does not."""

    does: Literal["answer", "busy", "no-answer"] = "answer"
    after: float = 2.0
    talks: float = 4.0


@dataclass(frozen=True)
class Ringing:
    """How a dial goes: after `seconds` of ringing, `status` (the carrier's DialStatus); `talks` if it was answered."""

    status: Literal["completed", "busy", "no-answer"]
    seconds: float
    number: str = ""
    talks: float = 0.0


def ring(numbers: Iterable[str], far_ends: Mapping[str, FarEnd], *, timeout: float) -> Ringing:
    """Ring all of these numbers at once for `timeout` seconds: the first to answer has the call."""
    reached = [(far_ends.get(number) or far_ends.get(ANYBODY, FarEnd()), number) for number in numbers]
    answers = sorted((end.after, number, end.talks) for end, number in reached if end.does == "answer")
    if answers and answers[0][0] <= timeout:
        after, number, talks = answers[0]
        return Ringing("completed", after, number, talks)
    if reached and all(end.does == "busy" for end, _ in reached):
        return Ringing("busy", min(BUSY_AFTER, timeout))
    return Ringing("no-answer", timeout)
