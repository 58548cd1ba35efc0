"""Charges, prices and the carrier's messages, as billing meets them."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from streams.models import MAX_TRIES, CarrierMessage, Charge, Rate
from tests.streams.admin.conftest import SEES_ALL
from tests.streams.admin.test_call import text_of
from tests.streams.made import a_call

CHARGES, PRICES, MESSAGES = "/admin/streams/charge/", "/admin/streams/rate/", "/admin/streams/carriermessage/"
EDITS_PRICES = ("view_rate", "add_rate", "change_rate", "delete_rate")
NEW_PRICE = {
    "counted": "minute", "whose": "", "price": "0.004", "per": "1", "currency": "USD", "increment_seconds": "60",
    "minimum_seconds": "60", "valid_from_0": "2091-01-01", "valid_from_1": "00:00:00",
}  # fmt: skip


def test_charges_tell_on_what_they_rest(signed_in, finished):
    finished()
    told = text_of(signed_in(*SEES_ALL).get(CHARGES))
    for words in ("Stream, 61 s, billed 2 min at $0.003", "0.600 ¢", "until the stream’s socket closed", "estimated"):
        assert words in told


def test_more_charges_take_no_more_queries(signed_in, finished):
    client = signed_in(*SEES_ALL)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(CHARGES).status_code == 200
        return len(seen)

    finished()
    queries()
    one = queries()
    for _ in range(5):
        finished()
    assert queries() == one


@pytest.mark.parametrize("counts", ["yes", "no"])
def test_replaced_figures_can_be_told_from_current_ones(signed_in, finished, counts):
    finished()
    old = Charge.objects.get(kind="stream")
    old.pk, old.version, old.supersedes_id, old.amount = None, 2, old.pk, Decimal("0.003")
    old.save()
    told = text_of(signed_in(*SEES_ALL).get(CHARGES, {"counts": counts}))
    assert ("0.300 ¢" in told, "0.600 ¢" in told) == (counts == "yes", counts == "no")


def test_a_charge_can_be_read_and_not_changed(signed_in, finished):
    finished()
    charge = Charge.objects.get(kind="stream")
    client = signed_in(*SEES_ALL, "add_charge", "change_charge", "delete_charge")
    assert client.get(f"{CHARGES}{charge.pk}/change/").status_code == 200
    assert client.post(f"{CHARGES}{charge.pk}/change/", {"amount": "0"}).status_code == 403
    assert client.post(f"{CHARGES}{charge.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"{CHARGES}add/").status_code == 403


def test_a_price_is_added_beside_the_old_one(signed_in):
    client = signed_in(*EDITS_PRICES)
    assert client.post(f"{PRICES}add/", NEW_PRICE).status_code == 302
    assert [str(rate.price) for rate in Rate.objects.filter(kind="stream")] == ["0.004000", "0.003000"]


@pytest.mark.parametrize(("name", "wrong"), [("price", "-1"), ("per", "0"), ("increment_seconds", "0"), ("price", "x")])
def test_a_price_that_makes_no_sense_is_refused(signed_in, name, wrong):
    before = Rate.objects.count()
    assert signed_in(*EDITS_PRICES).post(f"{PRICES}add/", NEW_PRICE | {name: wrong}).status_code == 200
    assert Rate.objects.count() == before


def test_a_price_in_use_can_neither_be_changed_nor_deleted(signed_in, finished):
    finished()
    rate = Rate.objects.get(kind="stream")
    client = signed_in(*EDITS_PRICES)
    assert client.post(f"{PRICES}{rate.pk}/change/", NEW_PRICE).status_code == 403
    client.post(f"{PRICES}{rate.pk}/delete/", {"post": "yes"})
    rate.refresh_from_db()
    assert rate.price == Decimal("0.003")


def test_prices_are_read_in_words_and_found_by_their_model(signed_in):
    client = signed_in(*EDITS_PRICES)
    told = text_of(client.get(PRICES))
    assert "The line’s audio stream minutes 0.003 USD a minute, rounded up to 60 s, at least 60 s" in told
    assert "gpt-realtime-2.1 audio tokens spoken 64 USD for 1,000,000" in told
    assert "ai:" not in told
    told = text_of(client.get(PRICES, {"model": "gpt-realtime-2.1"}))
    assert "gpt-realtime-2.1 text tokens read again" in told
    assert "gpt-realtime-2.1-mini audio" not in told


def test_more_prices_take_no_more_queries(signed_in, django_assert_num_queries):
    client = signed_in(*EDITS_PRICES)
    client.get(PRICES)
    with CaptureQueriesContext(connection) as seen:
        client.get(PRICES)
    Rate.objects.create(kind="ai:gpt-x:seconds", unit="seconds", price=1, valid_from="2026-01-01T00:00Z")
    with django_assert_num_queries(len(seen)):
        client.get(PRICES)


def test_prices_need_their_permission(signed_in):
    client = signed_in("view_rate")
    assert client.get(PRICES).status_code == 200
    rate = Rate.objects.get(kind="ai:gpt-realtime-2.1:audio_out")
    assert "audio tokens spoken" in text_of(client.get(f"{PRICES}{rate.pk}/change/"))
    assert client.post(f"{PRICES}add/", NEW_PRICE).status_code == 403


def test_a_parked_message_is_found_and_its_body_needs_the_permission_for_numbers(signed_in):
    body = {"From": "+14155550142"}
    message = CarrierMessage.objects.create(
        dedupe_key="x", kind="hangup", call_uuid="u", attempts=MAX_TRIES, error="ValueError: poison", body=body
    )
    CarrierMessage.objects.create(dedupe_key="y", kind="answer", call_uuid="fine")
    told = text_of(signed_in(*SEES_ALL).get(MESSAGES, {"state": "parked"}))
    assert "parked" in told
    assert "fine" not in told
    address = f"{MESSAGES}{message.pk}/change/"
    assert "4155550142" in signed_in(*SEES_ALL).get(address).content.decode()
    page = signed_in("view_carriermessage").get(address).content.decode()
    assert "poison" in page
    assert "4155550142" not in page


@pytest.mark.parametrize("address", [CHARGES, PRICES, MESSAGES])
def test_lists_without_entries_say_what_will_appear(signed_in, address):
    Rate.objects.all().delete()
    page = signed_in(*SEES_ALL).get(address).content.decode()
    assert 'class="cw-nothing"' in page
    assert "yielded" not in page


def test_the_money_of_a_call_stands_even_when_the_call_would_go(signed_in, finished):
    from django.db.models import ProtectedError

    call = finished()
    with pytest.raises(ProtectedError):
        call.delete()
    a_call().delete()
