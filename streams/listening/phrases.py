"""What is likely to be said on a call that is listened to: what its flow listens for, and expects of a talk. Pure.

A help for recognisers that write down everything, and all that ours can understand.
"""

from collections.abc import Iterator

from flows.engine.machine import Flow

MOST = 100  # more help nobody, and vendors refuse long lists


def of(flow: Flow) -> tuple[str, ...]:
    """What its transfers expect, and the names and phrases of its choices; those of flows inside it too, each once."""
    return tuple(dict.fromkeys(filter(None, map(str.strip, _said_in(flow)))))[:MOST]


def _said_in(flow: Flow) -> Iterator[str]:
    for step in flow.steps.values():
        yield from str(getattr(step, "expected", "")).splitlines()
    for choice in flow.exits.values():
        yield from (choice.label, *choice.phrases)
    for step in flow.steps.values():
        if step.inside:
            yield from _said_in(step.inside)
