from flows.engine import commands as do
from tests.builders import flow_of
from tests.scripted_call import Caller


def test_the_call_ends_once_the_goodbye_was_heard():
    call = Caller(flow_of(bye=("hang_up", "Goodbye.")))
    assert call.played == ("Goodbye.",)
    assert call.last(do.Hangup) is None
    assert call.hears().last(do.Hangup).reason == "the flow ended the call"
    assert call.step is None


def test_a_goodbye_is_not_cut_short():
    call = Caller(flow_of(bye=("hang_up", "Goodbye.")))
    assert not call.last(do.Play).barge_in
    assert call.presses("12#").says("wait").commands == []


def test_the_call_ends_at_once_without_a_goodbye():
    call = Caller(flow_of(bye=("hang_up", "")))
    assert call.played == ()
    assert call.last(do.Hangup)
    assert call.step is None
