"""Comparing answers by their type. Whatever stands there, it never raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.comparing import COMPARISONS, FITTING, amount, holds, what_is_wrong

TODAY = "2026-12-24"


@pytest.mark.parametrize(
    ("of_type", "here", "comparison", "wanted", "expected"),
    [
        ("text", "  Ann  Bell", "is", "ann bell", True),
        ("text", "Café", "is", "cafe", True),
        ("text", "Ann", "is-not", "Bob", True),
        ("text", "", "is-not", "Bob", True),
        ("text", "Bob", "one-of", "Ann, bob", True),
        ("text", "Bobby", "one-of", "Ann, bob", False),
        ("text", "returns please", "begins", "Returns", True),
        ("text", " ", "filled", "", False),
        ("text", "", "empty", "whatever", True),
        ("digits", "0912", "begins", "09", True),
        ("digits", "912", "is", "0912", False),
        ("digits", "4711", "is", "47-11", True),
        ("phone", "+14155550123", "begins", "+1 (415)", True),
        ("phone", "anonymous", "begins", "+1", False),
        ("phone", "anonymous", "is-not", "+14155550123", True),
        ("number", "12", "more", "3.5", True),
        ("number", "9", "more", "12", False),
        ("number", "-1", "less", "0", True),
        ("number", "5.0", "is", "5", True),
        ("number", "5", "between", "5 to 9", True),
        ("number", "10", "between", "5 to 9", False),
        ("number", "many", "more", "1", False),
        ("number", "nan", "is-not", "1", True),
        ("date", "2026-12-24", "is", "today", True),
        ("date", "2026-12-25", "after", "today", True),
        ("date", "2026-12-25", "after", "tomorrow", False),
        ("date", "2026-12-23", "before", "2026-12-24", True),
        ("date", "2026-12-31", "between", "2026-12-24 to 2027-01-02", True),
        ("date", "soon", "after", "today", False),
        ("yes-no", "yes", "is", "Yes", True),
        ("yes-no", "no", "is-not", "yes", True),
        ("time", "09:00", "between", "9:00 to 17:00", True),
        ("time", "17:00", "between", "9:00 to 17:00", False),
        ("time", "23:30", "between", "10 pm to 6 am", True),
        ("time", "05:59", "between", "22:00 to 6:00", True),
        ("time", "06:00", "between", "22:00 to 6:00", False),
        ("time", "12:00", "after", "11:59", True),
        ("weekday", "Saturday", "is", "weekend", True),
        ("weekday", "Friday", "one-of", "Mon, Fri", True),
        ("weekday", "Friday", "one-of", "weekdays", True),
        ("weekday", "Sunday", "between", "Friday to Monday", True),
        ("weekday", "Friday", "between", "Monday to Friday", True),
        ("weekday", "Saturday", "between", "Monday to Friday", False),
        ("weekday", "Saturday", "is-not", "weekend", False),
    ],
)
def test_it_compares_by_type(of_type, here, comparison, wanted, expected):
    assert comparison in FITTING[of_type]
    assert holds(comparison, of_type, here, wanted, TODAY) is expected
    assert what_is_wrong(comparison, of_type, wanted) == ""


@pytest.mark.parametrize(
    ("of_type", "comparison", "wanted", "said"),
    [
        ("number", "more", "a lot", "in figures"),
        ("number", "begins", "1", "choose “is”"),
        ("number", "between", "5", "5 to 9"),
        ("date", "is", "24 December", "2027-05-03"),
        ("date", "is", "2026-02-30", "2027-05-03"),
        ("time", "between", "morning to evening", "9:00 to 17:00"),
        ("time", "after", "25:00", "9:30"),
        ("time", "after", "13 pm", "9:30"),
        ("weekday", "is", "Funday", "Monday"),
        ("yes-no", "is", "maybe", "yes or no"),
        ("digits", "begins", "x", "digits only"),
        ("phone", "begins", "+", "with the country"),
        ("text", "is", "  ", "words"),
        ("text", "one-of", ", ,", "words"),
    ],
)
def test_what_cannot_be_compared_is_told_with_what_to_write(of_type, comparison, wanted, said):
    assert said in what_is_wrong(comparison, of_type, wanted)
    assert holds(comparison, of_type, "1", wanted, TODAY) is False


def test_an_amount_is_written_in_figures():
    assert amount(" 1200.50 ") == 1200.5
    assert [amount(text) for text in ("", "1,200", "1e9", "nan", "٣", "9" * 16)] == [None] * 6


ANYTHING = st.text(max_size=30) | st.sampled_from(["2026-12-24", "9999-12-31", "9:00 to", "24:00", "1 to 2 to 3", "²"])


@given(
    st.sampled_from([name for name, _ in COMPARISONS] + ["made-up"]),
    st.sampled_from([*FITTING, "made-up"]),
    ANYTHING,
    ANYTHING,
    ANYTHING | st.sampled_from(["9999-12-31", "0001-01-01"]),
)
def test_nothing_ever_raises(comparison, of_type, here, wanted, today):
    assert holds(comparison, of_type, here, wanted, today) in (True, False)
    assert isinstance(what_is_wrong(comparison, of_type, wanted), str)
