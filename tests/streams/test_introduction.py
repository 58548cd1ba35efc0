from flows.engine.commands import AT_ANY_TIME, NEVER, StartAgent
from flows.engine.machine import Flow
from streams.introduction import briefed


def flow(**about):
    return Flow(name="Line", start="a", steps={}, exits={}, **about)


def test_the_voice_of_the_step_comes_before_the_voice_of_the_flow():
    assert briefed(StartAgent(voice="anna"), flow(voice="sam"), []).voice == "anna"
    assert briefed(StartAgent(), flow(voice="sam"), []).voice == "sam"


def test_the_engine_is_told_whether_callers_may_interrupt():
    assert briefed(StartAgent(), flow(), []).interruption == AT_ANY_TIME
    assert briefed(StartAgent(interruption=NEVER), flow(), []).interruption == NEVER
