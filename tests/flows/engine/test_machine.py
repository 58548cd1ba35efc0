import pytest

from flows.engine import commands as do
from flows.engine import events as on
from flows.engine.machine import MAX_STEPS_PER_CALL, MAX_TRIED, MAX_TYPED_AHEAD, Exit, advance
from flows.engine.snapshot import make_flow
from flows.engine.step import State
from tests.builders import flow_of
from tests.scripted_call import Caller


def two_menus():
    return flow_of(
        first=("menu", {"prompt": "First?", "offer_person": False}, {"1": "second", ...: "bye"}),
        second=("menu", {"prompt": "Second?", "offer_person": False}, {"2": "bye", ...: "bye"}),
        bye=("hang_up", "Bye."),
    )


def test_a_call_begins_at_the_first_step():
    call = Caller(two_menus())
    assert call.step == "first"
    assert call.played == ("First?",)


def test_a_second_answer_changes_nothing():
    call = Caller(two_menus())
    before = call.state
    assert call.feed(on.CallAnswered(began=9e9, caller="+1")).state == before
    assert call.commands == []


def test_every_command_carries_the_turn_it_was_given_in():
    call = Caller(two_menus()).presses("1")
    assert call.last(do.LogLeft).turn == 1
    assert call.last(do.Play).turn == call.state.turn == 2


@pytest.mark.parametrize("late", [on.PromptFinished, lambda turn: on.TimerFired(timer="wait", turn=turn)])
def test_an_answer_to_a_turn_that_has_passed_is_dropped(late):
    call = Caller(two_menus()).hears().presses("1")
    assert call.feed(late(turn=1)).commands == []
    assert call.step == "second"


def test_an_answer_to_a_turn_that_never_was_is_dropped():
    call = Caller(two_menus())
    assert call.feed(on.PromptFinished(turn=99)).commands == []


def test_a_timer_that_fires_while_the_menu_asks_again_does_not_count_twice():
    call = Caller(two_menus()).is_silent()
    turn = call.state.turn
    assert call.feed(on.TimerFired(timer="wait", turn=turn - 1)).commands == []
    assert call.state.turn == turn


def test_keys_typed_during_a_greeting_are_given_to_the_menus_that_follow():
    flow = flow_of(
        hello=("say", {"text": "A long welcome.", "barge_in": False}, "first"),
        first=("menu", "First?", {"1": "second", ...: "bye"}),
        second=("menu", "Second?", {"2": "done", ...: "bye"}),
        done=("say", "Done.", "bye"),
        bye=("hang_up", "Bye."),
    )
    call = Caller(flow).presses("12")
    assert call.step == "hello"
    assert call.hears().step == "done"
    assert call.played == ("Done.",)  # the menus' prompts were never begun


def test_a_wrong_key_typed_ahead_asks_again_and_forgets_the_rest():
    flow = flow_of(
        hello=("say", {"text": "Welcome.", "barge_in": False}, "first"),
        first=("menu", {"prompt": "First?"}, {"1": "bye", ...: "bye"}),
        bye=("hang_up", "Bye."),
    )
    call = Caller(flow).presses("91").hears()
    assert call.step == "first"
    assert call.state.typed == ""
    assert call.played == ("Sorry, I did not get that.", "First?")


def test_keys_typed_ahead_are_bounded():
    flow = flow_of(hello=("say", {"text": "Welcome.", "barge_in": False}, "bye"), bye=("hang_up", "Bye."))
    assert len(Caller(flow).presses("1234567890" * 9).state.typed) == MAX_TYPED_AHEAD


def test_the_caller_may_hang_up_at_any_time_even_in_an_old_turn():
    call = Caller(two_menus()).feed(on.CallerHungUp(turn=-5))
    assert call.step is None
    assert call.way == [("first", "caller-hung-up")]


def test_after_the_end_nothing_happens_any_more():
    call = Caller(two_menus()).feed(on.CallerHungUp())
    for event in (on.DigitPressed(digit="1"), on.CallResumed(), on.PromptFinished(), on.CallAnswered()):
        assert call.feed(event).commands == []
    assert call.step is None


