"""How much of a flow its test calls have walked: exits taken, steps visited, and what nobody tried yet. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from flows.changes import called
from flows.engine.machine import Flow
from flows.testcalls.runner import Result

Taken = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Exits as (step, outcome), in the order of the flow."""

    taken: tuple[Taken, ...]
    untested: tuple[Taken, ...]

    @property
    def fraction(self) -> float:
        """How much was walked, 0 to 1; all of a flow without exits."""
        exits = len(self.taken) + len(self.untested)
        return len(self.taken) / exits if exits else 1.0

    @property
    def percent(self) -> int:
        """The same in percent: 100 only when nothing is left."""
        return int(self.fraction * 100)


def exits_of(flow: Flow) -> list[Taken]:
    """Every exit that a call can take: those that lead on, and those that end the call by design."""
    return [
        (key, outcome.name)
        for key, step in flow.steps.items()
        for outcome in step.outcomes()
        if outcome.ends_call or ((found := flow.exits.get((key, outcome.name))) and found.goes_to)
    ]


def coverage(flow: Flow, results: Iterable[Result]) -> Coverage:
    """What the passing test calls have walked. Each exit counts, also those for secrets, limits and failures."""
    taken, _ = covered(results)
    exits = exits_of(flow)
    return Coverage(tuple(e for e in exits if e in taken), tuple(e for e in exits if e not in taken))


def covered(results: Iterable[Result]) -> tuple[set[Taken], set[str]]:
    """The exits that passing calls took, as (step, outcome), and the keys of the steps that they came to."""
    passing = [result for result in results if result.passed]
    return {one for result in passing for one in result.taken}, {key for result in passing for key in result.visited}


def exit_in_words(flow: Flow, taken: Taken) -> str:
    """An exit as people call it: “Main menu: 1 · Billing”."""
    key, outcome = taken
    found = flow.exits.get(taken)
    step = flow.steps.get(key)
    own = {o.name: o.label for o in step.outcomes()} if step else {}
    label = (found.label if found else "") or own.get(outcome, "")
    return f"{flow.name_of(key)}: {called(outcome, label)}"
