"""The books: balanced whatever comes, closed months untouched, and the past told as it was."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from streams.billing import books, months
from streams.billing.charges import charge_call
from streams.billing.guards import APPEND_ONLY
from streams.guards import table_of
from streams.models import Charge, LedgerEntry, Period, StreamEvent
from tests.streams.billing.oracle import books_faults, faults
from tests.streams.billing.unguarded import unguarded
from tests.streams.made import a_call, a_stream, fact

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
CENTS = Decimal("0.001")


def of_month(month, seconds=61):
    """A call with one stream in the middle of this month, charged."""
    began = datetime(month.year, month.month, 15, 12, tzinfo=UTC)
    call = a_call(began_at=began, answered_at=began, ended_at=began + timedelta(minutes=10), status="ended")
    told = {"stream_id": f"of-{call.pk}", "call": call}
    StreamEvent.objects.create(source="socket", dedupe_key=f"{call.pk}:1", kind="start", occurred_at=began, **told)
    ended = began + timedelta(seconds=seconds)
    StreamEvent.objects.create(source="sweep", dedupe_key=f"{call.pk}:2", kind="stop", occurred_at=ended, **told)
    charge_call(call.pk)
    return call


def told_better(call, seconds):
    """The socket says now when the stream of `of_month` truly ended."""
    ended = call.began_at + timedelta(seconds=seconds)
    told = {"stream_id": f"of-{call.pk}", "call": call, "kind": "stop", "occurred_at": ended}
    StreamEvent.objects.create(source="socket", dedupe_key=f"{call.pk}:3", **told)
    charge_call(call.pk)


@pytest.fixture
def somebody():
    return User.objects.create_user("bill")


@pytest.fixture
def in_november(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2026, 11, 26))


def test_a_charge_books_a_pair():
    call = of_month(OCTOBER)
    lines = LedgerEntry.objects.values_list("account", "amount", "currency", "month", "reversal")
    assert set(lines) == {
        ("expense:stream", Decimal("0.006"), "USD", OCTOBER, False),
        ("payable:plivo", Decimal("-0.006"), "USD", OCTOBER, False),
    }
    assert faults(call) == []


def test_a_new_version_takes_back_and_books_anew():
    call = of_month(OCTOBER)
    told_better(call, 20)
    signs = [(entry.charge.version, entry.reversal, str(entry.amount)) for entry in books.expenses().order_by("pk")]
    assert signs == [(1, False, "0.006000"), (2, True, "-0.006000"), (2, False, "0.003000")]
    assert faults(call) == []


def test_a_version_of_the_same_amount_books_nothing():
    call = of_month(OCTOBER)
    told_better(call, 90)
    assert Charge.objects.count() == 2
    assert LedgerEntry.objects.count() == 2


def test_what_costs_nothing_is_not_booked():
    call = a_call(ended=60)
    fact(a_stream(call), "webhook", "dropped", 5)
    charge_call(call.pk)
    assert Charge.objects.current().filter(amount__gt=0).exists() == LedgerEntry.objects.exists()


def test_a_late_event_never_edits_a_closed_month_but_is_booked_in_the_open_one(somebody, in_november):
    call = of_month(OCTOBER, seconds=200)
    months.close(OCTOBER, by=somebody)
    before = list(LedgerEntry.objects.filter(period__month=OCTOBER).values())
    told_better(call, 20)
    assert list(LedgerEntry.objects.filter(period__month=OCTOBER).values()) == before
    october, november = sorted(books.months(), key=lambda row: row.month)
    assert (october.billed, october.known) == (Decimal("0.012"), Decimal("0.003"))
    assert (october.difference, november.carried, november.billed) == (Decimal("-0.009"), Decimal("-0.009"), 0)
    assert [*books.of_month(OCTOBER), *books.of_month(NOVEMBER)] == [october, november]
    assert sum(row.known for row in books.months()) == sum(row.booked for row in books.months())
    assert faults(call) == []


def test_a_call_of_a_closed_month_that_is_charged_for_the_first_time_is_booked_in_the_open_one(somebody, in_november):
    of_month(OCTOBER)
    months.close(OCTOBER, by=somebody)
    of_month(date(2026, 9, 1))
    (september,) = books.of_month(date(2026, 9, 1))
    assert (september.billed, september.known) == (0, Decimal("0.006"))
    assert LedgerEntry.objects.filter(month=date(2026, 9, 1), period__month=NOVEMBER).count() == 2


def test_the_database_refuses_a_line_in_a_closed_month_and_to_open_it_again(somebody, in_november):
    call = of_month(OCTOBER)
    period = months.close(OCTOBER, by=somebody)
    line = {"charge": call.charges.get(), "period": period, "month": OCTOBER, "account": "expense:x", "amount": 1}
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        LedgerEntry.objects.create(**line)
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        Period.objects.filter(pk=period.pk).update(closed_at=None, closed_by=None)


@pytest.mark.parametrize(
    ("month", "why"),
    [(NOVEMBER, "is not over yet"), (date(2026, 8, 1), "Nothing is booked"), (OCTOBER, "Close September 2026 first")],
)
def test_months_are_closed_in_their_order_and_when_they_are_over(somebody, in_november, month, why):
    for each in (date(2026, 9, 1), OCTOBER, NOVEMBER):
        of_month(each)
    with pytest.raises(months.StaysOpen, match=why):
        months.close(month, by=somebody)


def test_a_month_is_closed_once(somebody, in_november):
    of_month(OCTOBER)
    months.close(OCTOBER, by=somebody, note="as on the bill")
    with pytest.raises(months.StaysOpen, match="closed already"):
        months.close(OCTOBER, by=somebody)


def test_the_total_of_any_past_day_can_be_told_again():
    """P7: every state that the books ever had is still in them."""
    call, seen = of_month(OCTOBER, seconds=400), []
    for seconds in (300, 200, 61, 10):
        seen.append((timezone.now(), books.months()))
        ended = call.began_at + timedelta(seconds=seconds)
        told = {"stream_id": f"of-{call.pk}", "call": call, "kind": "stop", "occurred_at": ended}
        StreamEvent.objects.create(source="socket", dedupe_key=f"{call.pk}:{seconds}", **told)
        charge_call(call.pk)
    assert [row.known for _, rows in seen for row in rows] == [Decimal(cents) * CENTS for cents in (21, 15, 12, 6)]
    as_of = [books.months(books.expenses().filter(posted_at__lte=moment)) for moment, _ in seen]
    assert as_of == [rows for _, rows in seen]
    assert [row.known for row in books.of_month(OCTOBER)] == [Decimal("0.003")]


@pytest.mark.parametrize("model", APPEND_ONLY)
@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_the_books(model, act, somebody):
    call = a_call(ended=70)
    a_stream(call, ended=61)
    charge_call(call.pk)
    table = table_of(model)
    with connection.cursor() as cursor:
        if model in ("LegEvent", "Settlement"):
            fill(model, call, somebody)
        statement = f"UPDATE {table} SET id = id" if act == "update" else f"DELETE FROM {table}"
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(statement)


def fill(model, call, somebody):
    from streams import calls
    from streams.models import Settlement

    if model == "LegEvent":
        calls.answered(call, at=call.began_at)
    else:
        Settlement.objects.create(source_key="stream:x", carrier_digest="d", decision="keep-ours", by=somebody)


def test_emptying_a_table_is_refused_where_it_is_another_act():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE; deleting is refused row by row")
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        cursor.execute("TRUNCATE streams_charge CASCADE")


def test_the_checker_notices_books_that_do_not_balance():
    """A negative control: a line that is missing, and one that is too much."""
    call = of_month(OCTOBER)
    assert books_faults() == []
    with unguarded():
        LedgerEntry.objects.filter(account="payable:plivo").delete()
    assert "a month does not balance" in books_faults()
    with unguarded():
        LedgerEntry.objects.all().delete()
    assert any("not booked as it is charged" in fault for fault in faults(call))


def test_erasing_what_a_caller_told_leaves_the_charges():
    call = of_month(OCTOBER)
    call.caller, call.called = "", ""
    call.save(update_fields=["caller", "called"])
    call.events.all().delete()
    assert faults(call) == []
