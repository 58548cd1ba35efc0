"""A month's statement says what the books say, to the last place."""
# ruff: noqa: F811  (fixtures of the pages' tests)

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db.models import Sum

from flows.models import Flow, FlowVersion
from streams.billing import charges
from streams.models import Charge, LedgerEntry, Period
from streams.statements.adding import Payer, payers, statement
from tests.streams.admin.conftest import finished, version  # noqa: F401
from tests.streams.made import SNAPSHOT, a_call

pytestmark = pytest.mark.django_db
NOVEMBER = date(2090, 11, 1)


def owed(**which):
    return Charge.objects.current().filter(**which).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


@pytest.fixture
def other_line(db):
    flow = Flow.objects.create(name="Sales", slug="sales", cost_centre="4711")
    return FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=SNAPSHOT)


def test_the_total_is_the_sum_of_charges_and_lines_add_up_to_it(finished):
    for _ in range(3):
        finished()
    found = statement(Payer(), NOVEMBER)
    assert found.total == owed() > 0
    assert sum(line.amount for line in found.lines) == found.total
    assert found.calls == 3
    assert found.adjustments == []


def test_each_payer_pays_its_own_and_together_they_pay_all(finished, version, other_line):
    finished()
    call = finished()
    type(call).objects.filter(pk=call.pk).update(version=other_line)
    mine, centre = Payer(flow=version.flow), Payer(cost_centre="4711")
    assert statement(mine, NOVEMBER).total == owed(call__version=version)
    assert statement(centre, NOVEMBER).total == owed(call__version=other_line)
    assert statement(mine, NOVEMBER).total + statement(centre, NOVEMBER).total == statement(Payer(), NOVEMBER).total
    assert [(name, calls) for name, calls, _ in statement(Payer(), NOVEMBER).flows] == [("Main line", 1), ("Sales", 1)]
    assert (centre.name, payers()[1]) == ("Cost centre 4711", ["4711"])


def test_minutes_are_the_billed_ones(finished):
    finished()
    finished()
    (streams,) = (line for line in statement(Payer(), NOVEMBER).lines if line.title == "Audio streams")
    assert (streams.quantity, streams.unit) == (4, "min")


def test_a_month_that_is_closed_keeps_its_total_and_the_change_is_an_adjustment_of_the_next(finished, admin_user):
    call = finished()
    before = statement(Payer(), NOVEMBER).total
    Period.objects.filter(month=NOVEMBER).update(closed_at=datetime(2090, 12, 2, tzinfo=UTC), closed_by=admin_user)
    rate = Charge.objects.get(call=call, kind="stream").rate
    type(rate).objects.filter(pk=rate.pk).update(price=Decimal("0.004"))
    charges.charge_call(call.pk)
    november, december = statement(Payer(), NOVEMBER), statement(Payer(), date(2090, 12, 1))
    change = owed() - before
    assert change == Decimal("0.002")
    assert (november.total, november.closed, november.later) == (before, True, change)
    assert (december.total, december.spent, december.adjustments) == (change, 0, [(NOVEMBER, change)])
    assert november.total + december.total == owed()


def test_a_call_that_cost_nothing_is_counted_and_a_test_call_is_not(version, admin_user):
    from streams.models import Rehearsal

    a_call(version=version)
    a_call(rehearsal=Rehearsal.objects.create(flow=version.flow, snapshot={}, by=admin_user))
    assert statement(Payer(flow=version.flow), NOVEMBER).calls == statement(Payer(), NOVEMBER).calls == 1


def test_other_months_are_other_statements(finished):
    finished()
    assert statement(Payer(), date(2090, 10, 1)).total == 0
    assert statement(Payer(), NOVEMBER, "EUR").total == 0
    assert LedgerEntry.objects.exists()
