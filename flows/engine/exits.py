"""Where a step leads. Pure."""

from flows.engine.values import value


@value
class Exit:
    """The edge for one outcome of one step. `label` and `phrases` are what a builder gave an option."""

    step: str
    outcome: str
    goes_to: str | None = None
    label: str = ""
    phrases: tuple[str, ...] = ()
