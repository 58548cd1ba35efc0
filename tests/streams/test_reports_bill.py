"""A call's charges as its page shows them: one entry for each model, which adds up to what is stored."""

from decimal import Decimal

import pytest

from streams.models import Charge
from streams.reports.bill import bill
from streams.reports.names import names_in
from tests.streams.made import SNAPSHOT, a_call, log

NAMES = names_in(SNAPSHOT)
USED = [
    (5.0, "used", "helper", {"model": "gpt-x", "unit": "text_in", "quantity": 10}),
    (6.0, "used", "helper", {"model": "gpt-x", "unit": "text_out", "quantity": 4}),
    (9.0, "used", "", {"model": "gpt-x", "unit": "text_in", "quantity": 7, "for": "summary"}),
]


@pytest.fixture
def call(db):
    call = a_call()
    log(call, *USED)
    return call


def charged(call, key, description, amount, **more):
    given = {"source_key": key, "version": 1, "kind": "ai", "currency": "USD", "reason": "first"} | more
    given |= {"quantity": 1, "unit": "", "seconds": 0, "basis": more.get("basis", "usage")}
    return Charge.objects.create(call=call, description=description, amount=Decimal(amount), **given)


def shown(call):
    return bill(call.charges.current().select_related("supersedes"), call.events.all(), NAMES)


def test_what_one_model_counted_stands_under_its_sum(call):
    charged(call, f"ai:{call.pk}:gpt-x:text_in", "gpt-x, 17 text tokens read", "0.0012")
    charged(call, f"ai:{call.pk}:gpt-x:text_out", "gpt-x, 4 text tokens written", "0.0305")
    (cost,) = shown(call)
    assert (cost.title, cost.used_for, cost.amount) == ("gpt-x", "Helper, the summary", "3.170 ¢")
    assert [(part.counted, part.amount) for part in cost.parts] == [
        ("17 text tokens read", "0.120 ¢"),
        ("4 text tokens written", "3.050 ¢"),
    ]


def test_a_charge_that_stands_alone_is_one_line(call):
    charged(call, "stream:s1", "Stream, 61 s, billed 2 min", "0.006", kind="stream", basis="socket")
    (cost,) = shown(call)
    assert (cost.title, cost.amount, cost.parts) == ("Stream, 61 s, billed 2 min", "0.600 ¢", [])
    assert cost.basis == "until the stream’s socket closed"


def test_what_a_charge_said_before_is_told(call):
    first = charged(call, "stream:s1", "Stream, 30 s", "0.003", kind="stream", basis="stop")
    second = {"version": 2, "supersedes": first, "reason": "seconds changed"}
    charged(call, "stream:s1", "Stream, 61 s", "0.006", kind="stream", **second)
    ((part,),) = [cost.parts for cost in shown(call)]
    assert part.before == "was 0.300 ¢; seconds changed"


def test_a_sum_is_said_to_be_as_sure_as_its_least_sure_part(call):
    charged(call, f"ai:{call.pk}:gpt-x:text_in", "gpt-x, 17 text tokens read", "0.0012", status="matched")
    charged(call, f"ai:{call.pk}:gpt-x:text_out", "gpt-x, 4 text tokens written", "0.0305", status="estimated")
    assert [cost.status for cost in shown(call)] == ["estimated"]


def test_models_whose_names_hold_colons_are_told_apart(call):
    charged(call, f"ai:{call.pk}:own:a:text_in", "own:a, 1 text token read", "0.1")
    charged(call, f"ai:{call.pk}:own:b:text_in", "own:b, 1 text token read", "0.2")
    assert [cost.title for cost in shown(call)] == ["own:a, 1 text token read", "own:b, 1 text token read"]


def test_the_carriers_own_amount_stands_beside_ours(call):
    charge = charged(call, "stream:s1", "Stream, 61 s, billed 2 min", "0.006", kind="stream", status="disputed")
    (without,) = bill([charge], [], NAMES)
    assert without.carrier == ""
    charge.carrier_amount = Decimal("0.009")
    assert bill([charge], [], NAMES)[0].carrier == "the carrier takes 0.900 ¢, 0.300 ¢ more"
    charge.carrier_amount = Decimal("0.006")
    assert bill([charge], [], NAMES)[0].carrier == "the carrier takes 0.600 ¢"
