"""The layers of the map that rest on past calls: callers and cost."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from flows.seams import Spent, Traffic
from tests.flows.pages import client_of

TRAFFIC = Traffic(
    calls=214,
    came={"hello": 214, "main-menu": 1200, "gone": 3},
    left={("main-menu", "1"): 61, ("gone", "next"): 3},
    hung_up={"main-menu": 9},
)
SPENT = [
    Spent(
        call_pk=1,
        total=Decimal("0.007"),
        billed=(60,),
        seconds={"hello": 3.0, "main-menu": 20.0},
        visits={"hello": 1, "main-menu": 2},
        line={"hello": Decimal("0.001"), "main-menu": Decimal("0.002")},
        engines={"main-menu": Decimal("0.003"), "": Decimal("0.001")},
    ),
    Spent(2, Decimal("0.003"), (10,), {"hello": 10.0}, {"hello": 1}, {"hello": Decimal("0.003")}, {}),
]
NOTHING = Traffic(calls=0, came={}, left={}, hung_up={})
past = {"traffic": TRAFFIC, "spent": SPENT}


def counted(flow_pk, since):
    return past["traffic"]


def billed(flow_pk, since, most):
    return past["spent"]


@pytest.fixture
def figures(person, menu, settings):
    """What the page of this flow is told, for somebody in these roles."""
    settings.CALL_TRAFFIC = "tests.flows.admin.test_studio_layers.counted"
    settings.CALL_COSTS = "tests.flows.admin.test_studio_layers.billed"
    past.update(traffic=TRAFFIC, spent=SPENT)

    def told(*roles, may=()):
        user = person(*roles, username="wanda")
        user.user_permissions.set(Permission.objects.filter(codename__in=may))
        return client_of(user).get(reverse("admin:flows_studio_figures", args=[menu.flow_id])).json()

    return told


def test_callers_stand_on_the_steps_and_exits_that_still_exist(figures):
    callers = figures("builder")["callers"]
    assert callers["said"].startswith("Last 7 days: 214 calls.")
    assert callers["steps"] == {
        "hello": {"figure": "214 came", "said": "Last 7 days: 214 callers came here, nobody hung up here."},
        "main-menu": {
            "figure": "1,200 came · 9 hung up",
            "said": "Last 7 days: 1,200 callers came here, 9 hung up here.",
        },
        "goodbye": {"figure": "nobody came", "said": "Last 7 days: nobody came here."},
    }
    assert callers["exits"]["main-menu,1"] == {"n": 61}
    assert callers["exits"]["main-menu,no-input"] == {"n": 0}
    assert not [exit_ for exit_ in callers["exits"] if exit_.startswith("gone")]


def test_cost_is_told_for_a_caller_who_comes_there_and_called_an_estimate(figures):
    cost = figures("builder")["cost"]
    assert "Estimated from 2 calls of the last 7 days" in cost["said"]
    assert "A call costs about 0.50 ¢, 0.050 ¢ of it for the summary afterwards." in cost["said"]
    assert "minutes put through to people, is not included" in cost["said"]
    assert cost["steps"]["hello"] == {"figure": "about 0.20 ¢", "said": "A caller costs about 0.20 ¢ here (estimated)."}
    assert cost["steps"]["main-menu"]["figure"] == "about 0.50 ¢"
    assert cost["steps"]["goodbye"]["figure"] == "no cost yet"


def test_without_calls_the_layers_say_what_will_appear(figures):
    past.update(traffic=NOTHING, spent=[])
    told = figures("builder")
    assert told["callers"]["said"].startswith("No calls yet. When callers use this flow you will see here how many")
    assert told["cost"]["said"].startswith("No calls yet.")
    assert told["callers"]["steps"] == told["cost"]["steps"] == {}


def test_who_may_not_see_figures_is_told_so_and_nothing_else(figures):
    told = figures(may=["view_flow"])
    for layer in told.values():
        assert layer["said"].startswith("You may not see figures of calls.")
        assert layer["steps"] == {}
