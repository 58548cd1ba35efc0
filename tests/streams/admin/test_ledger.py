"""The pages of the books: what a month cost, its lines, and closing it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from streams.billing.charges import charge_call
from streams.models import Period, StreamEvent
from tests.streams.admin.test_call import text_of
from tests.streams.made import a_call

BOOKS = "/admin/streams/period/"
READS = ("view_period", "view_ledgerentry", "view_charge")


@pytest.fixture(autouse=True)
def in_november(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2026, 11, 26))


@pytest.fixture
def october(db):
    """October with one call of two minutes, of whose end a better witness may tell."""
    began = datetime(2026, 10, 15, 12, tzinfo=UTC)
    call = a_call(began_at=began, ended_at=began + timedelta(minutes=9), status="ended")
    say(call, "socket", "start", 0)
    say(call, "sweep", "stop", 100)
    return Period.objects.get()


def say(call, source, kind, seconds):
    told = {"stream_id": "s", "call": call, "kind": kind, "occurred_at": call.began_at + timedelta(seconds=seconds)}
    StreamEvent.objects.create(source=source, dedupe_key=f"{kind}:{seconds}", **told)
    charge_call(call.pk)


def test_books_without_lines_say_what_will_appear(signed_in):
    assert "Nothing is booked yet" in text_of(signed_in(*READS).get(BOOKS))


def test_a_month_shows_both_figures_and_its_lines(signed_in, october):
    client = signed_in(*READS)
    assert "October 2026 open 0.600 ¢ 0.600 ¢ none –" in text_of(client.get(BOOKS))
    told = text_of(client.get(f"{BOOKS}{october.pk}/change/"))
    for words in (
        "Cost: audio streams 0.600 ¢",
        "Owed to the carrier −0.600 ¢",
        "Stream, 100 s, billed 2 min at $0.003",
    ):
        assert words in told
    assert "can be closed by people of the group" in told


def test_closing_says_what_it_means_and_then_what_comes_late_shows_as_a_difference(signed_in, october):
    client = signed_in(*READS, "close_period")
    page = f"{BOOKS}{october.pk}/change/"
    assert "Close this month" in text_of(client.get(page))
    told = text_of(client.get(f"{BOOKS}{october.pk}/close/"))
    assert "Closing is for good" in told
    assert "1 charge of this month still rests on our own estimate" in told
    client.post(f"{BOOKS}{october.pk}/close/", {"note": "as on the bill"})
    assert "“as on the bill”" in text_of(client.get(page))
    say(october.entries.first().charge.call, "socket", "stop", 20)
    told = text_of(client.get(BOOKS))
    assert "0.600 ¢ 0.300 ¢ 0.300 ¢ less" in told
    november = Period.objects.get(month=date(2026, 11, 1))
    assert "of October 2026, which was closed" in text_of(client.get(f"{BOOKS}{november.pk}/change/"))


def test_who_may_not_close_cannot(signed_in, october):
    client = signed_in(*READS)
    assert client.get(f"{BOOKS}{october.pk}/close/").status_code == 403
    assert client.post(f"{BOOKS}{october.pk}/close/").status_code == 403
    october.refresh_from_db()
    assert october.closed_at is None


def test_a_month_that_cannot_be_closed_says_why(signed_in, october, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2026, 10, 26))
    client = signed_in(*READS, "close_period")
    assert "is not over yet" in text_of(client.get(f"{BOOKS}{october.pk}/close/"))
    assert "is not over yet" in text_of(client.post(f"{BOOKS}{october.pk}/close/", follow=True))


@pytest.mark.parametrize("address", [BOOKS, f"{BOOKS}1/change/", f"{BOOKS}1/close/"])
def test_the_books_need_their_permission(signed_in, address):
    assert signed_in("view_call", "close_period").get(address).status_code == 403


@pytest.mark.parametrize("pk", ["999", "x", "9" * 30])
def test_a_month_that_is_not_there_is_not_found(signed_in, pk):
    assert signed_in(*READS).get(f"{BOOKS}{pk}/change/").status_code == 404


def test_a_charge_shows_its_versions_and_what_it_booked(signed_in, october):
    call = october.entries.first().charge.call
    say(call, "socket", "stop", 20)
    charge = call.charges.current().get()
    told = text_of(signed_in(*READS).get(f"/admin/streams/charge/{charge.pk}/change/"))
    assert "Cost: audio streams 0.300 ¢ debit in October 2026" in told
    assert "taken back: Cost: audio streams 0.600 ¢ credit in October 2026" in told
    assert "basis, seconds, quantity changed" in told


def test_prices_of_calls_are_added_by_direction_and_first_digits(signed_in):
    from streams.models import Rate
    from tests.streams.admin.test_money import NEW_PRICE, PRICES

    client = signed_in("view_rate", "add_rate", "change_rate")
    given = NEW_PRICE | {"counted": "minute:outbound", "begins": "+4930", "price": "0.02", "unconnected_seconds": "0"}
    assert client.post(f"{PRICES}add/", given).status_code == 302
    assert Rate.objects.get(kind="leg:outbound:4930").applied_at is None
    told = text_of(client.get(PRICES, {"model": "leg"}))
    assert "Calls out, transfers and call-backs: +4930… minutes 0.02 USD a minute" in told
    assert "Calls to our numbers: +1… minutes 0.0055 USD a minute" in told
    for wrong in ({"begins": "49-30"}, {"counted": "minute", "begins": "+49"}, {"whose": "gpt"}):
        assert client.post(f"{PRICES}add/", given | wrong | {"valid_from_0": "2092-01-01"}).status_code == 200
