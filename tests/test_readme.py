"""What the README shows works as it stands."""

import re
from pathlib import Path

import pytest

from flows.engine import REGISTRY
from flows.engine.problems import problems
from tests.builders import flow_of
from tests.scripted_call import Caller

README = (Path(__file__).resolve().parent.parent / "README.md").read_text()
IMPORTS = """
from collections.abc import Sequence
from typing import ClassVar
from flows.engine.commands import Play, StartTimer, StopPlaying
from flows.engine.events import DigitPressed, Event, PromptFinished, TimerFired
from flows.engine.step import Leave, Move, Outcome, State, Stay, Step, param, prompt, step_type
"""


@pytest.fixture
def shown_kind():
    """The kind of step that the README writes, registered for one test."""
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(IMPORTS + code, {"__name__": "readme"})
    yield
    del REGISTRY["rating"]


def test_the_kind_of_step_in_the_readme_is_a_whole_one(shown_kind):
    flow = flow_of(ask=("rating", {"prompt": "How was it?"}, {...: "bye"}), bye=("hang_up", "Goodbye.", {}))
    assert problems(flow) == []
    caller = Caller(flow)
    caller.presses("4")
    assert caller.state.answers == {"rating": "4"}
    assert caller.step == "bye"
    silent = Caller(flow)
    silent.is_silent()
    assert silent.step in ("bye", None)
