"""What people call the steps, choices, destinations and engines that a call's log names by key. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


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
    return Names(
        steps={key: row.get("name", key) for key, row in whole.get("steps", {}).items()},
        choices={(row["step"], row["outcome"]): row.get("label", "") for row in whole.get("exits", [])},
        destinations=dict(whole.get("resources", {}).get("destination", {})),
        **more,
    )
