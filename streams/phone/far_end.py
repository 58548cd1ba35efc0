"""Who answers when the site has a number dialled. Pure."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from streams.phone.script import Line

ANYBODY = ""  # whoever has no far end of their own
TALKS = 4.0  # seconds, for who says nothing
BUSY_AFTER = 1.0  # seconds until a busy line is known to be busy


@dataclass(frozen=True)
class FarEnd:
    """One number: it answers after so many seconds, or does not. `lines` is what the person there does.

    `talks` is after how many seconds of talk they hang up. When it is None, who has lines stays on the line.
    """

    does: Literal["answer", "busy", "no-answer"] = "answer"
    after: float = 2.0
    talks: float | None = None
    lines: tuple["Line", ...] = ()


DESTINATIONS = {"completed": FarEnd(), "busy": FarEnd("busy"), "no-answer": FarEnd("no-answer")}


@dataclass(frozen=True)
class Ringing:
    """How a dial goes: after `seconds` of ringing, `status` (the carrier's DialStatus).

    `talks` (seconds) and `lines` are those of whoever answered.
    """

    status: Literal["completed", "busy", "no-answer"]
    seconds: float
    number: str = ""
    talks: float = 0.0
    lines: tuple["Line", ...] = ()


def ring(numbers: Iterable[str], far_ends: Mapping[str, FarEnd], *, timeout: float) -> Ringing:
    """Ring all of these numbers at once for `timeout` seconds: the first to answer has the call."""
    reached = [(far_ends.get(number) or far_ends.get(ANYBODY, FarEnd()), number) for number in numbers]
    answers = sorted((end.after, number) for end, number in reached if end.does == "answer")
    if answers and answers[0][0] <= timeout:
        end, number = next(one for one in reached if (one[0].after, one[1]) == answers[0])
        return Ringing("completed", end.after, number, _talks(end), end.lines)
    if reached and all(end.does == "busy" for end, _ in reached):
        return Ringing("busy", min(BUSY_AFTER, timeout))
    return Ringing("no-answer", timeout)


def _talks(end: FarEnd) -> float:
    if end.talks is not None:
        return end.talks
    return math.inf if end.lines else TALKS
