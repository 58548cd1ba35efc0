"""Going back to the flow that callers came from; `test_go_to_flow` has the whole way there and back."""

import pytest

from flows.engine import commands as do
from flows.engine.problems import problems
from tests.builders import flow_of
from tests.scripted_call import Caller


@pytest.mark.parametrize(("leads", "step"), [({}, None), ({"directly": "bye"}, "bye")])
def test_callers_of_the_flow_itself_take_the_exit_or_the_call_ends(leads, step):
    more = {"bye": ("hang_up", "Bye.")} if leads else {}
    flow = flow_of(hello=("say", "Hello.", "back"), back=("go_back", {}, leads), **more)
    assert problems(flow) == []
    call = Caller(flow).hears()
    assert call.step == step
    if step is None:
        assert call.last(do.Hangup).reason == "Back: they called this flow itself"
