"""The drawings of a report: what is more is drawn larger, and all of it stays within the drawing."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from streams.admin.report_charts import EDGE, HIGH, LARGEST, WIDE, by_day, heat_map, moods, waits
from streams.figures.asked import AnswerTimes, Asked, Tiles

DAY = Asked(date(2026, 11, 23), date(2026, 11, 23))
HOURS = st.dictionaries(st.tuples(st.integers(0, 6), st.integers(0, 23)), st.integers(1, 10**6), max_size=168)


@given(HOURS)
def test_the_busier_an_hour_the_larger_its_square_and_none_covers_another(calls):
    cells = [cell for _, row, _ in heat_map(DAY, calls)["days"] for cell in row]
    assert len(cells) == 168
    assert sum(cell["number"] for cell in cells) == sum(calls.values())
    assert all(0 < float(cell["side"]) <= LARGEST for cell in cells)
    sides = [float(cell["side"]) for cell in sorted(cells, key=lambda cell: cell["number"])]
    assert sides == sorted(sides)
    assert all(bool(cell["url"]) == bool(cell["number"]) for cell in cells)


def test_the_busiest_hour_is_told_in_words():
    assert heat_map(DAY, {(0, 9): 5, (1, 10): 7})["said"] == "Most calls come on Tuesdays between 10:00 and 11:00."
    assert heat_map(DAY, {})["said"] == ""


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=366), st.booleans())
def test_a_line_by_day_stays_within_its_drawing(counts, money):
    days = {DAY.first + timedelta(days=n): Tiles(offered=count, cost=Decimal(count)) for n, count in enumerate(counts)}
    drawn = by_day(DAY, days, (DAY.first, DAY.first), money=money)
    assert [line["name"] for line in drawn["lines"]] == (["calls", "cost"] if money else ["calls"])
    for line in drawn["lines"]:
        places = [tuple(float(part) for part in place.split(",")) for place in line["path"].split()]
        assert len(places) == len(counts)
        assert all(EDGE <= x <= WIDE - EDGE + 0.1 and EDGE <= y <= HIGH - EDGE for x, y in places)
    assert drawn["any"] == any(counts)


def test_chosen_days_are_marked_where_others_stand_beside_them():
    days = {DAY.first + timedelta(days=n): Tiles(offered=n) for n in range(3)}
    (line,) = by_day(DAY, days, (DAY.first, DAY.first), money=False)["lines"]
    assert [point["told"] for point in line["marked"]] == ["Mon 23 Nov: 0 calls"]
    assert line["said"] == "Highest on Wed 25 Nov: 2 calls."
    (line,) = by_day(DAY, days, (DAY.first, DAY.first + timedelta(days=2)), money=False)["lines"]
    assert line["marked"] == []


def test_moods_tell_how_many_fared_better_and_worse():
    found = {("negative", "positive"): 3, ("neutral", "neutral"): 2, ("positive", "neutral"): 1, ("", "neutral"): 9}
    drawn = moods(DAY, found)
    assert drawn["total"] == 6
    assert drawn["said"] == "3 of 6 calls ended in a better mood than they began, 1 in a worse one."
    looks = {cell["told"]: cell["look"] for _, _, row in drawn["rows"] for cell in row if cell["number"]}
    assert looks["negative at first, positive at the end: 3 calls"] == "better"
    assert looks["positive at first, neutral at the end: 1 call"] == "worse"


def test_waits_are_told_in_seconds_and_stand_in_their_order():
    drawn = waits(AnswerTimes(200, 640, 1200, 3100))
    assert [mark["shown"] for mark in drawn["marks"]] == ["0.6 s", "1.2 s", "3.1 s"]
    places = [float(mark["x"]) for mark in drawn["marks"]]
    assert places == sorted(places)
    assert places[1] < float(drawn["good_at"]) < places[2] <= 392
    assert drawn["said"].startswith("Of 200 answers half of them came within 0.6 s")
    assert waits(AnswerTimes())["marks"] == []