def test_a_stream_that_comes_back_begins_the_step_again():
    call = Caller(two_menus()).presses("1").feed(on.CallResumed())
    assert call.step == "second"
    assert call.played == ("Second?",)


def test_nothing_but_the_answer_begins_a_call():
    state, commands = advance(two_menus(), State(), on.DigitPressed(digit="1"))
    assert (state.step, commands) == (None, [])


def test_a_step_that_hangs_up_ends_the_call():
    call = Caller(flow_of(bye=("hang_up", "Bye."))).hears()
    assert call.last(do.Hangup)
    assert call.step is None


def test_an_exit_that_leads_nowhere_ends_the_call_with_a_reason():
    call = Caller(flow_of(menu=("menu", "First?", {"1": None}))).presses("1")
    assert call.step is None
    assert call.last(do.Hangup).reason == "Menu has no exit for 1"


def test_an_exit_to_a_step_that_is_gone_ends_the_call_with_a_reason():
    call = Caller(flow_of(hello=("say", "Hello.", "gone"))).hears()
    assert call.last(do.Hangup).reason == "the flow has no step gone"


def test_a_flow_without_its_first_step_ends_the_call():
    flow = make_flow(name="Empty", start="gone", steps={}, exits=[])
    assert Caller(flow).last(do.Hangup).reason == "the flow has no step gone"


def test_a_step_that_vanished_under_a_call_ends_it():
    state, commands = advance(two_menus(), State(step="gone", turn=3), on.DigitPressed(digit="1"))
    assert state.step is None
    assert commands[-1].reason == "the flow has no step gone"


def test_a_circle_that_never_waits_is_cut_off():
    flow = flow_of(
        one=("opening_hours", {"hours": "office"}, "two"),
        two=("opening_hours", {"hours": "office"}, "one"),
    )
    call = Caller(flow)
    assert call.last(do.Hangup).reason == "the flow goes in circles"
    assert call.last(do.Hangup).sorry
    assert call.step is None


def test_a_circle_that_waits_is_cut_off_after_many_steps():
    flow = flow_of(hello=("say", "Hello.", "hello"))
    call = Caller(flow)
    for _ in range(MAX_STEPS_PER_CALL):
        call.hears()
    assert call.step is None
    assert call.last(do.Hangup).reason == "the call went through too many steps"
    assert call.last(do.Hangup).sorry


def test_answers_gather_and_the_later_one_of_a_name_wins():
    digits = {"prompt": "Number?", "fewest": 1, "most": 1, "speech": False, "offer_person": False}
    flow = flow_of(
        one=("collect_digits", digits | {"answer": "first"}, "two"),
        two=("collect_digits", digits | {"answer": "second"}, "three"),
        three=("collect_digits", digits | {"answer": "first"}, "bye"),
        bye=("hang_up", "Bye."),
    )
    call = Caller(flow).presses("123")
    assert call.state.answers == {"first": "3", "second": "2"}
    assert call.last(do.LogAnswer) == do.LogAnswer(step="three", answers={"first": "3"}, turn=3)


def test_what_the_caller_tried_is_kept_up_to_a_bound_oldest_first_out():
    flow = flow_of(menu=("menu", "Again?", {"1": ("menu", "Again"), ...: "menu"}))
    call = Caller(flow).presses("1" * (MAX_TRIED + 5))
    assert len(call.state.tried) == MAX_TRIED
    assert call.state.tried[0] == "Asked “Again?”, the caller chose “Again”."


def test_time_never_runs_backwards():
    call = Caller(two_menus()).feed(on.SpeechStarted(at=9.0)).feed(on.SpeechStarted(at=4.0))
    assert call.state.at == 9.0


def test_an_exit_of_another_step_is_not_taken():
    flow = make_flow(
        name="Two",
        start="a",
        steps={"a": ("say", "A", {"text": "A"}), "b": ("hang_up", "B", {})},
        exits=[Exit(step="b", outcome="next", goes_to="b")],
    )
    assert Caller(flow).hears().last(do.Hangup).reason == "A has no exit for next"
