from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.spoken_dates import Calendar, date_in, date_of_keys, day_first, in_words

WEDNESDAY = date(2026, 11, 25)
US = Calendar(today=WEDNESDAY)
GB = Calendar(today=WEDNESDAY, day_first=True)
PAST = Calendar(today=WEDNESDAY, past=True)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("the third of May", "2027-05-03"),
        ("May 3rd 2027", "2027-05-03"),
        ("May third", "2027-05-03"),
        ("It's on May the 3rd, please.", "2027-05-03"),
        ("3 May", "2027-05-03"),
        ("December 24", "2026-12-24"),
        ("Monday the third of May", "2027-05-03"),
        ("the twenty-first of June twenty twenty seven", "2027-06-21"),
        ("May twenty first nineteen eighty four", "1984-05-21"),
        ("the first of May two thousand and five", "2005-05-01"),
        ("February 29th", "2028-02-29"),
        ("the third", "2026-12-03"),
        ("on the 31st", "2026-12-31"),
        ("today", "2026-11-25"),
        ("Tomorrow, please", "2026-11-26"),
        ("the day after tomorrow", "2026-11-27"),
        ("yesterday", "2026-11-24"),
        ("Tuesday", "2026-12-01"),
        ("this Friday", "2026-11-27"),
        ("next Friday", "2026-12-04"),
        ("next Tuesday", "2026-12-01"),
        ("Wednesday", "2026-12-02"),
        ("last Monday", "2026-11-23"),
        ("in two weeks", "2026-12-09"),
        ("in a month", "2026-12-25"),
        ("three days from now", "2026-11-28"),
        ("three days ago", "2026-11-22"),
        ("2026-12-24", "2026-12-24"),
        ("24/12", "2026-12-24"),
        ("12/24/2027", "2027-12-24"),
        ("24.12.", "2026-12-24"),
    ],
)
def test_a_day_is_understood(said, day):
    assert date_in(said, US) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "said",
    [
        "Tuesday the third of May",  # which is a Monday
        "February 30th",
        "thirty first of April",
        "next week",
        "May",
        "May 2027",
        "may I speak with somebody",
        "the third or the fourth of May",
        "not tomorrow",
        "Christmas",
        "in a moment",
        "in 9999 weeks",
        "0/0",
        "13/13",
        "0000-00-00",
        "my cat",
        "",
    ],
)
def test_what_names_no_single_day_is_none(said):
    assert date_in(said, US) is None


def test_figures_stand_in_the_order_of_the_language():
    assert date_in("3/5", US) == date(2027, 3, 5)
    assert date_in("3/5", GB) == date(2027, 5, 3)
    assert [day_first(language) for language in ("en-US", "en", "en-GB", "de", "")] == [False, False, True, True, False]


def test_a_day_without_a_year_may_be_past():
    assert date_in("the third of May", PAST) == date(2026, 5, 3)
    assert date_in("Tuesday", PAST) == date(2026, 11, 24)
    assert date_in("the 31st", PAST) == date(2026, 10, 31)
    assert date_in("1/2/84", PAST) == date(1984, 1, 2)


@pytest.mark.parametrize(
    ("keys", "us", "gb"),
    [
        ("0305", "2027-03-05", "2027-05-03"),
        ("030528", "2028-03-05", "2028-05-03"),
        ("03052027", "2027-03-05", "2027-05-03"),
        ("2412", None, "2026-12-24"),
        ("12", None, None),
        ("99999999", None, None),
        ("24#2", None, None),
    ],
)
def test_a_date_is_typed_as_day_and_month_with_or_without_the_year(keys, us, gb):
    assert date_of_keys(keys, US) == (us and date.fromisoformat(us))
    assert date_of_keys(keys, GB) == (gb and date.fromisoformat(gb))


DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@given(DAYS, st.sampled_from(["en-US", "en-GB", "de"]))
def test_a_day_that_is_read_back_is_understood_as_itself(day, language):
    calendar = Calendar(today=WEDNESDAY, day_first=day_first(language))
    assert date_in(in_words(day, language), calendar) == day


WORDS = st.sampled_from(["in", "1", "9999", "may", "third", "next", "friday", "ago", "years"])


@given(st.sampled_from([date.min, WEDNESDAY, date.max]), st.text(max_size=30) | st.lists(WORDS).map(" ".join))
def test_no_text_raises(today, text):
    for past in (False, True):
        date_in(text, Calendar(today=today, past=past))
        date_of_keys(text, Calendar(today=today, past=past))
