"""Charges as they are stored: one current charge for each thing, whatever happens how often."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from streams.billing.charges import NoRate, charge_call
from streams.billing.prices import ship_rates, usage_prices
from streams.models import Charge, Rate
from tests.streams.billing.ledger import current_charge
from tests.streams.made import NOON, a_call, a_stream, fact, log
from tests.transactions import transactions

pytestmark = pytest.mark.django_db


def used(call, quantity, *, engine="fake", model="gpt-x", unit="text_tokens"):
    log(call, (1.0, "used", "", {"engine": engine, "model": model, "unit": unit, "quantity": quantity}))


def charged(stream):
    """The charge of this stream, after everything of its call was charged."""
    charge_call(stream.call_id)
    return current_charge(stream)


def test_a_stream_costs_three_tenths_of_a_cent_a_minute():
    stream = a_stream(a_call(), ended=61)
    charge = charged(stream)
    assert (charge.amount, charge.seconds, charge.quantity) == (Decimal("0.006"), 61, Decimal(2))
    assert (charge.basis, charge.status, charge.currency) == ("socket", "estimated", "USD")
    assert charge.description == "Stream, 61 s, billed 2 min at $0.003"


def test_the_shipped_rate_is_there_once():
    ship_rates()
    ship_rates()
    rate = Rate.objects.get(kind="stream")
    assert (rate.price, rate.increment_seconds, rate.minimum_seconds) == (Decimal("0.003"), 60, 60)


def test_a_price_that_a_site_changed_is_not_shipped_again():
    Rate.objects.filter(kind="ai:gpt-realtime-2.1:audio_out").update(price=Decimal("60"))
    ship_rates()
    assert Rate.objects.get(kind="ai:gpt-realtime-2.1:audio_out").price == Decimal("60")


def test_a_running_call_is_told_the_prices_of_its_moment():
    kind = {"kind": "ai:gpt-x:text_tokens", "unit": "token", "per": 1_000_000}
    Rate.objects.create(**kind, price=Decimal("4"), valid_from=NOON - timedelta(days=1))
    Rate.objects.create(**kind, price=Decimal("9"), valid_from=NOON + timedelta(days=1))
    assert usage_prices(NOON)["ai:gpt-x:text_tokens"] == Decimal("0.000004")
    assert "ai:gpt-x:text_tokens" not in usage_prices(NOON - timedelta(days=2))


def test_charging_again_changes_nothing():
    stream = a_stream(a_call(), ended=61)
    assert charged(stream) == charged(stream)
    assert Charge.objects.count() == 1


def test_a_better_witness_makes_a_new_version_that_supersedes_the_old():
    stream = a_stream(a_call())
    assert charged(stream) is None
    fact(stream, "sweep", "stop", 200)
    first = charged(stream)
    fact(stream, "webhook", "stop", 60)
    second = charged(stream)
    assert (second.version, second.supersedes, second.amount) == (2, first, Decimal("0.003"))
    assert second.reason == "basis, seconds, quantity changed"
    assert list(Charge.objects.current()) == [second]


def test_a_worse_witness_changes_nothing():
    stream = a_stream(a_call(), ended=60)
    charged(stream)
    fact(stream, "sweep", "stop", 500)
    assert charged(stream).version == 1


def test_the_price_is_the_one_of_the_streams_start():
    Rate.objects.create(kind="stream", price=Decimal("0.004"), valid_from=NOON + timedelta(seconds=1))
    before, after = a_stream(a_call(), began=0, ended=30), a_stream(a_call(), began=1, ended=30)
    assert charged(before).amount == Decimal("0.003")
    assert charged(after).amount == Decimal("0.004")


def test_a_stream_without_a_price_says_where_to_add_one():
    Rate.objects.all().delete()
    with pytest.raises(NoRate, match="Add one under Prices"):
        charged(a_stream(a_call(), ended=1))


def test_what_engines_used_is_left_for_later_while_the_call_goes_on():
    call = a_call()
    stream = a_stream(call, ended=61)
    used(call, 3)
    assert [charge.source_key for charge in charge_call(call.pk)] == [f"stream:{stream.stream_id}"]
    call.ended_at = NOON
    call.save()
    assert {charge.kind for charge in charge_call(call.pk)} == {"stream", "ai"}


def test_the_database_refuses_a_second_charge_and_a_forked_history():
    stream = a_stream(a_call(), ended=61)
    first = charged(stream)
    same = {f.name: getattr(first, f.name) for f in Charge._meta.concrete_fields if f.name != "id"}
    other = same | {"source_key": "stream:other", "version": 2, "supersedes": first}
    with pytest.raises(IntegrityError), transaction.atomic():
        Charge.objects.create(**same)
    Charge.objects.create(**other)
    with pytest.raises(IntegrityError), transaction.atomic():
        Charge.objects.create(**other | {"source_key": "stream:third"})
    with pytest.raises(IntegrityError), transaction.atomic():
        Charge.objects.create(**same | {"source_key": "stream:bad", "amount": Decimal("-0.000001")})


def test_usage_is_summed_by_model_and_unit_and_priced_by_the_million():
    Rate.objects.create(
        kind="ai:gpt-x:text_tokens", unit="text_tokens", price=Decimal("0.60"), per=1_000_000, valid_from=NOON
    )
    call = a_call(ended=61)
    used(call, 1000)
    used(call, 130)
    used(call, 7, unit="audio_tokens")
    priced, unpriced = sorted(charge_call(call.pk), key=lambda charge: charge.amount, reverse=True)
    assert (priced.source_key, priced.amount) == (f"ai:{call.pk}:gpt-x:text_tokens", Decimal("0.000678"))
    assert priced.description == "gpt-x, 1,130 text tokens"
    assert unpriced.amount == 0
    assert unpriced.description == "gpt-x, 7 audio tokens: no price is known, add one under Prices"


def test_our_own_engine_is_free_shown_and_called_what_it_is():
    call = a_call(ended=61)
    used(call, 3, engine="local", model="Scripted assistant (no AI)", unit="turns")
    (charge,) = charge_call(call.pk)
    assert (charge.amount, charge.description) == (0, "Scripted assistant (no AI), 3 turns: our own engine, free")


@pytest.mark.parametrize(
    ("quantity", "unit", "said"),
    [
        (1, "turns", "1 turn"),
        (1, "summaries", "1 summary"),
        (1.5, "seconds", "1.5 seconds heard"),
        (20, "tokens", "20 tokens"),
    ],
)
def test_quantities_read_as_people_say_them(quantity, unit, said):
    call = a_call(ended=61)
    used(call, quantity, engine="local", unit=unit)
    assert charge_call(call.pk)[0].description == f"gpt-x, {said}: our own engine, free"


def test_more_usage_makes_a_new_version_and_the_same_usage_none():
    call = a_call(ended=61)
    used(call, 3)
    charge_call(call.pk)
    used(call, 2)
    assert [charge.version for charge in charge_call(call.pk)] == [2]
    assert [charge.version for charge in charge_call(call.pk)] == [2]
    assert Charge.objects.count() == 2


def test_one_model_of_two_engines_is_one_charge_that_settles():
    call = a_call(ended=61)
    used(call, 3, engine="local")
    used(call, 2, engine="fake")
    charge_call(call.pk)
    charge_call(call.pk)
    assert [charge.quantity for charge in Charge.objects.all()] == [Decimal(5)]


@pytest.mark.parametrize("quantity", ["many", None, True, -1, 1e30, [], {}])
def test_usage_that_makes_no_sense_costs_nothing(quantity):
    call = a_call(ended=61)
    log(call, (1.0, "used", "", {"engine": "x", "model": "m", "unit": "u", "quantity": quantity}))
    assert charge_call(call.pk) == []


def test_a_charge_that_rests_in_part_on_an_estimate_says_so():
    call = a_call(ended=61)
    used(call, 700)
    line = {"engine": "fake", "model": "gpt-x", "unit": "text_tokens", "quantity": 30, "estimated": True}
    log(call, (2.0, "used", "", line))
    used(call, 5)
    (charge,) = charge_call(call.pk)
    assert (charge.quantity, charge.basis) == (735, "estimate")


def test_charges_that_say_so_already_are_seen_without_a_lock():
    stream = a_stream(a_call(), ended=61)
    charge_call(stream.call_id)
    with transactions() as held:
        assert [charge.source_key for charge in charge_call(stream.call_id)] == [f"stream:{stream.stream_id}"]
    assert held == []
