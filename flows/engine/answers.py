"""Which answers a flow may know: those that its steps are given, and what is known of every call. Pure.

A call keeps its answers as texts, by name; what each of them is (digits, a date) follows from the step that asks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.engine.values import value

if TYPE_CHECKING:
    from flows.engine.step import State, Step

TEXT, YES_NO, NUMBER, DATE = "text", "yes-no", "number", "date"
DIGITS, PHONE, TIME, WEEKDAY = "digits", "phone", "time", "weekday"


@value
class Answer:
    """One answer: the name under which a call keeps it, and what it is.

    `secret`: it is never kept, so it is known nowhere. `copies` names the answer whose type this one has.
    """

    name: str
    type: str = TEXT
    label: str = ""
    secret: bool = False
    copies: str = ""

    def __str__(self) -> str:
        return self.label or in_words(self.name)


OF_EVERY_CALL: Mapping[str, Answer] = {
    answer.name: answer
    for answer in (
        Answer(name="callers_number", type=PHONE, label="caller’s number"),
        Answer(name="number_called", type=PHONE, label="number called"),
        Answer(name="earlier_calls", type=NUMBER, label="calls this caller made before"),
        Answer(name="time_of_day", type=TIME, label="time of day"),
        Answer(name="weekday", type=WEEKDAY, label="day of the week"),
        Answer(name="today", type=DATE, label="today’s date"),
    )
}
BY_THE_CLOCK = ("time_of_day", "weekday", "today")  # known only where it is said whose clock counts


def in_words(name: str) -> str:
    """An answer as builders call it: “order number” for order_number."""
    return name.replace("_", " ")


def known_answers(steps: Iterable["Step"]) -> dict[str, Answer]:
    """Every answer that a flow with these steps may know, by name: its own in their order, then those of every call.

    Where two steps give one name to answers of different types, it is text; where one of them is secret, it is secret.
    """
    own: dict[str, Answer] = {}
    for answer in (answer for step in steps for answer in step.gives() if answer.name not in OF_EVERY_CALL):
        before = own.get(answer.name)
        own[answer.name] = _both(before, answer) if before else answer
    return {name: _resolved(answer, own) for name, answer in own.items()} | dict(OF_EVERY_CALL)


def given(name: str, state: "State", zone: str = "UTC") -> str:
    """What the call knows under this name at this moment, by the clock of `zone`; "" when that is nothing."""
    match name:
        case "callers_number":
            return state.caller
        case "number_called":
            return state.called
        case "earlier_calls":
            return str(state.earlier_calls)
        case "time_of_day" | "weekday" | "today":
            now = _clock(state.now, zone)
            return f"{now:{CLOCKS[name]}}" if now else ""
    return str(state.answers.get(name, ""))


CLOCKS = {"time_of_day": "%H:%M", "weekday": "%A", "today": "%Y-%m-%d"}


def _clock(moment: float, zone: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(moment, ZoneInfo(zone))
    except (ValueError, OverflowError, OSError, ZoneInfoNotFoundError):  # a moment or a zone beyond the calendar
        return None


def _both(one: Answer, other: Answer) -> Answer:
    alike = (one.type, one.copies) == (other.type, other.copies)
    return replace(one if alike else Answer(name=one.name), secret=one.secret or other.secret)


def _resolved(answer: Answer, own: Mapping[str, Answer]) -> Answer:
    """A copy with the type of what it copies, however long the chain; text where it leads nowhere."""
    seen, at = {answer.name}, answer
    while at.copies and at.copies not in seen:
        seen.add(at.copies)
        at = OF_EVERY_CALL.get(at.copies) or own.get(at.copies) or Answer(name="")
    return replace(answer, type=TEXT if at.copies else at.type, copies="") if answer.copies else answer
