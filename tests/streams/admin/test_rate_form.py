"""The form of a price: chosen by model and by what is counted."""

import pytest

from streams.models import Rate
from tests.streams.admin.test_call import text_of
from tests.streams.admin.test_money import EDITS_PRICES, NEW_PRICE, PRICES

AI_PRICE = NEW_PRICE | {"counted": "audio_out", "whose": "gpt-x", "price": "64", "per": "1000000"}


def test_the_price_of_a_model_is_added_in_words(signed_in):
    client = signed_in(*EDITS_PRICES)
    assert client.post(f"{PRICES}add/", AI_PRICE).status_code == 302
    rate = Rate.objects.get(kind="ai:gpt-x:audio_out")
    assert (rate.unit, rate.per) == ("audio_out", 1_000_000)
    assert str(rate) == "gpt-x, audio tokens spoken: 64 USD for 1,000,000"
    assert 'value="gpt-x"' in client.get(f"{PRICES}{rate.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"whose": ""}, "Name the model"),
        ({"counted": "minute"}, "has no model"),
        ({"counted": "turtles"}, "Select a valid choice"),
        ({"whose": "x" * 61}, "at most 60 characters"),
    ],
)
def test_a_price_of_nothing_is_refused_beside_its_field(signed_in, typed, says):
    before = Rate.objects.count()
    assert says in text_of(signed_in(*EDITS_PRICES).post(f"{PRICES}add/", AI_PRICE | typed))
    assert Rate.objects.count() == before


def test_two_prices_for_one_moment_are_refused(signed_in):
    client = signed_in(*EDITS_PRICES)
    client.post(f"{PRICES}add/", AI_PRICE)
    assert "There is a price for this from that moment on already." in text_of(client.post(f"{PRICES}add/", AI_PRICE))


def test_a_model_that_counts_something_of_its_own_keeps_it(signed_in):
    rate = Rate.objects.create(kind="ai:house:talker:turns", unit="turns", price=1, valid_from="2026-01-01T00:00Z")
    client = signed_in(*EDITS_PRICES)
    kept = {"counted": "turns", "whose": "house:talker", "price": "2", "valid_from_0": "2026-01-01"}
    assert client.post(f"{PRICES}{rate.pk}/change/", AI_PRICE | kept).status_code == 302
    rate.refresh_from_db()
    assert (rate.kind, rate.price) == ("ai:house:talker:turns", 2)
