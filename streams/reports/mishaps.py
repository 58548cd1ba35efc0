"""What went wrong with engines on a call, and what its caller heard meanwhile. Pure.

Failures of one kind of engine at one step are one mishap: it begins with the first, and ends when another engine
answers, or the caller goes on to another step.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from streams.reports.names import Names
from streams.reports.outcome import Line
from streams.reports.words import clock, length

JOBS = {
    "agent": "The assistant failed",
    "ears": "Listening failed",
    "voice": "The voice failed",
    "understand": "Understanding failed",
    "text": "A text message was refused",
    "transfer": "Putting callers through was refused",
}
SOME_JOB = "An engine failed"  # of another ability
CALLER_SPOKE = ("agent_heard", "utterance", "key")
LINE_SPOKE = {"house_said": "text", "prompt_started": "texts", "agent_said": "text"}


@dataclass(frozen=True, slots=True)
class Failure:
    """One engine that gave up, why, in its own words, and how often in a row."""

    at: float
    engine: str
    why: str
    times: int = 1

    @property
    def clock(self) -> str:
        """When, as a moment of the call."""
        return clock(self.at)


@dataclass(frozen=True, slots=True)
class Mishap:
    """What failed where, who failed, what the caller heard while waiting, and how it went on.

    `delay` is how long that took, in words; "" when the log does not tell.
    """

    job: str
    step: str
    failures: tuple[Failure, ...]
    heard: tuple[str, ...]
    then: str
    delay: str


def mishaps(lines: Iterable[Line], names: Names) -> list[Mishap]:
    """Every mishap of a call, in the order in which they began."""
    known = list(lines)
    found: dict[tuple[str, str], list[int]] = {}
    for place, line in enumerate(known):
        if line.kind == "engine_failed":
            found.setdefault((str(line.data.get("ability", "")), line.step), []).append(place)
    return [_mishap(ability, known, places, names) for (ability, _), places in found.items()]


def _mishap(ability: str, lines: Sequence[Line], places: Sequence[int], names: Names) -> Mishap:
    step, last = lines[places[0]].step, places[-1]
    over = next((place for place in range(last + 1, len(lines)) if _goes_on(lines[place], ability, step)), None)
    spoke = [place for place in range(places[0]) if lines[place].kind in CALLER_SPOKE and lines[place].step == step]
    begun = spoke[-1] if spoke else places[0]
    meanwhile = lines[begun : len(lines) if over is None else over]
    return Mishap(
        job=JOBS.get(ability, SOME_JOB),
        step=names.step(step),
        failures=_failures(ability, (lines[place] for place in places), names),
        heard=tuple(text for line in meanwhile for text in _spoken(line)),
        then=_then(None if over is None else lines[over], names),
        delay="" if over is None else _delay(lines[over].at - lines[begun].at, spoke=bool(spoke)),
    )


def _failures(ability: str, lines: Iterable[Line], names: Names) -> tuple[Failure, ...]:
    """The failures in their order; the same of the same engine, again and again, is one."""
    found: list[Failure] = []
    for line in lines:
        engine, why = names.engine(ability, str(line.data.get("engine", ""))), str(line.data.get("what", ""))
        if found and (found[-1].engine, found[-1].why) == (engine, why):
            found[-1] = replace(found[-1], times=found[-1].times + 1)
        else:
            found.append(Failure(line.at, engine, why))
    return tuple(found)


def _delay(seconds: float, *, spoke: bool) -> str:
    return f"{length(seconds)} after the caller’s last words" if spoke else f"{length(seconds)} after the first failure"


def _goes_on(line: Line, ability: str, step: str) -> bool:
    """Whether the caller is helped again: an engine does the job, or another step has the caller."""
    if line.kind == "agent_said":
        return ability in ("agent", "voice") and bool(line.data.get("engine"))
    if line.kind in ("utterance", "understood"):
        return ability in ("ears", "understand") and line.step == step
    return line.kind in ("left", "caller_hung_up", "hangup", "stream_dropped")


def _then(line: Line | None, names: Names) -> str:
    """How it went on, as a sentence."""
    if line is None:
        return "The call’s log ends here."
    match line.kind:
        case "agent_said":
            return f"Then {names.engine('agent', str(line.data.get('engine')))} answered."
        case "utterance" | "understood" if line.data.get("text") or line.data.get("meaning"):
            return "Then the caller was understood all the same."
        case "utterance" | "understood":
            return "Then the caller was not understood."
        case "left" if line.data.get("goes_to"):
            return f"Then the caller went on to {names.step(str(line.data.get('goes_to')))}."
        case "left" | "caller_hung_up" if line.data.get("outcome", "caller-hung-up") == "caller-hung-up":
            return "Then the caller hung up."
        case "stream_dropped":
            return "Then the line was lost."
    return "Then the call ended."


def _spoken(line: Line) -> list[str]:
    said = line.data.get(LINE_SPOKE.get(line.kind, ""))
    many = said if isinstance(said, list | tuple) else [said]
    return [text for text in many if isinstance(text, str) and text]
