from dataclasses import replace

import pytest

from flows.engine.asking_elsewhere import Kept, Sent, answer_name, kept, sent
from flows.engine.step import State
from tests.builders import ORDERS

KNOWN = State(step="look", caller="+14155550123", answers={"order": "4711", "my_number": "12"})


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Order number", "order_number"),
        ("orderNumber", "ordernumber"),
        ("E-Mail ", "e_mail"),
        ("…", ""),
        ("a" * 60, "a" * 40),
    ],
)
def test_names_that_people_write_become_names_of_answers(written, name):
    assert answer_name(written) == name


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        ([], {"order": "4711"}),
        ([Sent(slot="ORDER", answer="my_number")], {"order": "12"}),
        ([Sent(slot="order", value=" 99 ")], {"order": "99"}),
        ([Sent(slot="order", answer="gone")], None),
        ([Sent(slot="order", answer="callers_number")], None),  # the plus does not fit
    ],
)
def test_each_field_is_an_answer_or_fixed_words_in_the_form_that_is_wanted(rows, values):
    assert sent(ORDERS, rows, KNOWN) == values


def test_a_lookup_that_goes_by_the_callers_number_alone_needs_nothing():
    assert sent(replace(ORDERS, slots=()), [], State()) == {}


def test_empty_texts_are_nothing_and_names_are_compared_as_people_write_them():
    found = {"First item": "Saw", "day": ""}
    assert kept(found, []) == {"first_item": "Saw"}
    assert kept(found, [Kept(found="first item", answer="goods"), Kept(found="day", answer="day")]) == {"goods": "Saw"}
