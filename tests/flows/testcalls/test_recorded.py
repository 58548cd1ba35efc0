"""A test call from the log of a call that took place."""

import pytest

from flows.testcalls.language import parse
from flows.testcalls.recorded import lines_from
from flows.testcalls.runner import run
from tests.builders import flow_of
from tests.calls.flows import clinic, pin


def key(step, digit, at=0.0):
    return (at, "key", step, {"digit": digit})


def left(step, outcome, goes_to=None):
    return (0.0, "left", step, {"outcome": outcome, "goes_to": goes_to})


def entered(step):
    return (0.0, "entered", step, {})


def heard(step):
    return [
        (0.0, "prompt_started", step, {"prompt": "p", "texts": ["…"]}),
        (0.0, "prompt_heard", step, {"prompt": "p"}),
    ]


BEGINS = [
    (0.0, "answered", "", {}),
    entered("hours"),
    left("hours", "open", "welcome"),
    entered("welcome"),
    *heard("welcome"),
    left("welcome", "next", "menu"),
    entered("menu"),
]
GOODBYE = [entered("bye"), *heard("bye"), (0.0, "hangup", "bye", {"reason": "the flow ended the call"})]


def kept(events, flow, **about):
    """The lines, which pass on the flow that they were recorded on."""
    lines = lines_from(events, flow, **about)
    result = run(flow, parse(lines))
    assert result.passed, (lines, result.line, result.sentence)
    return lines.splitlines()


def test_keys_words_and_silences_become_lines_with_where_they_led():
    events = [
        *BEGINS,
        *heard("menu"),
        *heard("menu"),  # nobody said anything, so it was asked again
        (9.0, "utterance", "menu", {"text": "book a visit", "confidence": 0.9}),
        left("menu", "1", "assistant"),
        entered("assistant"),
        (12.0, "agent_said", "assistant", {"text": "Which day?", "engine": "realtime"}),
        (15.0, "agent_heard", "assistant", {"text": "tomorrow"}),
        (20.0, "agent_finished", "assistant", {"outcome": "booked"}),
        left("assistant", "booked", "bye"),
        *GOODBYE,
    ]
    assert kept(events, clinic()) == [
        "caller says nothing",
        'caller says "book a visit"',
        'goes to "Assistant"',
        'AI says "Which day?"',
        'caller says "tomorrow"',
        'AI ends with "an appointment was made"',
        'goes to "Bye"',
        'ends at "Bye"',
    ]


def test_what_desks_and_recordings_did_is_kept_and_when_the_call_came():
    events = [
        *BEGINS,
        key("menu", "2"),
        key("menu", "0"),
        key("menu", "4"),
        left("menu", "204", "desk"),
        entered("desk"),
        (5.0, "transfer", "desk", {"destination": "desk"}),
        (30.0, "transfer_finished", "desk", {"result": "no-answer", "seconds": 0}),
        left("desk", "no-answer", "message"),
        entered("message"),
        (50.0, "recording_finished", "message", {"seconds": 12}),
        left("message", "recorded", "bye"),
        *GOODBYE,
    ]
    assert kept(events, clinic(), began=1_783_332_000.0) == [
        "calls on 6 July 2026 at 10:00",
        "caller presses 204",
        'goes to "Desk"',
        '"Support desk" does not answer',
        'goes to "Message"',
        "message of 12 seconds",
        'goes to "Bye"',
        'ends at "Bye"',
    ]


def test_secret_digits_are_made_up_in_the_same_number():
    events = [
        entered("welcome"),
        *heard("welcome"),
        entered("pin"),
        *(key("pin", "•") for _ in range(4)),
        left("pin", "ok", "balance"),
        entered("balance"),
        *heard("balance"),
        *GOODBYE,
    ]
    assert kept(events, pin())[:2] == ["caller presses 1234", 'goes to "Balance"']


def test_a_key_pressed_ahead_is_known_by_the_choice_that_it_made():
    events = [
        entered("hours"),
        entered("welcome"),
        key("welcome", "•"),
        left("welcome", "next", "menu"),
        entered("menu"),
        left("menu", "3", "desk"),
        entered("desk"),
    ]
    assert kept(events, clinic()) == ["caller presses 3", 'goes to "Desk"']


def test_a_caller_who_never_answers_is_silent_as_often_as_they_were_asked():
    closing = [(0.0, "prompt_started", "pin", {"texts": ["Sorry, I could not hear you."]}), *heard("pin")[1:]]
    events = [
        entered("welcome"),
        entered("pin"),
        *heard("pin") * 3,
        *closing,
        left("pin", "no-input", "assistant"),
        entered("assistant"),
        left("assistant", "caller-hung-up"),
    ]
    assert kept(events, pin())[:4] == ["caller says nothing"] * 3 + ['goes to "Assistant"']


