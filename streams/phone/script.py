"""A call as text that anyone can write: what the caller hears, presses and says, and how it ends. Pure.

    # A line that begins with # is a comment.
    call +14155550199 from +14155550142
    hears "Thanks for calling Hart Tools"
    presses 1
    says "billing"
    waits 3s
    dial +14155550123 answers after 2s, talks 4s
    hears "connect you" within 20s
    person says "This is Bob. What can I do for you?"
    says "I have a question"
    person hears "a question"
    person hangs up
    ends "transferred"

`hears` waits until those words were played to the caller, in order; letters, case and commas do not matter, nor what
else is said around them. `hears speech` waits for any speech. `ends` waits for the line to end the call; `hangs up`
ends it. `dial` lines say how a number behaves when the site has it dialled: it may also be `busy` or give `no answer`.

A line that begins with `person` is for whoever answers the number of the last `dial` line, or any number when there is
none. They follow their lines in order and by themselves, as the caller does theirs: who should wait for the other
`hears` what was said, and who `waits 1s` instead interrupts. They stay until they or the caller hang up.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from streams.phone.far_end import ANYBODY, FarEnd

HEARS_WITHIN = 30.0  # real seconds
ENDS_WITHIN = 60.0


class ScriptError(ValueError):
    """The script cannot be read. The message is a sentence with the line's number."""


@dataclass(frozen=True)
class Hears:
    """Wait until these words, or any speech (None), were heard; `within` is in real seconds."""

    words: str | None
    within: float = HEARS_WITHIN


@dataclass(frozen=True)
class Presses:
    keys: str


@dataclass(frozen=True)
class Says:
    words: str


@dataclass(frozen=True)
class Waits:
    """`seconds` of the call."""

    seconds: float


@dataclass(frozen=True)
class Ends:
    """Wait until the line ends the call; `how` must be part of how it ended."""

    how: str
    within: float = ENDS_WITHIN


@dataclass(frozen=True)
class HangsUp:
    pass


Act = Hears | Presses | Says | Waits | Ends | HangsUp
OF_A_PERSON = (Hears, Says, Waits, HangsUp)


@dataclass(frozen=True)
class Line:
    """One act, and where it stands."""

    number: int
    text: str
    act: Act


@dataclass(frozen=True)
class Script:
    """A whole call. Numbers are empty when the script names none."""

    lines: tuple[Line, ...]
    number: str = ""
    caller: str = ""
    far_ends: dict[str, FarEnd] = field(default_factory=dict)


_QUOTED = r'"(?P<words>[^"]*)"|“(?P<curly>[^”]*)”'
_WITHIN = r"(?: +within +(?P<within>\d+(?:\.\d+)?) ?s)?"
_SECONDS = r"(\d+(?:\.\d+)?) ?s"
Found = re.Match[str]
# What a line may be, and what it means.
ACTS: tuple[tuple[str, Callable[[Found], Act]], ...] = (
    (rf"hears +(?:{_QUOTED}){_WITHIN}", lambda m: Hears(_words(m), float(m["within"] or HEARS_WITHIN))),
    (rf"hears +speech{_WITHIN}", lambda m: Hears(None, float(m["within"] or HEARS_WITHIN))),
    (r"presses +([0-9*#]+)", lambda m: Presses(m[1])),
    (rf"says +(?:{_QUOTED})", lambda m: Says(_words(m))),
    (rf"waits +{_SECONDS}", lambda m: Waits(float(m[1]))),
    (rf"ends(?: +(?:{_QUOTED}))?{_WITHIN}", lambda m: Ends(_words(m), float(m["within"] or ENDS_WITHIN))),
    (r"hangs +up", lambda m: HangsUp()),
)
_PERSON = re.compile(r"person +(.*)")
_CALL = re.compile(r"call +(\+?\d+)(?: +from +(\+?\d+))?")
_DIAL = re.compile(rf"dial +(\+?\d+) +(?:answers after {_SECONDS}(?:, *talks {_SECONDS})?|(busy)|(no answer))")


def parse(text: str) -> Script:
    """Read a script. Raises `ScriptError`, which says what a line may be."""
    lines: list[Line] = []
    number = caller = ""
    far_ends: dict[str, FarEnd] = {}
    dialled = ANYBODY
    for at, written in enumerate(text.splitlines(), start=1):
        line = written.strip()
        if not line or line.startswith("#"):
            continue
        if found := _CALL.fullmatch(line):
            number, caller = found[1], found[2] or ""
        elif found := _DIAL.fullmatch(line):
            dialled = found[1]
            far_ends[dialled] = _far_end(found)
        elif found := _PERSON.fullmatch(line):
            end = far_ends.get(dialled, FarEnd())
            does = Line(at, line, _act_of_a_person(at, line, found[1]))
            far_ends[dialled] = replace(end, lines=(*end.lines, does))
        else:
            lines.append(Line(at, line, _act(at, line)))
    return Script(tuple(lines), number, caller, far_ends)


def _act(number: int, line: str) -> Act:
    for pattern, make in ACTS:
        if found := re.fullmatch(pattern, line):
            return make(found)
    raise ScriptError(
        f"Line {number}, “{line[:60]}”, is nothing that a caller does. A line is one of: call NUMBER from NUMBER, "
        'hears "words", hears speech, presses KEYS, says "words", waits 3s, hangs up, ends, ends "how", '
        "dial NUMBER answers after 2s, talks 4s (or: busy, no answer), "
        'person says "words" (or: hears "words", waits 3s, hangs up).'
    )


def _act_of_a_person(number: int, line: str, does: str) -> Act:
    act = _act(number, does)
    if not isinstance(act, OF_A_PERSON) or act == Hears(None):
        raise ScriptError(
            f'Line {number}, “{line[:60]}”: whoever answers a dial hears "words", says "words", waits 3s, or hangs up.'
        )
    return act


def _words(found: Found) -> str:
    return found["words"] or found["curly"] or ""


def _far_end(found: Found) -> FarEnd:
    if found[4]:
        return FarEnd("busy")
    if found[5]:
        return FarEnd("no-answer")
    return FarEnd("answer", float(found[2]), float(found[3]) if found[3] else None)
