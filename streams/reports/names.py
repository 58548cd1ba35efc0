"""What people call the steps, choices, destinations and engines that a call's log names by key. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.engine.inside import into


@dataclass(frozen=True, slots=True)
class Names:
    """The names in one published version. A key that is not known stands for itself.

    `titles` tells what an engine is called, by what it is for and its name: the site knows, the version does not.
    """

    steps: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[tuple[str, str], str] = field(default_factory=dict)
    destinations: Mapping[str, str] = field(default_factory=dict)
    titles: Callable[[str, str], str] = lambda _, name: name

    def step(self, key: str) -> str:
        """What builders call this step."""
        return self.steps.get(key) or key

    def choice(self, step: str, outcome: str) -> str:
        """What builders call this way out of a step; the outcome as words when they gave it no label."""
        return self.choices.get((step, outcome)) or outcome.replace("-", " ").replace("_", " ")

    def destination(self, key: str) -> str:
        """What colleagues call the place a call was put through to."""
        return self.destinations.get(key) or key

    def engine(self, ability: str, name: str) -> str:
        """What people call this engine."""
        return self.titles(ability, name)


def names_in(snapshot: Mapping[str, Any] | None, **more: Any) -> Names:
    """The names in a version's snapshot (of any spec: what is missing is simply not named), and `more` of `Names`."""
    whole = snapshot or {}
    steps, choices = _within(whole)
    return Names(
        steps=steps,
        choices=choices,
        destinations=dict(whole.get("resources", {}).get("destination", {})),
        **more,
    )


def _within(whole: Mapping[str, Any]) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """The names of steps and choices by their paths, those of flows inside behind the step that goes there."""
    steps, choices = {}, {(row["step"], row["outcome"]): row.get("label", "") for row in whole.get("exits", [])}
    for key, row in whole.get("steps", {}).items():
        steps[key] = row.get("name", key)
        inside = whole.get("resources", {}).get("flow", {}).get(row.get("settings", {}).get("flow"))
        if inside:
            more_steps, more_choices = _within(inside["flow"])
            steps |= {into(key, path): f"{steps[key]} › {name}" for path, name in more_steps.items()}
            choices |= {(into(key, path), outcome): label for (path, outcome), label in more_choices.items()}
    return steps, choices
