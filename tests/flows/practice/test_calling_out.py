"""Rules about calls that the line makes."""

import pytest

from tests.builders import flow_of
from tests.flows.practice.saying import said_by

BYE = ("hang_up", "Goodbye.")


def calling(**steps):
    first = next(iter(steps))
    return flow_of(start=("call_out", {}, {"next": first, "machine": "bye"}), **steps, bye=BYE)


def menu(key):
    return ("menu", f"To confirm, press {key}.", {key: "bye", ...: "bye"})


def test_nine_is_left_to_who_wants_no_more_calls():
    assert said_by("L03", calling(menu=menu("9"))) == [("menu", "options", "warning")]
    assert said_by("L03", calling(hours=("opening_hours", {"hours": "office"}, "menu"), menu=menu("9"))) == []
    assert said_by("L03", calling(menu=menu("1"))) == []


def test_after_other_words_nine_is_free_again():
    assert said_by("L03", calling(hello=("say", "Hello.", "menu"), menu=menu("9"))) == []
    assert said_by("L03", flow_of(menu=menu("9"), bye=BYE)) == []  # callers who call in hear no such words


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (("look_up", {"lookup": "orders"}, "bye"), "lookup"),
        (("transfer", {"destination": "desk"}, "bye"), "destination"),
    ],
)
def test_nobody_waits_before_they_have_heard_a_word(step, field):
    assert said_by("L04", calling(slow=step)) == [("slow", field, "warning")]
    assert said_by("L04", calling(hello=("say", "Hello.", "slow"), slow=step)) == []
