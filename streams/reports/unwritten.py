"""What of a talk between people was not written down, or perhaps wrongly, and why, in sentences. Pure."""

from collections.abc import Iterable, Sequence

from streams.reports.outcome import Line
from streams.reports.words import clock, length

PEOPLE = {"caller": "the caller", "person": "the person"}
LEFT_OUT = "This talk was not written down."
NOTHING = "Nothing of this talk was written down."
NOBODY = "Nobody was heard to say anything."
TOO_SLOW = "The recogniser was too slow, or was away."
ONLY_KEYWORDS = "The offline recogniser understands only what the transfer says is likely."
STOOD_IN = "The offline recogniser stood in for a while: it takes what it hears for phrases that it was told of."
CUT_OFF = "The carrier’s connection with us broke, or the web process at its end was gone."
OFFLINE = "local"  # the engine that hears keywords only


def unwritten(lines: Iterable[Line], *, is_whole: bool = False) -> list[str]:
    """A sentence or two for each stream beside a conversation, and for each that there was none of; none where all of
    it was written down. Of a stream that goes on only what is known to be lost. `is_whole`: no line is to come."""
    known = list(lines)
    left_out = [f"{LEFT_OUT} {line.data.get('why', '')}".strip() for line in known if _is(line, "left_out")]
    streams = dict.fromkeys(str(line.data.get("stream", "")) for line in known if _is(line, "began", "broke"))
    told = [sentence for stream in streams if (sentence := _of_stream(stream, known, is_whole))]
    return list(dict.fromkeys([*left_out, *told]))


def _of_stream(stream: str, lines: list[Line], is_whole: bool) -> str:
    mine = [line for line in lines if str(line.data.get("stream", "")) == stream]
    losses = [sentence for who in PEOPLE if (sentence := _lost(who, mine))]
    why = _why(mine) or (TOO_SLOW if losses else "")
    began = next(line for line in mine if _is(line, "began", "broke"))  # a kill may take the first one along
    ended = next((line for line in mine if _is(line, "ended")), None)
    gap = _gap(mine, lines[lines.index(began) + 1 :], is_whole)
    by = began.data.get("engine")
    if any(line.kind == "overheard" for line in mine):
        heard = [line for line in lines if began.at <= line.at <= (ended.at if ended else line.at)]
        doubt = [STOOD_IN] if by != OFFLINE and any(map(_is_offline, heard)) else []
        return " ".join([*losses, *([why] if losses else []), *doubt, *gap])
    if ended is None or gap:
        return " ".join(gap)
    return f"{NOTHING} {why or (ONLY_KEYWORDS if by == OFFLINE else NOBODY)}"


def _gap(mine: Sequence[Line], after: Sequence[Line], is_whole: bool) -> list[str]:
    """What was said from where this stream was cut off until another one took its place in the same talk, if one did.

    A process that was killed left no word of the end: then nothing is known of what came after its last lines."""
    over = next((line for line in after if line.kind == "transfer_finished"), None)
    talk = after[: after.index(over)] if over else after
    following = next((line for line in talk if _is(line, "began") and line not in mine), None)
    broke = next((line for line in mine if _is(line, "broke")), None)
    has_ended = any(_is(line, "ended") for line in mine)
    if broke is None and (has_ended or not (following or is_whole)):
        return []
    until = following or over
    since = [broke.at if broke and has_ended else _known_until(who, mine) for who in PEOPLE]
    if until and until.at - min(since) < 1:
        return []
    to = f"to {clock(until.at)}" if until else "on"
    if clock(since[0]) == clock(since[1]):
        parts = [f"what was said from {clock(since[0])}"]
    else:
        parts = [f"what {people} said from {clock(at)}" for people, at in zip(PEOPLE.values(), since, strict=True)]
    return [f"Not written down: {f' {to}, and '.join(parts)} {to}. {CUT_OFF}"]


def _known_until(who: str, mine: Sequence[Line]) -> float:
    """Up to where it is known what this speaker said."""
    told = [line for line in mine if _is(line, "lost") or line.kind == "overheard"]
    ends = [
        _number(line.data.get("ended")) or _number(line.data.get("began")) + _number(line.data.get("seconds"))
        for line in told
        if line.data.get("who") == who
    ]
    return max([mine[0].at, *ends])


def _lost(who: str, mine: list[Line]) -> str:
    """What of this speaker was lost, and from when on all of it."""
    told = [line for line in mine if _is(line, "lost", "deaf") and line.data.get("who") == who]
    deaf = next((line for line in told if _is(line, "deaf")), None)
    seconds = sum(_number(line.data.get("seconds")) for line in told)
    parts = [f"{length(seconds)} of what {PEOPLE[who]} said"] if seconds >= 1 else []
    parts += [f"all that {PEOPLE[who]} said from {clock(deaf.at)} on"] if deaf is not None else []
    return f"Not written down: {', and '.join(parts)}." if parts else ""


def _why(mine: list[Line]) -> str:
    """As it was told with what was lost; else the last failure of a recogniser."""
    told = dict.fromkeys(str(line.data["why"]) for line in mine if _is(line, "lost", "deaf") and line.data.get("why"))
    failed = [str(line.data.get("what", "")) for line in mine if line.kind == "engine_failed"]
    return " ".join(told) or "".join(failed[-1:])


def _is_offline(line: Line) -> bool:
    """Whether the offline recogniser understood something here."""
    return line.kind == "used" and line.data.get("engine") == OFFLINE and not line.data.get("for")


def _is(line: Line, *names: str) -> bool:
    return line.kind.removeprefix("listening_") in names and line.kind.startswith("listening_")


def _number(told: object) -> float:
    return float(told) if isinstance(told, int | float) and not isinstance(told, bool) else 0.0
