"""A list of events, walked again. Pure: the recording of a call is its events, so replay is a loop."""

from collections.abc import Iterable, Iterator

from flows.engine.commands import Command
from flows.engine.events import Event
from flows.engine.machine import Flow, advance
from flows.engine.step import State


def replay(
    flow: Flow, events: Iterable[Event], state: State | None = None
) -> Iterator[tuple[Event, State, list[Command]]]:
    """Each event with the state and the commands that followed from it."""
    state = state or State()
    for event in events:
        state, commands = advance(flow, state, event)
        yield event, state, commands


def end_state(flow: Flow, events: Iterable[Event], state: State | None = None) -> State:
    """Where a call stands after these events."""
    end = state or State()
    for _, after, _ in replay(flow, events, end):
        end = after
    return end
