"""Test calls as short lines that anyone can write, read into acts and written back. Pure."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

from flows.testcalls import acts as a
from flows.testcalls.acts import Act, Calls
from flows.testcalls.moments import clock_in_words, day_in_words

MOST_LINES = 200
LONGEST_LINE = 400  # characters
LONGEST_WAIT = 3600  # seconds

KNOWN = "caller presses 2, caller says “billing”, hears “billing”, goes to “Sales”, ends at “Sales”"


@dataclass(frozen=True, slots=True)
class Line:
    """One act, and the number of the line where it stands, from 1."""

    number: int
    text: str
    act: Act


class Unreadable(ValueError):
    """Lines that mean nothing. `errors` are (number of the line, sentence); the message is the first of them."""

    def __init__(self, errors: list[tuple[int, str]]) -> None:
        super().__init__(f"Line {errors[0][0]}: {errors[0][1]}")
        self.errors = errors


def parse(text: str) -> list[Line]:
    """The lines of a test call. Raises `Unreadable`, which tells of every line that cannot be read."""
    lines, errors = list[Line](), list[tuple[int, str]]()
    for number, written in enumerate(text.splitlines(), start=1):
        plain = _plain(written)
        if not plain:
            continue
        found = _act(plain)
        if isinstance(found, str):
            errors.append((number, found))
        elif isinstance(found, Calls) and lines:
            errors.append((number, "Write this line first: a call comes before anything happens in it."))
        elif len(lines) == MOST_LINES:
            errors.append((number, f"A test call has at most {MOST_LINES} lines. Make two of it."))
            break
        else:
            lines.append(Line(number, plain, found))
    if errors:
        raise Unreadable(errors)
    return lines


def write(acts: Iterable[Act]) -> str:
    """These acts as lines, each ending in a line end."""
    return "".join(f"{in_words(act)}\n" for act in acts)


def in_words(act: Act) -> str:
    """One act as its line."""
    match act:
        case Calls(day=day, clock=clock, caller=caller, earlier=earlier):
            before = f"{'' if caller else ' from a caller'} who called {_times(earlier)} before" if earlier else ""
            parts = ((" on ", day), (" at ", clock), (" from ", caller))
            return "calls" + "".join(word + part for word, part in parts if part) + before
        case a.Presses(keys=keys):
            return f"caller presses {keys}"
        case a.Says(words=words):
            return f"caller says {_quoted(words)}"
        case a.Waits(seconds=seconds):
            return f"caller waits {_seconds(seconds)}"
        case a.Desk(name=name, result=result):
            return f"{_quoted(name)} {DESKS[result]}"
        case a.Means(words=words, meaning=meaning):
            return f"{_quoted(words)} means {_quoted(meaning)}"
        case a.AILooksUp(lookup=lookup, given=given):
            return f"AI looks up {_quoted(lookup)}" + (f" with {_pairs(given)}" if given else "")
        case a.Finds(lookup=lookup, found=found):
            return f"lookup {_quoted(lookup)} finds {_pairs(found)}"
        case a.FindsNothing(lookup=lookup):
            return f"lookup {_quoted(lookup)} finds nothing"
        case a.LookupFails(lookup=lookup):
            return f"lookup {_quoted(lookup)} fails"
        case a.Leaves(seconds=seconds):
            return f"message of {_seconds(seconds)}"
        case a.Ends(how=how):
            return f"ends {_quoted(how)}" if how else "ends"
    for kind, words in {**WITH_WORDS, **ALONE}.items():
        if isinstance(act, kind):
            return f"{words} {_quoted(str(getattr(act, fields(kind)[0].name)))}" if kind in WITH_WORDS else words
    raise ValueError(f"There is no line for {act}.")


DESKS = {
    a.BUSY: "is busy",
    a.NO_ANSWER: "does not answer",
    a.ANSWERS: "answers",
    a.UNREACHABLE: "cannot be reached",
}
WITH_WORDS: dict[type[Act], str] = {
    a.Hears: "hears",
    a.GoesTo: "goes to",
    a.EndsAt: "ends at",
    a.AISays: "AI says",
    a.AIEnds: "AI ends with",
    a.AIPutsThrough: "AI puts the caller through to",
}
ALONE: dict[type[Act], str] = {
    a.SaysNothing: "caller says nothing",
    a.HangsUp: "caller hangs up",
    a.NotesCallBack: "notes a call back",
    a.AIFails: "AI fails",
    a.TextsRefused: "text messages are refused",
}


def plain_quotes(text: str) -> str:
    """A text that can stand within quotation marks, on one line."""
    return " ".join(re.sub(r"[\"“”„«»]", "'", text).split())


def _quoted(text: str) -> str:
    return f'"{text}"'


def _seconds(seconds: float) -> str:
    return "1 second" if seconds == 1 else f"{seconds:g} seconds"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name} = {known}" for name, known in pairs)


# --- reading ------------------------------------------------------------------------------------------------------

Found = re.Match[str]
_CALLER, _AI = r"(?:(?:the )?caller )?", r"(?:the )?(?:AI|assistant) "
_QUOTED = r'"([^"]*)"'
_WORDS = r'(?:"(?P<quoted>[^"]*)"|(?P<bare>[^"]+))'  # the marks may be left out where nothing follows
_SECONDS = r"(\d+(?:\.\d+)?) ?(?:seconds?|s)"
_CALLS = re.compile(
    rf"{_CALLER}calls?(?: on (?P<day>.+?))?(?: at (?P<clock>\S+))?(?: from (?P<caller>\+?[\d ()-]+?|a caller))?"
    r"(?: who called (?P<earlier>once|twice|\d{1,3} times?) before)?",
    re.IGNORECASE,
)


def _plain(written: str) -> str:
    """A line without its comment, with plain quotation marks and single spaces."""
    text = " ".join(re.sub(r"[“”„«»]", '"', written).split())
    if text.startswith("#"):
        return ""
    for found in re.finditer(" # ", text):  # a key # stands at the end of a line, or beside other keys
        if text.count('"', 0, found.start()) % 2 == 0:
            return text[: found.start()]
    return text


def _said(found: Found) -> str:
    return (found["quoted"] if found["quoted"] is not None else found["bare"]).strip()


def _read_pairs(text: str) -> tuple[tuple[str, str], ...]:
    parts = [part.partition("=") for part in text.split(",")]
    return tuple((name.strip(), known.strip()) for name, _, known in parts if name.strip())


def _waits(found: Found) -> Act | str:
    seconds = float(found[1])
    return a.Waits(seconds) if seconds <= LONGEST_WAIT else f"Nobody waits longer than {LONGEST_WAIT} seconds."


def _leaves(found: Found) -> Act | str:
    seconds = float(found[1])
    return a.Leaves(int(seconds)) if seconds <= LONGEST_WAIT else f"No message is longer than {LONGEST_WAIT} seconds."


def _words_act(kind: Callable[[str], Act]) -> Callable[[Found], Act | str]:
    def make(found: Found) -> Act | str:
        words = _said(found)
        return kind(words) if words else "Say which: there is nothing between the quotation marks."

    return make


def _desk(result: str) -> Callable[[Found], Act | str]:
    return lambda found: a.Desk(found[1].strip(), result)


# What a line may be, and what it means; the first that fits counts. A text is a sentence about what is amiss.
PATTERNS: tuple[tuple[re.Pattern[str], Callable[[Found], Act | str]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), make)
    for pattern, make in (
        (rf"{_CALLER}(?:presses|types) ([0-9*#A-D ]+)", lambda m: a.Presses(m[1].replace(" ", "").upper())),
        (rf"{_CALLER}(?:says nothing|is silent)", lambda m: a.SaysNothing()),
        (rf"{_CALLER}says {_WORDS}", _words_act(a.Says)),
        (rf"{_CALLER}waits (?:for )?{_SECONDS}", _waits),
        (rf"{_CALLER}hangs up", lambda m: a.HangsUp()),
        (rf"{_CALLER}hears {_WORDS}", _words_act(a.Hears)),
        (rf"(?:{_CALLER}|(?:the )?call )goes to {_WORDS}", _words_act(a.GoesTo)),
        (rf"(?:(?:the )?call )?ends at {_WORDS}", _words_act(a.EndsAt)),
        (rf"(?:(?:the )?call )?ends(?: {_QUOTED})?", lambda m: a.Ends((m[1] or "").strip())),
        (r"(?:the line )?notes a call[- ]?back", lambda m: a.NotesCallBack()),
        (rf"{_QUOTED} is busy", _desk(a.BUSY)),
        (rf"{_QUOTED} (?:does not|doesn['’]t) answer", _desk(a.NO_ANSWER)),
        (rf"{_QUOTED} answers", _desk(a.ANSWERS)),
        (rf"{_QUOTED} cannot be reached", _desk(a.UNREACHABLE)),
        (rf"{_QUOTED} means {_QUOTED}", lambda m: a.Means(m[1].strip(), m[2].strip())),
        (rf"{_AI}ends with {_WORDS}", _words_act(a.AIEnds)),
        (rf"{_AI}says {_WORDS}", _words_act(a.AISays)),
        (rf"{_AI}puts (?:(?:the )?caller )?through to {_WORDS}", _words_act(a.AIPutsThrough)),
        (rf"{_AI}looks up {_QUOTED}(?: with (.+=.+))?", lambda m: a.AILooksUp(m[1].strip(), _read_pairs(m[2] or ""))),
        (rf"{_AI}fails", lambda m: a.AIFails()),
        (rf"lookup {_QUOTED} finds (.+=.+)", lambda m: a.Finds(m[1].strip(), _read_pairs(m[2]))),
        (rf"lookup {_QUOTED} finds nothing", lambda m: a.FindsNothing(m[1].strip())),
        (rf"lookup {_QUOTED} fails", lambda m: a.LookupFails(m[1].strip())),
        (rf"(?:a )?message of {_SECONDS}", _leaves),
        (r"text messages are refused", lambda m: a.TextsRefused()),
    )
)


def _act(line: str) -> Act | str:
    """What a line means, or a sentence that says why it means nothing."""
    if len(line) > LONGEST_LINE:
        return f"A line has at most {LONGEST_LINE} characters."
    for pattern, make in PATTERNS:
        if found := pattern.fullmatch(line):
            return make(found)
    if found := _CALLS.fullmatch(line):
        return _calls(found)
    return f"“{line[:60]}” is no line of a test call. Write one such as: {KNOWN}."


def _calls(found: Found) -> Act | str:
    day, clock, caller = (found[name] or "" for name in ("day", "clock", "caller"))
    if day and not day_in_words(day):
        return f"“{day}” is no day. Write one such as Monday, 25 December, or 25 December 2026."
    if clock and not clock_in_words(clock):
        return f"“{clock}” is no time. Write one such as 18:05."
    number = ("+" if caller.startswith("+") else "") + re.sub(r"\D", "", caller)
    return Calls(
        day=day_in_words(day) if day else "",
        clock=clock_in_words(clock) if clock else "",
        caller=number,
        earlier=_count(found["earlier"] or ""),
    )


def _count(times: str) -> int:
    """“once”, “twice” or “3 times” as a number, 0 for nothing."""
    return {"": 0, "once": 1, "twice": 2}.get(times.lower()) or int(re.sub(r"\D", "", times) or 0)
