"""What the tables say, row by row, and to whom."""

from datetime import date
from decimal import Decimal

import pytest

from streams.exports.cells import Holds
from streams.exports.tables import TABLES
from streams.figures.asked import Asked
from streams.models import CarrierRecord, Charge
from streams.reports.one_call import Reader
from tests.streams.made import NOON, a_call

pytestmark = pytest.mark.django_db
THAT_DAY = Asked(date(2090, 11, 22), date(2090, 11, 22))
ALL = Reader()
NOTHING = Reader(transcript=False, numbers=False, money=False)


def read(key, asked=THAT_DAY, reader=ALL):
    """The rows of a table, each by the titles of its columns."""
    titles = [each.title for each in TABLES[key].shown_to(reader)]
    return [dict(zip(titles, row, strict=True)) for row in TABLES[key].rows_for(asked, reader)]


def test_a_call_is_a_row_with_its_costs_by_kind(counted):
    call = counted(seconds=61)
    (row,) = read("calls")
    assert (row["carrier’s name"], row["caller"], row["our number"]) == (call.call_uuid, call.caller, call.called)
    assert (row["flow"], row["version"], row["outcome"]) == ("Main line", 1, "reached a person")
    assert (row["audio stream"], row["cost"], row["carrier minutes"]) == (Decimal("0.006"), Decimal("0.006"), 0)
    assert (row["put through"], row["gave up"]) == (True, False)


def test_costs_of_calls_are_the_current_charges_and_no_replaced_ones(counted):
    call = counted()
    first = Charge.objects.get(call=call, kind="stream")
    Charge.objects.create(
        **{name: getattr(first, name) for name in ("source_key", "call", "kind", "quantity", "unit", "basis")},
        version=2, supersedes=first, amount=Decimal("0.009"), description="again",
    )  # fmt: skip
    assert read("calls")[0]["cost"] == Decimal("0.009")
    assert [row["amount"] for row in read("charges") if row["kind"] == "stream"] == [Decimal("0.009")]


def test_who_may_not_see_numbers_money_or_words_gets_none(counted):
    call = counted()
    (row,) = read("calls", reader=NOTHING)
    assert row["caller"] == f"••••••••{call.caller[-4:]}"
    assert not {"cost", "AI", "about", "sentiment", "currency"} & set(row)
    barred = [key for key, table in TABLES.items() if not table.is_for(NOTHING)]
    assert barred == ["charges", "reconciliation", "records"]


def test_a_number_that_we_called_is_somebodys_too():
    a_call(direction="outbound", caller="+14155550199", called="+14155550142", ended=5)
    (row,) = read("calls", reader=NOTHING)
    assert (row["our number"], row["number called"], row["caller"]) == ("+14155550199", "••••••••0142", "")


def test_steps_are_named_as_builders_named_them(counted):
    counted()
    menu, helper = read("steps")
    assert (menu["step"], menu["left by"], menu["seconds"], menu["cost"]) == (
        "Main menu",
        "Support",
        3.2,
        Decimal("0.001"),
    )
    assert (helper["step"], helper["left by"], helper["hung up here"]) == ("Helper", "", True)


def test_filters_and_days_are_those_of_reports(counted, version):
    call = counted()
    counted(called="+14155550000")
    assert len(read("calls")) == 2
    for narrowed in ({"flow": version.flow_id, "number": call.called}, {"version": version.pk, "number": call.called}):
        asked = Asked(THAT_DAY.first, THAT_DAY.last, **narrowed)
        assert [row["call"] for row in read("calls", asked)] == [call.pk]
        assert (
            {row["call"] for row in read("steps", asked)}
            == {row["call"] for row in read("charges", asked)}
            == {call.pk}
        )
    assert read("calls", Asked(date(2090, 11, 23), date(2090, 11, 24))) == []
    assert read("calls", Asked(THAT_DAY.first, THAT_DAY.last, language="es-US")) == []
    assert len(read("calls", Asked(THAT_DAY.first, THAT_DAY.last, language="en-US"))) == 2


def test_days_are_those_of_the_sites_zone(settings, counted):
    settings.TIME_ZONE = "Pacific/Auckland"  # noon in London is the next day there
    counted()
    assert read("calls") == []
    assert len(read("calls", Asked(date(2090, 11, 23), date(2090, 11, 23)))) == 1


def test_the_count_is_the_number_of_rows(counted):
    counted()
    counted()
    for key, table in TABLES.items():
        assert table.count(THAT_DAY) == len(read(key)), key


def test_of_a_carriers_record_the_newest_word_counts(counted):
    call = counted()
    common = {"kind": "stream", "carrier_id": "s-1", "call_uuid": call.call_uuid, "began_at": NOON}
    CarrierRecord.objects.create(**common, amount=Decimal("0.003"), digest="a", from_number="+14155550142")
    CarrierRecord.objects.create(**common, amount=Decimal("0.006"), digest="b", from_number="+14155550142")
    CarrierRecord.objects.create(
        **{**common, "carrier_id": "s-2", "call_uuid": "unknown"}, amount=Decimal("0.003"), digest="c"
    )
    assert [row["carrier’s amount"] for row in read("records")] == [Decimal("0.006"), Decimal("0.003")]
    ours = Asked(THAT_DAY.first, THAT_DAY.last, number=call.called)
    assert [row["carrier’s name"] for row in read("records", ours)] == ["s-1"]
    assert read("records", reader=Reader(numbers=False))[0]["from"] == "••••••••0142"


def test_batches_of_calls_take_no_query_for_each_call(counted, django_assert_num_queries):
    for _ in range(4):
        counted()
    with django_assert_num_queries(2):
        read("calls")


def test_every_column_holds_something_known():
    for table in TABLES.values():
        assert len({each.title for each in table.columns}) == len(table.columns), table.key
        assert all(each.needs == "money" for each in table.columns if each.holds is Holds.MONEY)
