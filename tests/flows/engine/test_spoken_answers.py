"""Answers within what callers hear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine import commands as do
from flows.engine.answers import Answer, known_answers
from flows.engine.problems import problems
from flows.engine.spoken_answers import NUMBER_TEXTS, VOCABULARY, marker, markers, texts_of_step, with_answers
from flows.engine.step import State
from tests.builders import flow_of, step_of
from tests.scripted_call import Caller

TYPES = {"order_number": "digits", "day": "date", "many": "number", "known": "yes-no", "name": "text"}
KNOWN = {name: Answer(name=name, type=of_type) for name, of_type in TYPES.items()} | known_answers([])
BEGAN = 1_796_000_000.0  # 29 November 2026


def heard(text, caller="+14155550123", **answers):
    state = State(began=BEGAN, caller=caller, answers=answers)
    return with_answers(do.Play(texts=(text,)), KNOWN, state)


def test_a_sentence_is_said_in_words_and_answers():
    said = heard("Your order [order number] arrives on [day].", order_number="4711", day="2026-12-01")
    assert said.texts == (
        *("Your order", "four", "seven", "one", "one,", "arrives on"),
        *("Tuesday,", "the 1st of", "December"),
    )
    assert said.spare == ()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0", "zero"),
        ("17", "seventeen"),
        ("42", "forty two"),
        ("100", "one hundred"),
        ("1205", "one thousand two hundred five"),
        ("-3.50", "minus three point five"),
        ("2000000", "two million"),
        ("999999999", "nine hundred ninety nine million nine hundred ninety nine thousand nine hundred ninety nine"),
    ],
)
def test_numbers_are_said_as_numbers(value, words):
    assert heard("[many]", many=value).texts == tuple(words.split())
    assert set(words.split()) <= set(NUMBER_TEXTS)


def test_a_day_far_away_has_its_year():
    assert heard("[day]", day="2028-02-29").texts[-4:] == ("two", "thousand", "twenty", "eight")
    assert heard("[day]", day="2028-02-29").texts[:3] == ("Tuesday,", "the 29th of", "February")


def test_what_no_vocabulary_has_is_read_by_the_voice_and_can_be_spared():
    said = heard("Hello [name], you called from [callers number].", name="  Ann   Bell ")
    assert said.texts[:3] == ("Hello", "Ann Bell", "you called from")
    assert said.spare == ("Ann Bell",)


@pytest.mark.parametrize("answers", [{}, {"name": " "}])
def test_an_answer_that_was_never_given_is_left_out(answers):
    assert heard("Hello [name], welcome.", **answers).texts == ("Hello", "welcome.")


def test_a_hidden_number_is_not_read():
    assert heard("You call from [callers number].", caller="anonymous").texts == ("You call from",)


def test_a_very_long_answer_is_said_as_far_as_its_beginning():
    assert len(heard("[name]", name="ha " * 500).texts[0]) == 200


def test_brackets_that_name_no_answer_are_words_as_they_ever_were():
    assert heard("Wait [pause] please.").texts == ("Wait [pause] please.",)
    assert list(texts_of_step(step_of("say", "Wait [pause]."), KNOWN)) == ["Wait [pause]."]


def test_markers_may_be_typed_in_any_case():
    assert markers("[Order Number] [order_number] [1] [] [order  number]") == ["order_number"] * 3
    assert markers(marker("order_number")) == ["order_number"]


def test_what_is_rendered_holds_all_but_the_free_words():
    step = step_of("say", "Order [order number], [known], on [day] for [name].")
    rendered = set(texts_of_step(step, KNOWN))
    assert {"Order", "on", "for", *VOCABULARY["digits"], *VOCABULARY["date"], "yes", "no"} <= rendered
    assert "Order [order number], [known], on [day] for [name]." not in rendered


ORDER = ("collect_digits", {"prompt": "Order?", "answer": "order_number", "fewest": 4, "most": 4}, "tell")


def test_a_call_says_what_it_knows():
    flow = flow_of(order=ORDER, tell=("say", "It is [order number].", "bye"), bye=("hang_up", "Bye."))
    assert problems(flow) == []
    assert Caller(flow).presses("1234").played == ("It is", "one", "two", "three", "four,")


def test_menus_and_announcements_say_answers_too():
    flow = flow_of(
        order=ORDER,
        tell=("menu", "For order [order number], press 1.", {"1": "desk", ...: "bye"}),
        desk=("transfer", {"destination": "desk", "announcement": "Order [order number]."}, "bye"),
        bye=("hang_up", "Bye."),
    )
    call = Caller(flow).presses("1234")
    assert call.played == ("For order", "one", "two", "three", "four,", "press 1.")
    assert call.presses("1").played[0] == "Order"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello [nobody].", "No step of this flow asks for “nobody”."),
        ("Your PIN is [pin].", "“pin” is not kept, so it may not be spoken."),
        ("It is [time of day].", "The time of day cannot be spoken."),
    ],
)
def test_what_may_not_be_spoken_is_a_problem_beside_the_text(text, said):
    pin = {"prompt": "PIN?", "answer": "pin", "do_not_keep": True, "fewest": 4, "most": 4}
    flow = flow_of(pin=("collect_digits", pin, "tell"), tell=("say", text, "bye"), bye=("hang_up", "Bye."))
    [problem] = problems(flow)
    assert (problem.step, problem.field) == ("tell", "text")
    assert problem.sentence.startswith(said)
    assert "7391" not in repr(Caller(flow).presses("7391").all_commands)


def test_what_an_assistant_says_first_holds_no_answers():
    flow = flow_of(help=("agent", {"greeting": "Hello [callers number]."}, "bye"), bye=("hang_up", "Bye."))
    assert [(p.field, p.sentence) for p in problems(flow)] == [
        ("greeting", "Answers cannot be spoken here. Take “[callers number]” out of the text.")
    ]


ANYTHING = st.text(max_size=40) | st.sampled_from(["9" * 30, "9999-12-31", "nan", "-0", "²"])


@given(st.sampled_from(sorted(KNOWN)), ANYTHING, st.floats())
def test_nothing_ever_raises_and_all_but_spare_texts_are_rendered(name, value, began):
    state = State(began=began, caller=value, answers={name: value})
    said = with_answers(do.Play(texts=(f"It is {marker(name)} now.",)), KNOWN, state)
    rendered = set(texts_of_step(step_of("say", f"It is {marker(name)} now."), KNOWN))
    assert set(said.texts) <= rendered | set(said.spare)
    assert said.texts
