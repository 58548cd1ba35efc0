"""An alert neither flaps nor repeats, whatever its figure does."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.alerts.stance import Limits, Stance, judged

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
LIMITS = Limits(opens_at=Decimal(20), clears_at=Decimal(10), calm=timedelta(minutes=5))
FIGURES = st.lists(st.decimals(0, 40, places=1), max_size=60)


def stances(figures, limits=LIMITS):
    """How it stood after each minute's figure, beginning with nothing wrong."""
    now = [Stance()]
    for minute, figure in enumerate(figures):
        now.append(judged(now[-1], Decimal(figure), NOON + timedelta(minutes=minute), limits))
    return now[1:]


def changes(found):
    return sum(one.is_open != other.is_open for one, other in zip([Stance(), *found], found, strict=False))


@given(st.lists(st.decimals("10", "19.9", places=1), max_size=60), st.booleans())
def test_between_the_limits_nothing_changes(figures, begins_high):
    found = stances([*([25] if begins_high else []), *figures])
    assert changes(found) == int(begins_high)


@given(FIGURES)
def test_it_ends_only_after_a_whole_pause_below_the_lower_limit(figures):
    found = stances(figures)
    for minute, (before, after) in enumerate(zip(found, found[1:], strict=False), start=1):
        if before.is_open and not after.is_open:
            assert minute >= 5
            assert all(figure < 10 for figure in figures[minute - 5 : minute + 1])


@given(FIGURES)
def test_it_cannot_open_twice_within_the_pause(figures):
    opened = [minute for minute, one in enumerate(stances(figures)) if one.is_open]
    begins = [minute for minute in opened if minute - 1 not in opened]
    assert all(later - earlier > 5 for earlier, later in zip(begins, begins[1:], strict=False))


@given(FIGURES)
def test_a_high_figure_is_always_an_alert_and_a_quiet_quarter_of_an_hour_never(figures):
    found = stances([*figures, 25, *[0] * 15])
    assert found[len(figures)].is_open
    assert not found[-1].is_open


@pytest.mark.parametrize(("figures", "open_at_the_end"), [([1, 0], False), ([1, 1], True), ([0], False)])
def test_what_is_there_or_not_needs_no_lower_limit(figures, open_at_the_end):
    limits = Limits(opens_at=Decimal(1), clears_at=Decimal(0), calm=timedelta(0))
    assert stances(figures, limits)[-1].is_open is open_at_the_end
