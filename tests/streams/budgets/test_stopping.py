"""A flow whose budget is used up goes on without its AI steps, where its budget says so."""

from datetime import UTC, datetime, timedelta

import pytest

from streams.budgets import stopping
from streams.desk import switching
from streams.models import Budget, FlowSwitch
from streams.sweeper import PARTS
from tests.streams.budgets.made import a_version, costing

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def flow(settings):
    settings.TIME_ZONE = "UTC"
    return a_version().flow


def a_budget(**fields):
    return Budget.objects.create(**{"flow": a_version().flow, "period": "day", "amount": 10, "stops_ai": True} | fields)


def test_it_is_switched_off_when_the_amount_is_used_up_until_the_period_ends(flow):
    a_budget()
    costing("9.99", NOON, version=a_version())
    assert stopping.stop_ai(NOON) == 0
    costing("0.01", NOON, version=a_version())
    assert PARTS["stop the AI steps of used-up budgets"](NOON) == 1
    switch = FlowSwitch.objects.get()
    assert (switch.flow, switch.by, switch.until) == (flow, None, MIDNIGHT)
    assert switch.done_by == "Budget of Main line"
    assert switch.reason == "Used up: $10.000 of $10.00 for today, 100 %."
    assert not FlowSwitch.objects.active(MIDNIGHT + timedelta(seconds=1)).exists()


@pytest.mark.parametrize("fields", [{"stops_ai": False}, {"active": False}])
def test_a_budget_that_does_not_say_so_or_is_not_watched_switches_nothing_off(fields):
    a_budget(**fields)
    costing(11, NOON, version=a_version())
    assert stopping.stop_ai(NOON) == 0


def test_whoever_switches_them_on_again_has_the_last_word_until_the_next_period(flow, admin_user):
    a_budget()
    costing(11, NOON, version=a_version())
    stopping.stop_ai(NOON)
    switching.switch_on(flow, by=admin_user)
    assert stopping.stop_ai(NOON + timedelta(minutes=1)) == 0
    costing(11, NOON + timedelta(days=1), version=a_version())
    assert stopping.stop_ai(NOON + timedelta(days=1)) == 1


@pytest.mark.parametrize(("minutes", "until"), [(None, None), (24 * 60, NOON + timedelta(days=1)), (30, MIDNIGHT)])
def test_a_switch_of_somebodys_own_that_lasts_longer_stays_as_it_is(flow, admin_user, minutes, until):
    a_budget()
    costing(11, NOON, version=a_version())
    ends = NOON + timedelta(minutes=minutes) if minutes else None
    FlowSwitch.objects.create(flow=flow, by=admin_user, done_by="Sue", off_since=NOON, until=ends)
    stopping.stop_ai(NOON)
    assert FlowSwitch.objects.active(NOON).get().until == until
