"""Rules about what adds up over a whole call: silence, and failures."""

from tests.builders import flow_of
from tests.flows.practice.saying import said_by

BYE, TAPE = ("hang_up", "Goodbye."), ("voicemail", {}, "bye")
LOOKS = {"lookup": "orders", "sends": [{"slot": "order", "answer": "", "value": "4711"}]}


def looked_up_twice(between, **settings):
    return flow_of(one=("look_up", {**LOOKS, **settings}, {"failed": "two", ...: "mid"}), mid=between,
                   two=("look_up", LOOKS, "bye"), bye=BYE)  # fmt: skip


def test_two_lookups_in_a_row_are_dead_air_unless_something_is_said_between():
    assert said_by("T08", looked_up_twice(("set_answer", {}, "two"))) == [("one", "exit:found", "error")]
    assert said_by("T08", looked_up_twice(("say", "And the day.", "two"))) == []
    assert said_by("T08", looked_up_twice(("go_to_flow", {"flow": "payment"}, {"returned": "two", ...: "two"}))) == []
    assert said_by("T08", looked_up_twice(("opening_hours", {"hours": "office"}, "two"))) == [
        ("one", "exit:found", "error")
    ]


def test_a_lookup_that_fails_says_so_unless_its_words_were_taken_away():
    said = ("say", "And the day.", "two")
    assert said_by("T08", looked_up_twice(said, failed_text="")) == [("one", "exit:failed", "error")]


def menus(second, **exits):
    first = ("menu", "For sales, press 1.", {"1": "tape", **exits, ...: "tape"})
    return flow_of(first=first, second=("menu", {"prompt": "For help, press 1.", "attempts": second},
                   {"1": "tape", ...: "tape"}), tape=TAPE, bye=BYE)  # fmt: skip


def test_who_failed_at_one_step_is_not_asked_three_times_at_the_next():
    assert said_by("T09", menus(3, **{"no-match": "second"})) == [("first", "exit:no-match", "warning")]
    assert said_by("T09", menus(2, **{"no-match": "second"})) == []
    assert said_by("T09", menus(3, **{"no-match": "tape", "person": "second"})) == []


def test_a_step_that_sends_those_who_failed_back_to_itself_never_ends():
    again = {"prompt": "For sales, press 1.", "attempts": 2}
    flow = flow_of(ask=("menu", again, {"1": "tape", "no-input": "ask", ...: "tape"}), tape=TAPE, bye=BYE)
    assert said_by("T09", flow) == [("ask", "exit:no-input", "warning")]


def test_failures_add_up_over_several_steps():
    def asked(there):
        return ("menu", {"prompt": "For sales, press 1.", "attempts": 2}, {"1": "tape", "no-match": there, ...: "tape"})

    flow = flow_of(one=asked("two"), two=asked("three"), three=asked("tape"), tape=TAPE, bye=BYE)
    assert said_by("T09", flow) == [("two", "exit:no-match", "warning")]
