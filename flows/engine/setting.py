"""What is declared of one setting of a kind of step. Pure: standard library only."""

from dataclasses import dataclass, field
from typing import Any

COUNTED = "What reports count"  # the heading of what has no effect on callers
TALKING = "After they are put through"  # the heading of what matters once two people talk
HEARD = "What callers hear"  # the label of the text that a step is about


@dataclass(frozen=True, slots=True)
class Param:
    """What a builder is told and allowed about one setting.

    `refers_to` names what the value is the key of, or the values are the keys of: `destination`, `hours`, `lookup`
    or `flow`.
    `offers` names what there is to choose from when the form is shown: `voices` or `assistants` of the site, or the
    flow's `answers`. `spoken`: callers hear this text, so it is rendered when the flow is published. What
    `inserts` may say answers, heard or written. `fold` hides the field behind "Timing and details" in the form; `group`
    puts it under a heading of its own. `seldom`: it is stored only where it is not as usual.
    """

    help: str
    label: str = ""
    min: float | None = None
    max: float | None = None
    max_length: int = 200
    lines: int = 1
    choices: tuple[tuple[str, str], ...] = ()
    refers_to: str = ""
    offers: str = ""
    group: str = ""
    spoken: bool = False
    inserts: bool = False
    required: bool = False
    fold: bool = False
    seldom: bool = False


def param(help: str, *, default: Any = "", **about: Any) -> Any:
    """Declare one setting of a kind. `help` stands beside the field; `about` are the other fields of `Param`."""
    return field(default=default, metadata={"param": Param(help, **about)})


def prompt(help: str, *, default: str = "", **about: Any) -> Any:
    """Declare a text that callers hear."""
    return param(help, default=default, **{"lines": 3, "max_length": 1500, "spoken": True, "inserts": True, **about})
