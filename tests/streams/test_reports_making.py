"""What making prompts cost each day, by the prices of the day they were made."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from flows.models import PromptAudio
from streams.models import Rate
from streams.reports import daily
from streams.reports.making import making

DAY = datetime(2090, 3, 4, tzinfo=UTC)
NEXT = DAY + timedelta(days=1)
LETTERS = {"engine": "elevenlabs", "model": "reader-1", "unit": "characters", "quantity": 2000}

pytestmark = pytest.mark.django_db


@pytest.fixture
def price():
    given = {"kind": "ai:reader-1:characters", "unit": "characters", "per": 1000}
    Rate.objects.create(price=Decimal("0.05"), valid_from=DAY - timedelta(days=90), **given)
    Rate.objects.create(price=Decimal("0.10"), valid_from=NEXT, **given)


def a_prompt(digest, at, *used):
    PromptAudio.objects.create(digest=digest, engine="x", language="en-US", text=digest, audio=b"", used=list(used))
    PromptAudio.objects.filter(digest=digest).update(rendered_at=at)


def test_each_day_costs_what_its_prompts_used_at_the_price_of_that_day(price):
    a_prompt("a", DAY, LETTERS)
    a_prompt("b", NEXT - timedelta(seconds=1), LETTERS, LETTERS)
    a_prompt("c", NEXT, LETTERS)
    a_prompt("d", NEXT + timedelta(days=1), LETTERS)
    found = making(DAY, NEXT + timedelta(days=1))
    assert {day.day: made.cost for day, made in found.items()} == {4: Decimal("0.3"), 5: Decimal("0.2")}


def test_our_own_engines_are_free_and_what_has_no_price_is_named(price):
    a_prompt("a", DAY, {**LETTERS, "engine": "local"})
    a_prompt("b", DAY, {**LETTERS, "model": "reader-2"})
    (made,) = making(DAY, NEXT).values()
    assert (made.cost, made.unpriced) == (Decimal(0), {"reader-2"})


def test_the_days_costs_are_those_of_calls_and_of_prompts(price):
    a_prompt("a", DAY, LETTERS)
    (day,) = daily.days(DAY.date(), DAY.date())
    assert (day.cost, day.prompts, day.spent) == (Decimal(0), Decimal("0.1"), Decimal("0.1"))


def test_more_prompts_need_no_more_queries(price, django_assert_num_queries):
    for n in range(20):
        a_prompt(f"p{n}", DAY, LETTERS)
    with django_assert_num_queries(2):
        making(DAY, NEXT)
