"""What a report asks of reconciliation: how much stands open, and where it is looked at."""

from datetime import timedelta
from decimal import Decimal

import pytest

from streams.admin.report_unreconciled import unreconciled
from tests.streams.reconciling.sides import DAY, billed, heard

pytestmark = pytest.mark.django_db


def test_what_is_open_is_told_with_the_page_of_the_day():
    call, key = heard()
    billed(call, key, amount="0.05")
    found = unreconciled(DAY, DAY)
    assert (found.amount, found.things) == (Decimal("0.044"), 1)
    assert found.url.endswith(f"/reconciliation/{DAY}/")


def test_several_days_lead_to_the_page_of_all():
    found = unreconciled(DAY - timedelta(days=1), DAY)
    assert (found.amount, found.things) == (0, 0)
    assert found.url.endswith("/reconciliation/")
