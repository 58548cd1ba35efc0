from flows.engine import commands as do
from tests.builders import flow_of
from tests.scripted_call import Caller


def said(text="Welcome.", **settings):
    return Caller(flow_of(hello=("say", {"text": text, **settings}, "menu"), menu=("menu", "1?", {"1": "hello"})))


def test_the_next_step_comes_when_it_was_heard():
    call = said()
    assert call.played == ("Welcome.",)
    assert call.hears().step == "menu"


def test_a_key_cuts_it_short_and_counts_for_the_next_step():
    call = said().presses("1")
    assert call.way == [("hello", "next"), ("menu", "1")]
    assert call.last(do.StopPlaying)


def test_a_notice_that_must_be_heard_is_not_cut_but_the_key_still_counts():
    call = said(barge_in=False).presses("1")
    assert call.step == "hello"
    assert call.hears().way == [("hello", "next"), ("menu", "1")]


def test_keys_typed_ahead_skip_what_would_be_said():
    flow = flow_of(
        one=("say", {"text": "One.", "barge_in": False}, "two"),
        two=("say", "Two.", "menu"),
        menu=("menu", "1?", {"1": "one"}),
    )
    assert "Two." not in Caller(flow).presses("1").hears().played


def test_an_empty_text_is_no_silence():
    assert said("").step == "menu"


def test_the_callers_voice_does_not_disturb():
    assert said().says("hello?").commands == []
