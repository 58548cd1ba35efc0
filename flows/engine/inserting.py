"""Answers within what is written, such as a text message: “Your order [order number] arrives on [day].” Pure.

Markers are those of spoken texts; what is written needs no voice, so days and numbers stand there as people write them.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from flows.engine.answers import DATE, Answer, given
from flows.engine.spoken_answers import MARKER, answer_named, marker_problem, markers
from flows.engine.spoken_dates import MONTHS
from flows.engine.step import State

LONGEST_ANSWER = 200  # characters of one answer


def inserted(text: str, known: Mapping[str, Answer], state: State) -> str:
    """The text with what the call knows in the place of markers; what is not known leaves nothing behind.

    Brackets that name no answer that may be told stay as they are.
    """
    lines = MARKER.sub(lambda found: _written(found[0], answer_named(found[1]), known, state), text).splitlines()
    return "\n".join(" ".join(line.split()) for line in lines).strip()


def why_not_inserted(text: str, known: Mapping[str, Answer]) -> Iterator[str]:
    """What is wrong with the markers of a text, in sentences. `known` is empty where that cannot be told."""
    for name in dict.fromkeys(markers(text)) if known else ():
        problem = marker_problem(name, known)
        if problem:
            yield problem


def _written(marker: str, name: str, known: Mapping[str, Answer], state: State) -> str:
    if name not in known or marker_problem(name, known):
        return marker
    here = " ".join(given(name, state).split())[:LONGEST_ANSWER]
    return _day(here) if known[name].type == DATE else here


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
