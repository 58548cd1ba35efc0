"""What each call cost, and at which step: the parts are the whole."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.models import Flow, FlowVersion
from streams.models import Charge
from streams.reports.spent import Billed, attributed, of_flow, shares, stream_price
from tests.streams.made import NOON, REACHED, SNAPSHOT, TALK, a_call, log

STREAM = Billed("stream:s1", "stream", Decimal("0.003"), 10)
MODEL = {"engine": "openai", "model": "gpt-x", "unit": "text_out"}
SUMMARY = (61.0, "used", "", {**MODEL, "quantity": 100})
SPOKE = (8.1, "used", "helper", {**MODEL, "quantity": 300})


def test_the_stream_is_shared_out_by_time_on_it_and_engines_by_what_they_used_where():
    engine = Billed("ai:7:gpt-x:text_out", "ai", Decimal("0.004"), 0)
    found = attributed(7, [*TALK, SPOKE, REACHED, SUMMARY], [STREAM, engine], 60.0)
    assert found.adds_up
    assert found.total == Decimal("0.007")
    assert found.seconds == pytest.approx(
        {"menu": 3.2, "helper": 5.9, "support": 0.1}
    )  # talking to a person is no stream
    assert found.engines == {"helper": Decimal("0.003"), "": Decimal("0.001")}
    assert found.line["helper"] > found.line["menu"] > found.line["support"] > 0


def test_the_call_s_own_leg_runs_on_with_a_person_and_a_transfer_is_of_its_step():
    leg = Billed("leg:c1", "leg", Decimal("0.0055"), 60)
    transfer = Billed("leg:t1", "leg", Decimal("0.0115"), 50, "support")
    found = attributed(7, [*TALK, SPOKE, REACHED], [STREAM, leg, transfer], 60.0)
    assert found.adds_up
    assert found.called == 60
    assert found.line["support"] > Decimal("0.0115") + Decimal("0.0045")  # it was there for 50 of 60 s
    assert found.line["helper"] > found.line["menu"] > 0


def test_what_nobody_can_place_is_still_counted():
    assert attributed(7, [], [STREAM], 0.0).at("") == Decimal("0.003")


@given(
    st.decimals(0, 50, places=6),
    st.dictionaries(st.text(max_size=3), st.floats(0, 1e5, allow_subnormal=False), max_size=6),
)
def test_parts_always_add_up(amount, weights):
    assert sum(shares(amount, weights).values()) == amount


@pytest.mark.django_db
def test_the_latest_calls_come_with_their_charges_in_three_queries(django_assert_num_queries):
    flow = Flow.objects.create(name="Main line", slug="main-line")
    version = FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=SNAPSHOT)
    for number in range(3):
        call = a_call(ended=60, version=version)
        log(call, *TALK, REACHED)
        Charge.objects.create(
            source_key=f"stream:{number}",
            call=call,
            kind="stream",
            amount="0.003",
            quantity=1,
            unit="minute",
            seconds=10,
        )
    with django_assert_num_queries(3):
        found = of_flow(flow.pk, NOON - timedelta(days=1), 2)
    assert [(one.total, one.billed) for one in found] == [(Decimal("0.003"), (10,))] * 2
    assert found[0].visits == {"menu": 1, "helper": 1, "support": 1}


@pytest.mark.django_db
def test_a_stream_costs_what_its_price_row_says_for_each_begun_minute():
    price = stream_price()
    assert (price(59.5), price(60.5), price(0)) == (Decimal("0.003"), Decimal("0.006"), 0)
