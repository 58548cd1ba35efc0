"""Budgets on their pages: how they stand, and setting one."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from flows.models import PhoneNumber
from streams.budgets import stopping
from streams.models import Budget
from tests.flows.pages import fill_in, text_of
from tests.flows.test_help import without_help
from tests.streams.admin.test_alert import in_role
from tests.streams.budgets.made import a_version, costing
from tests.streams.made import a_call

LIST, ADD = reverse("admin:streams_budget_changelist"), reverse("admin:streams_budget_add")
pytestmark = pytest.mark.django_db


def test_a_budget_shows_what_is_spent_which_share_and_the_forecast():
    now = timezone.now()
    Budget.objects.create(flow=a_version().flow, period="month", amount=Decimal(20))
    costing("12.5", now, version=a_version())
    a_call(began_at=now - timedelta(seconds=30), answered_at=now - timedelta(seconds=30), version=a_version())
    page = in_role("operations viewer").get(LIST)
    shown = text_of(page)
    assert "Main line , each month" in shown
    assert "$12.508 of $20.00 62 %" in shown
    assert "0.850 ¢ of it for calls that are still running or not charged yet" in shown
    assert "50 % passed" in shown
    assert f"version__flow__id__exact={a_version().flow_id}" in page.content.decode()


def test_a_number_is_named_by_its_label_or_masked():
    for number, label in (("+14155550199", "Hart Tools"), ("+14155550188", "")):
        Budget.objects.create(number=PhoneNumber.objects.create(number=number, label=label), amount=1)
    shown = text_of(in_role("operations viewer").get(LIST))
    assert "Hart Tools" in shown
    assert "+14155550199" not in shown
    assert "+14155550188" not in shown


def test_an_empty_page_says_what_will_appear_and_who_can_begin():
    assert "Set the first budget" in text_of(in_role("billing").get(LIST))
    shown = text_of(in_role("operations viewer").get(LIST))
    assert "Somebody with the role “billing” can set one." in shown
    assert "Set the first budget" not in shown


def test_a_budget_is_set_and_changed_on_its_page():
    client, flow = in_role("billing"), a_version().flow
    fill_in(client, ADD, "own-form", flow=str(flow.pk), amount="25.50", period="day", shares="100, 50 %,75")
    budget = Budget.objects.get()
    assert (budget.flow, budget.number, budget.amount, budget.thresholds) == (
        flow,
        None,
        Decimal("25.5"),
        [50, 75, 100],
    )
    fill_in(client, budget.get_absolute_url(), "own-form", amount="30")
    budget.refresh_from_db()
    assert (budget.amount, budget.thresholds, budget.period) == (30, [50, 75, 100], "day")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"amount": "0"}, "greater than or equal to 0.01"),
        ({"amount": "-5"}, "greater than or equal to 0.01"),
        ({"shares": "half"}, "Write whole percents"),
        ({"shares": ""}, "This field is required"),
        ({"shares": "0, 50"}, "from 1 to 1000 percent"),
        ({"shares": "1,2,3,4,5,6,7,8,9"}, "8 shares at most"),
        ({"both": True}, "Choose a flow or a number, not both."),
        ({"stops_ai": "on"}, "Only the budget of a flow can switch AI steps off."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(typed, says):
    number = PhoneNumber.objects.create(number="+14155550199")
    if typed.pop("both", False):
        typed |= {"flow": str(a_version().flow.pk), "number": str(number.pk)}
    assert says in text_of(fill_in(in_role("billing"), ADD, "own-form", **{"amount": "5"} | typed))
    assert not Budget.objects.exists()


@pytest.mark.parametrize("of", ["site", "flow", "number"])
def test_a_second_budget_for_the_same_is_refused_in_words(of):
    number = PhoneNumber.objects.create(number="+14155550199")
    given = {"flow": {"flow": a_version().flow}, "number": {"number": number}, "site": {}}[of]
    Budget.objects.create(amount=1, **given)
    typed = {name: str(row.pk) for name, row in given.items()}
    assert "There is such a budget already." in text_of(
        fill_in(in_role("billing"), ADD, "own-form", amount="5", **typed)
    )
    assert Budget.objects.count() == 1


def test_a_used_up_budget_that_switched_ai_steps_off_says_so():
    flow = a_version().flow
    fill_in(in_role("billing"), ADD, "own-form", flow=str(flow.pk), amount="25", period="day", stops_ai="on")
    costing(25, timezone.now(), version=a_version())
    stopping.stop_ai(timezone.now())
    shown = text_of(in_role("operations viewer").get(LIST))
    assert "AI steps are off" in shown
    assert "the AI steps of this flow are switched off for the rest of the day" in shown


def test_each_field_has_help():
    assert without_help(in_role("billing").get(ADD)) == []


def test_operations_look_billing_sets_and_builders_see_nothing():
    budget = Budget.objects.create(amount=5)
    viewer = in_role("operations viewer")
    assert [viewer.get(LIST).status_code, viewer.get(budget.get_absolute_url()).status_code] == [200, 200]
    assert [viewer.get(ADD).status_code, viewer.post(budget.get_absolute_url(), {}).status_code] == [403, 403]
    assert in_role("builder").get(LIST).status_code == 403
    delete = reverse("admin:streams_budget_delete", args=[budget.pk])
    assert viewer.post(delete, {"post": "yes"}).status_code == 403
    in_role("billing").post(delete, {"post": "yes"})
    assert not Budget.objects.exists()
