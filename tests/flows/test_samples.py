"""An answer as a list to pick from."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import samples
from flows.models.lookups import PATH
from tests.properties import examples

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
    max_leaves=30,
)


def test_each_thing_stands_where_it_is_found():
    answer = {
        "order": {"status": "on  its way", "days": 2, "late": False, "note": None},
        "items": [{"n": 1}] * 9,
        "odd name": 1,
    }
    assert samples.leaves(answer) == [
        ("order.status", "on its way"),
        ("order.days", "2"),
        ("order.late", "no"),
        *((f"items.{place}.n", "1") for place in range(samples.EACH_LIST)),
    ]


@pytest.mark.parametrize(("path", "name"), [("a.order_status", "order status"), ("items.0", "items"), ("0", "answer")])
def test_a_name_is_suggested(path, name):
    assert samples.suggested(path) == name


def test_things_that_would_be_called_alike_are_told_apart_by_what_they_belong_to():
    answer = {"order": {"name": "Drill", "day": "Monday"}, "carrier": {"name": "Post"}}
    assert samples.names_for(samples.leaves(answer)) == {
        "order.name": "order name",
        "order.day": "day",
        "carrier.name": "carrier name",
    }


@examples(30)
@given(JSON)
def test_whatever_is_answered_every_path_can_be_read_and_there_are_not_too_many(answer):
    found = samples.leaves(answer)
    assert len(found) <= samples.MOST
    assert all(PATH.fullmatch(path) and len(says) <= 120 for path, says in found)


@pytest.mark.parametrize("text", ["[" * 5000, '{"a": ' * 3000, "x" * (samples.LONGEST_ANSWER + 1), json.dumps("a")])
def test_what_is_no_answer_is_refused(text):
    with pytest.raises(samples.NotAnAnswer):
        samples.pasted(text)
