"""A price that comes late: what it touches is charged anew, and nothing else."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from streams import sweeper, tasks
from streams.billing.charges import charge_call
from streams.billing.repricing import calls_of, reprice
from streams.models import Charge, Rate
from tests.streams.billing.oracle import books_faults
from tests.streams.made import NOON, a_call, a_stream, at, log

pytestmark = pytest.mark.django_db


def charged(began=0, seconds=30):
    call = a_call(ended=began + seconds, began_at=at(began))
    a_stream(call, began=began, ended=began + seconds)
    charge_call(call.pk)
    return call


def amounts(call):
    return [str(charge.amount) for charge in call.charges.current()]


def test_a_backdated_price_is_applied_to_what_began_since_then():
    before, after = charged(), charged(began=3600)
    rate = Rate.objects.create(kind="stream", price=Decimal("0.004"), valid_from=NOON + timedelta(minutes=30))
    tasks.apply_price(rate.pk)
    assert (amounts(before), amounts(after)) == (["0.003000"], ["0.004000"])
    assert after.charges.current().get().reason == "price changed"
    rate.refresh_from_db()
    assert rate.applied_at is not None
    assert books_faults() == []


def test_a_price_with_a_later_one_after_it_holds_only_until_then():
    call = charged(began=86_400 * 5)
    Rate.objects.create(kind="stream", price=Decimal("0.005"), valid_from=NOON + timedelta(days=4))
    rate = Rate.objects.create(kind="stream", price=Decimal("0.004"), valid_from=NOON)
    for each in Rate.objects.filter(applied_at=None, kind="stream").order_by("pk"):
        reprice(each, timezone.now())
    assert amounts(call) == ["0.005000"]
    assert call.pk not in list(calls_of(rate)) or amounts(call) == ["0.005000"]


def test_usage_without_a_price_gets_its_price_when_there_is_one():
    call = a_call(ended=60)
    log(call, (1.0, "used", "helper", {"engine": "fake", "model": "gpt-y", "unit": "text_in", "quantity": 1000}))
    charge_call(call.pk)
    assert amounts(call) == ["0.000000"]
    Rate.objects.create(kind="ai:gpt-y:text_in", unit="text_in", price=2, per=1_000_000, valid_from=NOON)
    sweeper.sweep(timezone.now())
    assert amounts(call) == ["0.002000"]


def test_applying_again_changes_nothing():
    charged()
    rate = Rate.objects.create(kind="stream", price=Decimal("0.004"), valid_from=NOON)
    reprice(rate, timezone.now())
    before = Charge.objects.count()
    reprice(rate, timezone.now())
    assert (Charge.objects.count(), list(calls_of(rate))) == (before, [])


def test_a_price_that_touches_many_calls_is_applied_in_stretches_each_from_where_the_last_one_stopped():
    calls = [charged(began=n) for n in range(3)]
    rate = Rate.objects.create(kind="stream", price=Decimal("0.004"), valid_from=NOON)
    done = []
    while rate.applied_at is None:
        done.append(reprice(rate, timezone.now(), seconds=0))
        rate.refresh_from_db()
    assert done == [1, 1, 1, 0]
    assert [amounts(call) for call in calls] == [["0.004000"]] * 3


def test_calls_that_a_price_does_not_change_do_not_hold_up_those_behind_them():
    other, touched = charged(), charged(began=3600)
    rate = Rate.objects.create(kind="stream", price=Decimal("0.004"), valid_from=NOON + timedelta(minutes=30))
    reprice(rate, timezone.now(), seconds=0)  # looks at the first, which began before it
    rate.refresh_from_db()
    assert rate.applied_to == other.pk
    reprice(rate, timezone.now(), seconds=0)
    assert (amounts(other), amounts(touched)) == (["0.003000"], ["0.004000"])
