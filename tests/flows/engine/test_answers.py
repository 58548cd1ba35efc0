"""What a call may know: the answers of its steps, each with its type, and what is known of every call."""

import pytest

from flows.engine.answers import OF_EVERY_CALL, given, known_answers
from flows.engine.step import State
from flows.steps import REGISTRY
from tests.builders import step_of

MONDAY_AT_TEN = 1_783_332_000.0 - 2 * 3600  # 6 July 2026, 08:00 UTC


def own(*steps):
    answers = known_answers(steps)
    return {name: (one.type, one.secret) for name, one in answers.items() if name not in OF_EVERY_CALL}


def test_answers_have_the_type_of_the_step_that_asks():
    steps = [
        step_of("collect_digits", {"answer": "order"}),
        step_of("ask", {"answer": "name"}),
        step_of("ask", {"answer": "many", "wants": "number"}),
        step_of("ask", {"answer": "day", "wants": "date"}),
        step_of("ask", {"answer": "known", "wants": "yes-no"}),
        step_of("say", "Hello."),
    ]
    assert own(*steps) == {
        "order": ("digits", False),
        "name": ("text", False),
        "many": ("number", False),
        "day": ("date", False),
        "known": ("yes-no", False),
    }


def test_what_must_not_be_kept_is_known_as_a_secret():
    assert own(step_of("collect_digits", {"answer": "pin", "do_not_keep": True})) == {"pin": ("digits", True)}


def test_one_name_for_two_types_is_text_and_secret_where_either_is():
    steps = [step_of("collect_digits", {"answer": "x", "do_not_keep": True}), step_of("ask", {"answer": "x"})]
    assert own(*steps) == {"x": ("text", True)}


def test_a_copy_is_of_the_type_of_what_it_copies_however_long_the_chain():
    steps = [
        step_of("set_answer", {"answer": "c", "how": "copy", "source": "b"}),
        step_of("set_answer", {"answer": "b", "how": "copy", "source": "a"}),
        step_of("ask", {"answer": "a", "wants": "date"}),
        step_of("set_answer", {"answer": "from", "how": "copy", "source": "callers_number"}),
    ]
    found = own(*steps)
    assert found["c"] == found["b"] == ("date", False)
    assert found["from"] == ("phone", False)


@pytest.mark.parametrize("source", ["x", "gone", ""])
def test_a_copy_of_nothing_or_of_itself_is_text(source):
    assert own(step_of("set_answer", {"answer": "x", "how": "copy", "source": source})) == {"x": ("text", False)}


def test_every_kind_with_a_setting_for_an_answer_gives_it():
    for kind, cls in REGISTRY.items():
        if "answer" in cls.__dataclass_fields__:
            assert [one.name for one in step_of(kind, {"answer": "mine"}).gives()] == ["mine"], kind


@pytest.mark.parametrize(
    ("name", "zone", "found"),
    [
        ("callers_number", "UTC", "+14155550123"),
        ("number_called", "UTC", "+14155550199"),
        ("earlier_calls", "UTC", "3"),
        ("time_of_day", "UTC", "08:00"),
        ("time_of_day", "America/Los_Angeles", "01:00"),
        ("weekday", "UTC", "Monday"),
        ("today", "Pacific/Kiritimati", "2026-07-06"),
        ("today", "Mars/Olympus", ""),
        ("order", "UTC", "4711"),
        ("nothing", "UTC", ""),
    ],
)
def test_what_the_call_knows_at_this_moment(name, zone, found):
    state = State(
        began=MONDAY_AT_TEN,
        caller="+14155550123",
        called="+14155550199",
        earlier_calls=3,
        answers={"order": "4711"},
    )
    assert given(name, state, zone) == found


@pytest.mark.parametrize("began", [float("nan"), float("inf"), -1e300])
def test_a_moment_beyond_every_calendar_is_no_time_at_all(began):
    assert given("weekday", State(began=began)) == ""
