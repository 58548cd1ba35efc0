"""Whole calls as text, replayed. After a change that is meant, `pytest tests/flows/test_calls.py --update-calls`
rewrites them; read the difference before it is committed.
"""

from pathlib import Path

import pytest

from tests.calls.flows import FLOWS
from tests.scripted_call import rewrite

CALLS = sorted((Path(__file__).parents[1] / "calls").glob("*.txt"))


@pytest.mark.parametrize("path", CALLS, ids=lambda path: path.stem)
def test_the_call_goes_as_written(path, request):
    written = path.read_text()
    now = rewrite(written, lambda name: FLOWS[name]())
    if request.config.getoption("--update-calls"):
        path.write_text(now)
    else:
        assert now == written


def test_every_flow_for_calls_can_be_published():
    from flows.engine.problems import problems

    assert {name: problems(flow()) for name, flow in FLOWS.items()} == {name: [] for name in FLOWS}


def test_a_call_that_goes_otherwise_than_written_is_noticed():
    call = "flow: pin\n 0.0 call    answered\n      line    enters elsewhere\n"
    assert rewrite(call, lambda name: FLOWS[name]()) != call


def test_a_line_that_nobody_understands_is_refused():
    with pytest.raises(AssertionError, match="not understood"):
        rewrite("flow: pin\n 0.0 caller  sings\n", lambda name: FLOWS[name]())
