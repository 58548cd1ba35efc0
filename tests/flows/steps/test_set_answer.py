"""Remembering something: fixed, copied, or counted."""

import pytest

from flows.engine import commands as do
from flows.engine.problems import problems
from tests.builders import flow_of
from tests.scripted_call import Caller


def remembering(*settings):
    keys = [f"set-{n}" for n in range(len(settings))]
    steps = {
        key: ("set_answer", each, after) for key, each, after in zip(keys, settings, [*keys[1:], "bye"], strict=True)
    }
    return flow_of(**{key.replace("-", "_"): step for key, step in steps.items()}, bye=("hang_up", "Bye."))


def remembered(*settings):
    return dict(Caller(remembering(*settings)).state.answers)


def test_words_are_kept_and_noted_and_callers_hear_nothing():
    call = Caller(remembering({"answer": "reason", "text": " returns "}))
    assert call.state.answers == {"reason": "returns"}
    assert call.last(do.LogAnswer).answers == {"reason": "returns"}
    assert call.played == ("Bye.",)


def test_what_is_known_is_copied():
    settings = [{"answer": "a", "text": "1"}, {"answer": "b", "how": "copy", "source": "a"}]
    assert remembered(*settings, {"answer": "c", "how": "copy", "source": "callers_number"}) == {
        "a": "1",
        "b": "1",
        "c": "+14155550123",
    }


def test_a_count_begins_at_nothing_and_goes_up_and_down():
    more, less = ({"answer": "tries", "how": "add", "text": text} for text in ("2", "-0.5"))
    assert remembered(more) == {"tries": "2"}
    assert remembered(more, more, less) == {"tries": "3.5"}


def test_what_is_no_number_counts_as_nothing():
    assert remembered({"answer": "tries", "text": "many"}, {"answer": "tries", "how": "add", "text": "1"}) == {
        "tries": "1"
    }


def test_a_count_stays_a_number_that_can_be_read():
    nines = {"answer": "tries", "text": "9" * 15}
    assert remembered(nines, {"answer": "tries", "how": "add", "text": "1"}) == {"tries": "9" * 15}


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"answer": "Two words"}, "answer"),
        ({"answer": "today"}, "answer"),
        ({"text": " "}, "text"),
        ({"how": "add", "text": "one"}, "text"),
        ({"how": "copy"}, "source"),
        ({"how": "copy", "source": "gone"}, "source"),
        ({"how": "copy", "source": "weekday"}, "source"),
    ],
)
def test_what_cannot_be_remembered_is_a_problem(settings, field):
    assert [p.field for p in problems(remembering(settings))] == [field]


def test_a_secret_cannot_be_copied():
    flow = flow_of(
        pin=(
            "collect_digits",
            {"prompt": "PIN?", "answer": "pin", "do_not_keep": True, "fewest": 4, "most": 4},
            "copy",
        ),
        copy=("set_answer", {"how": "copy", "source": "pin"}, "bye"),
        bye=("hang_up", "Bye."),
    )
    assert [p.sentence for p in problems(flow)] == ["“pin” is not kept, so it cannot be copied."]
    assert Caller(flow).presses("7391").state.answers == {"remembered": ""}
