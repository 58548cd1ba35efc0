"""A call's log with its numbers hidden: typed, spoken, read back, or named to another system. Pure.

What is hidden is hidden in the data, before any of it is put into words: so no page can show it by mistake.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from streams.reports.outcome import Line
from streams.sharing.asked import said_when_asked
from streams.sharing.harmless import names_a_time
from streams.sharing.scrub import LEAST, in_a_row, scrub, secrets_in

KEY = "•"
SHORTEST_KNOWN = 2  # a single key is the choice of a menu, which the exit tells anyhow
LEAST_IN_FAULTS = 5  # digits that are hidden where engines say what failed: “error 503” stays

TYPED = frozenset({"answers", "arguments"})  # each number in them was typed or asked for
FAULTS = frozenset({"what", "why", "reason"})
# Names of the flow’s and the site’s own things, which no caller can put anything into.
NAMES = frozenset(
    {
        *("prompt", "engine", "outcome", "goes_to", "model", "unit", "result", "ability", "fault", "tool", "verdict"),
        *("by", "destination", "language", "which", "timer", "for", "title"),
    }
)


@dataclass(frozen=True, slots=True)
class HiddenLine:
    """A line of a call's log whose data holds no numbers of the caller's."""

    at: float
    kind: str
    step: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hiding:
    """How the texts of one call are shown to somebody who may not see its numbers.

    `known` were typed on it, or said when a secret was asked for. `keeps`: what is plainly a clock time, a day, a count
    or an amount of money stays.
    """

    known: frozenset[str] = frozenset()
    shows: bool = False
    keeps: bool = True

    def text(self, text: str) -> str:
        """A text without the numbers in it; as it is, for who may see them."""
        return text if self.shows else scrub(text, known=self.known, keeps=self.keeps)

    def fault(self, text: str) -> str:
        """What failed, as an engine or the carrier said it."""
        return text if self.shows else scrub(text, least=LEAST_IN_FAULTS, known=self.known, keeps=False)

    def lines(self, lines: Iterable[Line]) -> list[Line]:
        """The call's log without the numbers in it."""
        if self.shows:
            return list(lines)
        return [HiddenLine(line.at, line.kind, line.step, dict(self._data(line))) for line in lines]

    def _data(self, line: Line) -> Iterator[tuple[str, Any]]:
        for name, said in line.data.items():
            if name == "digit":
                yield name, KEY
            elif name in NAMES and not isinstance(said, Mapping | list | tuple):
                yield name, said
            else:
                least = 1 if name in TYPED else LEAST_IN_FAULTS if name in FAULTS else LEAST
                yield name, _scrubbed(said, least, self.known, self.keeps and least == LEAST)


def _scrubbed(said: Any, least: int, known: frozenset[str], keeps: bool) -> Any:
    if isinstance(said, str):
        return scrub(said, least=least, known=known, keeps=keeps)
    if isinstance(said, Mapping):
        return {name: _scrubbed(one, least, known, keeps) for name, one in said.items()}
    if isinstance(said, list | tuple):
        return [_scrubbed(one, least, known, keeps) for one in said]
    # a bare number is a measure of ours, unless it was typed
    return KEY if least == 1 and isinstance(said, int | float) and not isinstance(said, bool) else said


def hiding(lines: Iterable[Line], *, shows: bool) -> Hiding:
    """How the texts of this call are shown; `shows`: to somebody who sees its numbers."""
    if shows:
        return Hiding(shows=True)
    lines = list(lines)
    return Hiding(frozenset(_typed(lines) | said_when_asked(lines)))


def _typed(lines: Iterable[Line]) -> set[str]:
    """The numbers that were typed or noted on a call, those of at least two digits.

    A time or a day that was noted is none: else a booked appointment could be read nowhere on the call.
    """
    found: set[str] = set()
    keys = ""
    for line in lines:
        if line.kind == "key":
            keys += str(line.data.get("digit", ""))
        elif line.kind in ("left", "entered"):
            found, keys = found | in_a_row(keys), ""
        for name in TYPED:
            for called, text in _texts(line.data.get(name)):
                found |= set() if names_a_time(called, text.strip()) else secrets_in(text)
    return {digits for digits in found | in_a_row(keys) if len(digits) >= SHORTEST_KNOWN}


def _texts(said: Any, called: str = "") -> Iterator[tuple[str, str]]:
    """Each text with the name that it has."""
    if isinstance(said, Mapping):
        for name, one in said.items():
            yield from _texts(one, str(name))
    elif isinstance(said, list | tuple):
        for one in said:
            yield from _texts(one, called)
    elif said is not None:
        yield called, str(said)
