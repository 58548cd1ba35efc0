"""The shipped prices, against the arithmetic of OpenAI's guide “Managing costs” and the rates' own limits."""

from datetime import timedelta
from decimal import Decimal

import pytest

from streams.billing.charges import charge_call
from streams.billing.price_list import MILLION, PER_MILLION_TOKENS, PER_MINUTE_HEARD, SINCE, TOKENS, list_prices
from streams.event_log import Entry, append
from tests.streams.made import a_call

pytestmark = pytest.mark.django_db

# What a response of gpt-realtime-2.1-mini is said to have used, cached tokens taken out of those that were read.
USED = {"text_in": 900, "text_cached": 2100, "text_out": 120, "audio_in": 300, "audio_cached": 500, "audio_out": 800}
CENTS_PER_MILLION = {
    "text_in": 60,
    "text_cached": 6,
    "text_out": 240,
    "audio_in": 1000,
    "audio_cached": 30,
    "audio_out": 2000,
}


def test_every_price_fits_a_row_and_is_listed_once():
    rows = list(list_prices())
    assert len({(row.model, row.unit) for row in rows}) == len(rows)
    for row in rows:
        assert row.price == 0 or Decimal("0.000001") <= row.price < 10**6
        assert len(f"ai:{row.model}:{row.unit}") <= 100


def test_what_was_read_again_is_never_dearer_than_what_was_read():
    for model, prices in PER_MILLION_TOKENS.items():
        by_unit = dict(zip(TOKENS, prices, strict=False))
        for kind in ("text", "audio"):
            if by_unit.get(f"{kind}_cached"):
                assert Decimal(by_unit[f"{kind}_cached"]) <= Decimal(by_unit[f"{kind}_in"]), model


def test_a_response_of_the_realtime_model_costs_what_the_vendors_formula_says():
    call = a_call(began_at=SINCE + timedelta(days=30), ended=61)
    for unit, quantity in USED.items():
        used = {"engine": "openai_realtime", "model": "gpt-realtime-2.1-mini", "unit": unit, "quantity": quantity}
        append(call.pk, [Entry(at=1.0, kind="used", data=used)])
    charges = charge_call(call.pk)
    cents = sum(Decimal(quantity) * CENTS_PER_MILLION[unit] for unit, quantity in USED.items()) / MILLION
    assert sum(charge.amount for charge in charges) == cents / 100
    assert {charge.unit for charge in charges} == set(TOKENS)
    assert "gpt-realtime-2.1-mini, 2,100 text tokens read again" in {charge.description for charge in charges}


def test_a_minute_of_transcription_costs_its_price_per_minute():
    call = a_call(began_at=SINCE + timedelta(days=30), ended=61)
    used = {"engine": "deepgram", "model": "nova-3", "unit": "seconds", "quantity": 60.0}
    append(call.pk, [Entry(at=1.0, kind="used", data=used)])
    assert charge_call(call.pk)[0].amount == Decimal("0.0048")


@pytest.mark.parametrize("model", PER_MINUTE_HEARD)
def test_whatever_a_transcriber_counts_has_a_price_and_only_time_costs(model):
    call = a_call(began_at=SINCE + timedelta(days=30), ended=61)
    for unit in ("audio_in", "text_in", "text_out"):
        append(call.pk, [Entry(at=1.0, kind="used", data={"engine": "x", "model": model, "unit": unit, "quantity": 9})])
    charges = {charge.unit: charge for charge in charge_call(call.pk)}
    assert not any("no price" in charge.description for charge in charges.values())
    assert charges["audio_in"].amount > 0 == charges["text_in"].amount == charges["text_out"].amount
