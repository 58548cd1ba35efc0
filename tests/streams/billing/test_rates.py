"""What a stretch of time costs, as arithmetic."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.billing.rates import (
    amount_for_quantity,
    amount_for_seconds,
    billed_seconds,
    rate_at,
    rate_stream,
)

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Fact:
    source: str
    kind: str
    occurred_at: datetime


@dataclass(frozen=True)
class Price:
    price: Decimal = Decimal("0.003")
    per: int = 1
    increment_seconds: int = 60
    minimum_seconds: int = 60
    valid_from: datetime = datetime(2020, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def start(seconds: float, source: str = "socket") -> Fact:
    return Fact(source, "start", at(seconds))


def stop(seconds: float, source: str = "socket") -> Fact:
    return Fact(source, "stop", at(seconds))


@pytest.mark.parametrize(
    ("seconds", "billed", "amount"),
    [(0, 60, "0.003"), (1, 60, "0.003"), (60, 60, "0.003"), (61, 120, "0.006"), (3600, 3600, "0.18")],
)
def test_a_begun_minute_costs_a_whole_one(seconds, billed, amount):
    assert billed_seconds(seconds, Price()) == billed
    assert amount_for_seconds(billed, Price()) == Decimal(amount)


def test_increment_and_minimum_are_the_rates_own():
    price = Price(increment_seconds=6, minimum_seconds=30)
    assert [billed_seconds(s, price) for s in (0, 29, 31, 36, 37)] == [30, 30, 36, 36, 42]


def test_tokens_are_priced_by_the_million():
    price = Price(price=Decimal("0.60"), per=1_000_000)
    assert amount_for_quantity(Decimal(1130), price) == Decimal("0.000678")


def test_the_rate_is_the_one_valid_at_the_start_to_the_second():
    old, new = Price(), Price(price=Decimal("0.004"), valid_from=NOON)
    assert rate_at([new, old], at(-1)) is old
    assert rate_at([new, old], at(0)) is new
    assert rate_at([new], at(-1)) is None


def test_a_stream_nobody_saw_end_has_no_length_yet():
    assert rate_stream([]) is None
    assert rate_stream([start(0)]) is None


def test_the_sweepers_guess_yields_to_any_witness():
    guess, close = stop(90, "sweep"), stop(125.2)
    assert rate_stream([start(0), guess]).basis == "sweep"
    assert rate_stream([start(0), guess, stop(80, "hangup")]).seconds == 80
    span = rate_stream([start(0), guess, stop(80, "hangup"), close])
    assert (span.seconds, span.basis) == (126, "socket")


def test_of_equally_good_witnesses_the_earliest_counts():
    span = rate_stream([start(1), start(0, "webhook"), stop(31), stop(30, "webhook")])
    assert (span.seconds, span.basis) == (30, "stop")


def test_a_clock_that_was_set_back_makes_nothing_negative():
    assert rate_stream([start(0), stop(-40)]).seconds == 0
    assert rate_stream([start(0), stop(-40, "webhook"), stop(31)]).seconds == 31


def test_an_end_without_a_start_lasted_no_time():
    assert rate_stream([stop(10)]).seconds == 0


def test_clock_noise_does_not_begin_another_second():
    assert rate_stream([start(0), stop(60.0004)]).seconds == 60


def test_words_from_unknown_sources_are_not_believed():
    assert rate_stream([start(0), Fact("rumour", "stop", at(5))]) is None


facts = st.builds(
    Fact,
    source=st.sampled_from(["socket", "webhook", "hangup", "sweep"]),
    kind=st.sampled_from(["start", "stop"]),
    occurred_at=st.integers(-300, 9000).map(at),
)


@given(st.lists(facts), st.randoms())
def test_order_and_repetition_make_no_difference(known, random):
    again = known + random.sample(known, k=len(known) // 2)
    random.shuffle(again)
    assert rate_stream(again) == rate_stream(known)


@given(st.lists(facts))
def test_seconds_are_never_negative_and_billing_never_less(known):
    span = rate_stream(known)
    assert span is None or 0 <= span.seconds <= billed_seconds(span.seconds, Price())