def test_what_a_model_understood_is_kept_before_the_words():
    events = [
        *BEGINS,
        (5.0, "utterance", "menu", {"text": "I need a doctor", "confidence": 0.9}),
        (6.0, "understood", "menu", {"said": "I need a doctor", "answer": "1", "taken": True}),
        left("menu", "1", "assistant"),
        entered("assistant"),
        left("assistant", "caller-hung-up"),
    ]
    assert kept(events, clinic()) == [
        '"I need a doctor" means "Appointments"',
        'caller says "I need a doctor"',
        'goes to "Assistant"',
        "caller hangs up",
        'ends at "Assistant"',
    ]


@pytest.mark.parametrize("kind", ["stream_dropped", "used", "error", "made up", "left", "tool_asked", "utterance"])
def test_whatever_a_log_holds_gives_lines_that_can_be_read(kind):
    assert parse(lines_from([*BEGINS, (1.0, kind, "gone", {}), (2.0, kind, "menu", {"text": 'a "b" “c”\n'})], clinic()))


def looked_up(outcome, answers=None):
    """The log of a call whose case number was looked up, and the flow."""
    look = {"lookup": "orders", "sends": [{"slot": "order", "answer": "case", "value": ""}],
            "finds": [{"found": "status", "answer": "state"}]}  # fmt: skip
    flow = flow_of(
        ask=("collect_digits", {"prompt": "Your case?", "answer": "case", "fewest": 4, "most": 4}, "look"),
        look=("look_up", look, {"found": "told", ...: "bye"}),
        told=("say", "It is [state].", "bye"),
        bye=("hang_up", "Goodbye."),
    )
    there = "told" if outcome == "found" else "bye"
    events = [
        (0.0, "answered", "", {"earlier_calls": 2}),
        entered("ask"),
        *heard("ask"),
        *(key("ask", digit) for digit in "4711"),
        left("ask", "ok", "look"),
        entered("look"),
        *([(1.0, "answer", "look", {"answers": answers})] if answers else []),
        left("look", outcome, there),
        entered(there),
    ]
    return events, flow


def test_what_a_lookup_found_is_kept_before_what_led_to_it():
    lines = kept(*looked_up("found", {"state": "shipped, parcel 123987654"}))
    assert lines == [
        "calls from a caller who called 2 times before",
        'lookup "Order status" finds status = shipped  parcel 123456789',
        "caller presses 4711",
        'goes to "Look"',
    ]


@pytest.mark.parametrize(("outcome", "line"), [("not-found", "finds nothing"), ("failed", "fails")])
def test_a_lookup_that_found_nothing_or_failed_does_so_again(outcome, line):
    assert f'lookup "Order status" {line}' in kept(*looked_up(outcome))


def test_what_the_log_hides_of_a_finding_is_not_made_up():
    assert not any("finds" in line for line in kept(*looked_up("found", {"state": "•"})))


def asking(**settings):
    return flow_of(
        ask=("consent", settings, {"agreed": "menu", "declined": "sorry"}),
        menu=("menu", "For billing, press 1.", {"1": "bye", ...: "sorry"}),
        sorry=("say", "As you wish.", "bye"),
        bye=("hang_up", "Goodbye."),
    )


AGREED = [(6.0, "consent_given", "ask", {"by": "notice"}), left("ask", "agreed", "menu"), entered("menu")]
REFUSED = [left("ask", "declined", "sorry"), entered("sorry"), *heard("sorry"), left("sorry", "next", "bye")]


def test_who_was_told_and_said_nothing_says_nothing_again():
    events = [entered("ask"), *heard("ask"), *AGREED, key("menu", "1"), left("menu", "1", "bye")]
    lines = kept([*events, *GOODBYE], asking())
    assert lines[:3] == ["caller says nothing", 'goes to "Menu"', "caller presses 1"]


def test_who_objected_objects_again_and_hears_thanks():
    events = [
        entered("ask"),
        key("ask", "9", 2.0),
        (2.0, "consent_refused", "ask", {"by": "key"}),
        *heard("ask"),
        *REFUSED,
        *GOODBYE,
    ]
    assert kept(events, asking())[:2] == ["caller presses 9", 'goes to "Sorry"']


def test_who_gave_no_answer_is_silent_as_often_as_they_were_asked():
    events = [
        entered("ask"),
        *heard("ask"),
        *heard("ask"),
        (20.0, "consent_refused", "ask", {"by": "silence"}),
        *heard("ask"),
        *REFUSED,
        *GOODBYE,
    ]
    assert kept(events, asking(mode="asked"))[:3] == ["caller says nothing", "caller says nothing", 'goes to "Sorry"']


def test_a_notice_that_is_not_proved_becomes_a_no():
    events = [entered("ask"), *heard("ask"), (9.0, "consent_unproven", "ask", {"why": "no word came"}), *REFUSED]
    assert kept([*events, *GOODBYE], asking())[0] == "caller presses 9"


def test_keys_that_were_pressed_ahead_of_the_question_answer_the_menu_after_it():
    events = [
        entered("ask"),
        (1.0, "key", "ask", {"digit": "•"}),
        *heard("ask"),
        *AGREED,
        left("menu", "1", "bye"),
        *GOODBYE,
    ]
    assert kept(events, asking())[:3] == ["caller says nothing", 'goes to "Menu"', "caller presses 1"]
