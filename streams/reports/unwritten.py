"""What of a talk between people was not written down, or perhaps wrongly, and why, in sentences. Pure."""

from collections.abc import Iterable

from streams.reports.outcome import Line
from streams.reports.words import clock, length

PEOPLE = {"caller": "the caller", "person": "the person"}
LEFT_OUT = "This talk was not written down."
NOTHING = "Nothing of this talk was written down."
NOBODY = "Nobody was heard to say anything."
TOO_SLOW = "The recogniser was too slow, or was away."
ONLY_KEYWORDS = "The offline recogniser understands only what the transfer says is likely."
STOOD_IN = "The offline recogniser stood in for a while: it takes what it hears for phrases that it was told of."
OFFLINE = "local"  # the engine that hears keywords only


def unwritten(lines: Iterable[Line]) -> list[str]:
    """A sentence or two for each stream beside a conversation, and for each that there was none of; none where all of
    it was written down. Of a stream that goes on only what is known to be lost."""
    known = list(lines)
    left_out = [f"{LEFT_OUT} {line.data.get('why', '')}".strip() for line in known if _is(line, "left_out")]
    streams = dict.fromkeys(str(line.data.get("stream", "")) for line in known if _is(line, "began"))
    told = [sentence for stream in streams if (sentence := _of_stream(stream, known))]
    return list(dict.fromkeys([*left_out, *told]))


def _of_stream(stream: str, lines: list[Line]) -> str:
    mine = [line for line in lines if str(line.data.get("stream", "")) == stream]
    losses = [sentence for who in PEOPLE if (sentence := _lost(who, mine))]
    why = _why(mine) or (TOO_SLOW if losses else "")
    began = next(line for line in mine if _is(line, "began"))
    ended = next((line for line in mine if _is(line, "ended")), None)
    by = began.data.get("engine")
    if any(line.kind == "overheard" for line in mine):
        heard = [line for line in lines if began.at <= line.at <= (ended.at if ended else line.at)]
        doubt = [STOOD_IN] if by != OFFLINE and any(map(_is_offline, heard)) else []
        return " ".join([*losses, *([why] if losses else []), *doubt])
    if ended is None:
        return ""
    return f"{NOTHING} {why or (ONLY_KEYWORDS if by == OFFLINE else NOBODY)}"


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
