"""Flows inside flows: a step that goes to another flow holds the version that was published of it, whole. Pure.

Steps in there are named by their path: `pay/menu` is the step `menu` of the flow that the step `pay` goes to. So where
callers come back to follows from where they are, and a call has nothing more to remember.
"""

from typing import TYPE_CHECKING

from flows.engine.values import value

if TYPE_CHECKING:
    from flows.engine.machine import Flow

INTO = "/"
DEEPEST = 4  # flows inside one another


@value
class SubFlow:
    """A flow as another one goes to it: its version `number`. `why_not` is why it cannot be used, as a sentence."""

    name: str
    number: int = 0
    flow: "Flow | None" = None
    why_not: str = ""

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}" if self.number else self.name


def into(path: str, key: str) -> str:
    """The path of the step `key` in the flow inside the step at `path`."""
    return f"{path}{INTO}{key}"


def outside(path: str) -> str:
    """The path of the step that the flow of this one stands inside; "" where callers called the flow itself."""
    return path.rpartition(INTO)[0]


def beside(path: str, key: str) -> str:
    """The path of another step of the same flow."""
    outer = outside(path)
    return into(outer, key) if outer else key


def depth(flow: "Flow") -> int:
    """How many flows stand inside one another at most; 1 for a flow that goes to no other."""
    return 1 + max((depth(step.inside) for step in flow.steps.values() if step.inside), default=0)


def comes_back(flow: "Flow") -> bool:
    """Whether callers who came from another flow may go back there."""
    return any(step.goes_back for step in flow.steps.values())
