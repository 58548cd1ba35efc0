"""A test call on a flow, line by line in virtual time."""

from dataclasses import replace

import pytest
from hypothesis import given

from flows.testcalls.language import Line, in_words, parse
from flows.testcalls.runner import run
from tests.builders import flow_of
from tests.calls.flows import clinic, pin, visit
from tests.flows import strategies
from tests.flows.testcalls.test_language import AN_ACT
from tests.properties import examples


def ran(flow, lines):
    return run(flow, parse(lines))


def passes(flow, lines):
    result = ran(flow, lines)
    assert result.passed, (result.line, result.sentence, result.transcript)
    return result


@pytest.mark.parametrize(
    "lines",
    [
        'hears "press 1"\ncaller presses 1\ngoes to Assistant',
        "caller says invoice\ngoes to Desk\nends at Desk",
        "caller presses 204\nends at Desk",
        "presses 2\nwaits 1 second\npresses 04\ngoes to Desk",
        "says nothing\nhears “sorry, i did not hear you”\nsays nothing\nsays nothing\nhears “could not hear you”\n"
        "goes to Assistant",
        "caller waits 1 second\ncaller presses 1\ngoes to Assistant",
        'presses 2\ngoes to "Case number"\npresses 423456\nhears "four, two"\npresses 1\ngoes to Desk',
        "presses 3\n“Support desk” is busy\ngoes to Message\nmessage of 12 seconds\ngoes to Bye\nends",
        "“Support desk” does not answer\npresses 3\ngoes to Message\nsays nothing\nends at Bye",
        "presses 1\nAI ends with “an appointment was made”\nends at Bye",
        "presses 1\ngoes to Bye",  # an assistant that is told nothing ends as its first end says
        "AI ends with “the assistant could not help”\npresses 1\ngoes to Message",
        "presses 1\nAI says “Hello”\nAI says “Once more”\nAI says “And again”\nhears “I have to stop”\ngoes to Message",
        "presses 1\ncaller says “agent”\ngoes to Desk",
        "presses 1\ncaller presses 0\ngoes to Desk",
        "presses 1\ncaller says nothing\ngoes to Message",
        "presses 1\nAI fails\ngoes to Message",
        "presses 1\ncaller waits 200 seconds\ngoes to Message",
        "calls on Sunday\ngoes to Closed\ngoes to Message",
        "calls on 25 December at 10:00\nhears closed",
        "“see a doctor” means “Appointments”\nsays “see a doctor”\ngoes to Assistant",
        "caller hangs up\nends at Menu\nends “hung up”",
    ],
)
def test_these_calls_pass(lines):
    passes(clinic(), lines)


def test_words_are_an_answer_once_the_caller_has_stopped_speaking():
    passes(visit(), "presses 1\nsays tomorrow\nhears “July 7th”\npresses 1\nsays “my tooth”\nends at Bye")


def test_secret_digits_are_typed_as_any_others():
    passes(pin(), "presses 7391\ngoes to Balance\nends")


@pytest.mark.parametrize(
    ("lines", "line", "sentence"),
    [
        ("presses 1\ngoes to Desk", 2, "The call went to “Assistant” instead."),
        ("hears goodbye", 1, "Callers heard “Welcome to Alder Clinic.” “For an appointment, press 1."),
        ("presses 9\ngoes to Desk", 2, "The call waits at “Menu”."),
        ("goes to Sales", 1, "This flow has no step called “Sales”."),
        ("presses 1\nAI ends with sold\nends", 2, "“sold” is no end of this AI step. It ends with “an appointment"),
        ("presses 1\nAI puts through to “Desk”\nends", 2, "This AI step may not put callers through to “Desk”."),
        ("“Sales desk” is busy\nends", 1, "This flow has no destination called “Sales desk”."),
        ("hangs up\npresses 1\nends", 2, "The call was over before that: the caller hung up."),
        ("ends", 1, "The call waits at “Menu”."),
        ("presses 3\nends “goodbye”", 2, "The call ended at “Desk”"),
        ("presses 1", 1, "This test expects nothing yet."),
        ("", 1, "This test expects nothing yet."),
    ],
)
def test_a_failure_names_its_line_and_what_happened_instead(lines, line, sentence):
    result = ran(clinic(), lines)
    assert (result.passed, result.line) == (False, line)
    assert sentence in result.sentence


