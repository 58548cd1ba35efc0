"""How budgets stand: what counts for which, what runs, and when they are used up."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from flows.models import PhoneNumber
from streams.budgets.burn import burns
from streams.models import Budget, Charge, Rehearsal
from tests.streams.budgets.made import a_charge, a_version, costing
from tests.streams.made import a_call, log

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # a Wednesday
pytestmark = pytest.mark.django_db


def of(budget, now=NOW, **how):
    (burn,) = burns([budget], now, **how)
    return burn


def test_a_flow_a_number_and_the_site_count_what_is_theirs():
    main, other = a_version("Main line"), a_version("Sales line")
    number = PhoneNumber.objects.create(number="+14155550199")
    costing(2, NOW, version=main, called="+14155550199")
    costing(3, NOW, version=other, called="+14155550199")
    costing(5, NOW, version=main, called="+14155550111")
    costing(7, NOW - timedelta(days=1), version=main)  # yesterday
    costing(11, datetime(2026, 10, 31, 23, 59, tzinfo=UTC), version=main)  # last month
    made = {
        "flow, day": Budget(flow=main.flow, period="day", amount=Decimal(100)),
        "flow, month": Budget(flow=main.flow, period="month", amount=Decimal(100)),
        "number, day": Budget(number=number, period="day", amount=Decimal(100)),
        "site, month": Budget(period="month", amount=Decimal(100)),
    }
    found = {name: of(budget).spent.amount for name, budget in made.items()}
    assert found == {"flow, day": 7, "flow, month": 14, "number, day": 5, "site, month": 17}


def test_only_the_newest_word_on_a_charge_counts_and_no_test_call():
    call = costing(2, NOW)
    old = Charge.objects.get(call=call)
    a_charge(call, "1.5", supersedes=old, version=2)
    tester = User.objects.create_user("tester")
    costing(50, NOW, rehearsal=Rehearsal.objects.create(title="Draft", snapshot={}, digest="", by=tester))
    assert of(Budget(period="day", amount=Decimal(100))).spent.amount == Decimal("1.5")


def test_calls_under_way_count_by_todays_prices_until_their_charges_are_made():
    call = a_call(began_at=NOW - timedelta(seconds=90), answered_at=NOW - timedelta(seconds=90))
    log(call, (5.0, "used", "helper", {"engine": "openai", "model": "gpt-realtime-2.1", "unit": "none", "quantity": 9}))
    burn = of(Budget(period="day", amount=Decimal(1)))
    assert burn.spent.amount == burn.spent.running == Decimal("0.017")  # two minutes begun, of stream and call
    a_charge(call, "0.01")
    assert of(Budget(period="day", amount=Decimal(1))).spent.amount == Decimal("0.01")


@pytest.mark.parametrize(("dollars", "level"), [("4.99", 0), (5, 50), ("7.9999", 50), (8, 80), (10, 100), (99, 100)])
def test_the_level_is_the_highest_threshold_that_was_reached(dollars, level):
    costing(dollars, NOW)
    assert of(Budget(period="day", amount=Decimal(10))).level == level


def test_the_share_is_never_rounded_up_to_all_of_it():
    costing("9.999", NOW)
    assert "99 %" in of(Budget(period="day", amount=Decimal(10))).in_words()


def test_past_weeks_tell_when_it_is_used_up_and_the_words_say_so():
    for week in range(1, 5):
        for day in range(5):
            costing(8, datetime(2026, 11, 2, 10, 30, tzinfo=UTC) - timedelta(weeks=week) + timedelta(days=day))
    for day in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 16, 17, 18):
        costing(8, datetime(2026, 11, day, 10, 15, tzinfo=UTC))
    # 104 are spent by Wednesday the 18th, and each working day costs 8.
    burn = of(Budget(period="month", amount=Decimal(125)), forecast=True)
    assert burn.projection is not None
    assert burn.projection.by == "weeks"
    assert timezone.localtime(burn.projection.at).strftime("%d %H") == "23 10"
    assert "Used up around Mon 23 Nov, 10:" in burn.forecast()
    assert "each hour of the week" in burn.forecast()


def test_without_past_weeks_the_pace_so_far_goes_on():
    costing(6, NOW.replace(hour=3))
    burn = of(Budget(period="day", amount=Decimal(10)), forecast=True)
    assert burn.projection is not None
    assert burn.projection.at == datetime(2026, 11, 18, 20, 0, tzinfo=UTC)
    assert "no two weeks of calls" in burn.forecast()


@pytest.mark.parametrize(
    ("dollars", "says"),
    [(20, "It is used up."), ("0.1", "It will last: about 20.000 ¢ at the end"), (0, "It will last")],
)
def test_the_forecast_is_a_sentence(dollars, says):
    costing(dollars, NOW.replace(hour=3))
    assert of(Budget(period="day", amount=Decimal(10)), forecast=True).forecast().startswith(says)


def test_there_is_one_budget_of_a_kind():
    flow = a_version().flow
    for same in ({"flow": flow}, {}):
        Budget.objects.create(period="day", amount=Decimal(1), **same)
        with pytest.raises(IntegrityError), transaction.atomic():
            Budget.objects.create(period="day", amount=Decimal(2), **same)


@pytest.mark.parametrize("budgets", [1, 12])
def test_more_budgets_and_calls_need_no_more_queries(budgets, django_assert_max_num_queries):
    for n in range(budgets):
        Budget.objects.create(flow=a_version(f"Line {n}").flow, period="day", amount=Decimal(1))
        costing(1, NOW, version=a_version(f"Line {n}"))
        a_call(began_at=NOW, answered_at=NOW, version=a_version(f"Line {n}"))
    with django_assert_max_num_queries(7):
        assert len(burns(Budget.objects.select_related("flow", "number"), NOW)) == budgets
