import pytest

from flows.engine.answers import DATE, OF_EVERY_CALL, Answer
from flows.engine.inserting import inserted, why_not_inserted
from flows.engine.step import State

KNOWN = {
    "order_number": Answer(name="order_number"),
    "day": Answer(name="day", type=DATE),
    "pin": Answer(name="pin", secret=True),
    **OF_EVERY_CALL,
}
STATE = State(step="text", caller="+14155550123", answers={"order_number": "4711", "day": "2026-12-24", "pin": "1"})


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Order [order number] comes on [Day].", "Order 4711 comes on 24 December 2026."),
        ("From [caller's number] [callers number].", "From [caller's number] +14155550123."),
        ("The [pin] and [parcel] stay.", "The [pin] and [parcel] stay."),
        ("First.\nSecond  [order number].", "First.\nSecond 4711."),
        ("Nothing to insert", "Nothing to insert"),
    ],
)
def test_answers_stand_where_their_names_stood(text, written):
    assert inserted(text, KNOWN, STATE) == written


def test_what_is_not_known_leaves_nothing_behind():
    assert inserted("Order [order number] on [day] is ready.", KNOWN, State()) == "Order on is ready."
    assert inserted("On [day].", KNOWN, State(answers={"day": "soon"})) == "On soon."


def test_a_marker_that_cannot_be_filled_is_told_once():
    assert len(list(why_not_inserted("[pin] [pin] [parcel] [day]", KNOWN))) == 2
    assert list(why_not_inserted("[parcel]", {})) == []
