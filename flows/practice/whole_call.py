"""What shows only over a whole call: silence that adds up from step to step, and failures that nobody counts."""

from collections.abc import Iterator

from flows.engine.machine import Flow
from flows.engine.step import Step, params
from flows.practice import mends
from flows.practice.paths import TAKE_UP, next_of, reachable
from flows.practice.reading import is_asking, languages_of, number, prompt_of, text
from flows.practice.rule import Found, Severity, rule

UNTIL_FILLER = 2  # seconds that a lookup may take before callers hear anything
MOST_FAILURES = 5  # of one caller, over all steps


@rule(
    "T08",
    Severity.ERROR,
    title="No dead air",
    why="After three seconds of silence callers believe that the line is dead, and hang up.",
)
def no_dead_air(flow: Flow) -> Iterator[Found]:
    for key in (key for key, step in flow.steps.items() if _looks_up(step)):
        for outcome in flow.steps[key].outcomes():
            silent = reachable(flow, [next_of(flow, key, outcome.name)], through=_says_nothing)
            again = next((there for there in silent if _looks_up(flow.steps[there])), None)
            if again and not _is_told(flow.steps[key], outcome.name):
                sentence = (
                    f"“{flow.name_of(again)}” looks something up as well, and until then nothing is said: callers may "
                    f"hear nothing for {2 * UNTIL_FILLER} seconds. Put a step that says something between the two."
                )
                yield Found(step=key, field=f"exit:{outcome.name}", sentence=sentence)
                break


@rule(
    "T09",
    Severity.WARNING,
    title="A person after five failures",
    why="Who fails at one step after another is not helped by a third: each of them asks anew, as if nothing had been.",
    of_whole=True,
)
def a_person_after_five_failures(flow: Flow) -> Iterator[Found]:
    after = {key: list(_asked_next(flow, key)) for key, step in flow.steps.items() if is_asking(step)}
    told = set[str]()
    for first in after:
        most = {first: _attempts(flow, first)}  # how often callers who failed at every step were asked, by step
        todo = [first]
        while todo:
            here = todo.pop()
            for outcome, there in after[here]:
                total = most[here] + _attempts(flow, there)
                if total > MOST_FAILURES and here not in told:
                    told.add(here)
                    yield _asked_too_often(flow, here, outcome, there, total)
                elif most.get(there, 0) < total <= MOST_FAILURES:
                    most[there] = total
                    todo.append(there)


def _attempts(flow: Flow, key: str) -> int:
    return int(number(flow.steps[key], "attempts"))


def _asked_too_often(flow: Flow, key: str, outcome: str, there: str, total: int) -> Found:
    again = "here again" if there == key else f"at “{flow.name_of(there)}” next"
    sentence = f"Callers who fail here are asked {again}, up to {total} times in all. Lead them to a person instead."
    mend = mends.lead_to_people(flow, key, outcome)
    return Found(step=key, field=f"exit:{outcome}", sentence=sentence, mend=mend)


def _asked_next(flow: Flow, key: str) -> Iterator[tuple[str, str]]:
    """Where callers who failed at a step are asked next: the exit, and the step that asks."""
    if languages_of(flow.steps[key]):
        return  # who chose none goes on in the usual language, and has not failed
    for outcome in ("no-input", "no-match"):
        for there in reachable(
            flow, [next_of(flow, key, outcome)], through=lambda step: not step.waits and step.kind not in TAKE_UP
        ):
            if is_asking(flow.steps[there]):
                yield outcome, there


def _looks_up(step: Step) -> bool:
    """Another system is asked here while the caller waits, without a word at first."""
    return {"lookup", "filler"} <= params(type(step)).keys()


def _says_nothing(step: Step) -> bool:
    """Callers pass this step in silence. What another flow says is its own affair."""
    return not (step.waits or step.kind in TAKE_UP or _looks_up(step) or prompt_of(step).strip())


def _is_told(step: Step, outcome: str) -> bool:
    """Whether callers hear that it did not work, as they leave the step."""
    return outcome == "failed" and bool(text(step, "failed_text").strip())
