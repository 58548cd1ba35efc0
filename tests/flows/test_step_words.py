"""The single lines of a step's page; what they say of menus and AI steps is tested with the form."""

from flows.engine.step import Outcome
from flows.models import Step
from flows.step_words import FOLDED, built_of, capital, folded_in_words, left_open_in_words


def test_one_exit_that_was_left_open_is_named_and_several_are_counted():
    again = Outcome(name="a", label="first silence", optional=True, when_open="callers are asked again")
    over = Outcome(name="b", label="they have spoken", optional=True, when_open="the call ends")
    assert left_open_in_words([again]) == "First silence: left open, so callers are asked again"
    told = left_open_in_words([again, over])
    assert told == "2 more exits: left open, so callers are asked again or the call ends"


def test_a_step_whose_settings_do_not_fit_is_still_told():
    broken = Step(kind="say", settings={"text": 7})
    assert built_of(broken) is None
    assert folded_in_words(broken) == FOLDED


def test_a_label_begins_a_line_with_a_capital():
    assert [capital(label) for label in ("the line was busy", "")] == ["The line was busy", ""]
