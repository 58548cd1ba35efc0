"""The flow engine: `advance(flow, state, event) -> (state, commands)`. Pure, standard library only."""

from flows.engine.machine import Exit, Flow, advance
from flows.engine.step import REGISTRY, State

__all__ = ["REGISTRY", "Exit", "Flow", "State", "advance"]