def test_the_result_tells_the_way_the_words_and_the_time():
    result = passes(clinic(), "presses 3\n“Support desk” is busy\ngoes to Message")
    assert result.visited == ("hours", "welcome", "menu", "desk", "message")
    assert result.taken == (("hours", "open"), ("welcome", "next"), ("menu", "3"), ("desk", "busy"))
    assert [said.text for said in result.transcript if said.who == "caller"] == ["presses 3"]
    assert (result.stands, result.ended) == ("message", False)
    times = [said.at for said in result.transcript]
    assert times == sorted(times)
    assert 10 < result.seconds < 30


def test_words_that_nobody_listens_to_are_told_so():
    result = ran(pin(), "says “seven three”\nends")
    assert "“seven three” (nobody listens here)" in [said.text for said in result.transcript]


def test_a_key_cuts_a_greeting_only_when_it_comes_early():
    flow = flow_of(
        hello=("say", "Hello. " * 20, "menu"), menu=("menu", "Press 1.", {"1": "bye", ...: "bye"}), bye=("hang_up", "")
    )
    late, early = ran(flow, "presses 1\nends"), ran(flow, "waits 1 second\npresses 1\nends")
    assert early.seconds < 3 < late.seconds


def assisting(**settings):
    return flow_of(
        talk=("agent", settings, {"completed": "rate", "not-reached": "rate", ...: "bye"}),
        rate=("say", "How was it?", "bye"),
        bye=("hang_up", "Goodbye."),
    )


def test_an_assistant_may_put_callers_through_where_it_is_ticked():
    flow = assisting(destinations=["desk"])
    passes(flow, "AI puts the caller through to “Support desk”\nhears “putting you through”\ngoes to Rate")
    away = "“Support desk” does not answer\nAI puts through to “Support desk”\ngoes to Rate"
    assert ("talk", "not-reached") in passes(flow, away).taken


def test_an_assistant_is_told_what_a_lookup_finds_and_a_change_asks_the_caller():
    flow = assisting(lookups=["orders", "cancel-order"])
    passes(flow, "lookup “Order status” finds status = shipped\nAI looks up “Order status” with order = 4711\nends")
    passes(flow, "AI looks up “Cancel an order”\nhears “press 1”\ncaller presses 1\nAI ends with “person”\nends")


def test_a_flow_that_walks_in_circles_ends_the_test():
    flow = flow_of(one=("say", "One.", "two"), two=("say", "Two.", "one"))
    result = ran(flow, "goes to Two\nends “too many steps”")
    assert result.ended
    assert result.passed


@examples(60)
@given(strategies.flows(), strategies.st.lists(AN_ACT, max_size=12))
def test_any_lines_on_any_flow_come_to_a_result(flow, acts):
    lines = [Line(number, in_words(act), act) for number, act in enumerate(acts, start=1)]
    result = run(flow, lines)
    assert result.passed or (result.sentence and result.line)
    assert all(flow.step_at(step) for step in result.visited)
    assert run(flow, lines) == result


def test_what_a_flow_discloses_of_its_assistant_is_heard_before_the_greeting():
    flow = flow_of(helper=("agent", {"greeting": "Hello, this is Ann."}, "bye"), bye=("hang_up", "Goodbye."))
    passes(flow, "hears “You are talking with an AI assistant. Hello, this is Ann.”")
    assert not ran(replace(flow, discloses_ai=False), "hears “AI assistant”").passed


def test_a_lookup_finds_something_or_nothing_or_fails():
    rows = [{"slot": "order", "answer": "", "value": "4711"}]
    look = ("look_up", {"lookup": "orders", "sends": rows}, {"found": "one", "not-found": "two", "failed": "three"})
    flow = flow_of(look=look, **dict.fromkeys(("one", "two", "three"), ("hang_up", "Bye.")))
    passes(flow, "lookup “Order status” finds status = shipped\nends at One")
    passes(flow, "lookup “Order status” finds nothing\nends at Two")
    passes(flow, "lookup “Order status” fails\nhears “cannot look that up”\nends at Three")
