"""Calls and charges, as programs read them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from streams.models import Call, Charge
from tests.streams.made import NOON, a_call

pytestmark = pytest.mark.django_db
THAT_DAY = {"from_": "2090-11-22", "to": "2090-11-22"}
EVERYTHING = ("calls", "charges", "reports", "numbers")


def rows(program, path="/calls", **asked):
    response = program.get(path, **THAT_DAY | asked)
    assert response.status_code == 200, response.content
    return response.json()["rows"]


def test_a_call_is_told_with_its_figures(program, counted):
    call = counted(seconds=61)
    (row,) = rows(program(*EVERYTHING))
    assert (row["id"], row["carrier_id"], row["caller"]) == (call.pk, call.call_uuid, call.caller)
    assert (row["flow_name"], row["version_number"], row["outcome"]) == ("Main line", 1, "person")
    assert (row["put_through"], row["cost"], row["currency"]) == (True, "0.006000", "USD")
    assert row["began"].startswith("2090-11-22T12:00:00")


def test_numbers_and_costs_need_their_own_scopes(program, counted):
    call = counted()
    (row,) = rows(program("calls"))
    assert row["caller"] == f"••••••••{call.caller[-4:]}"
    assert row["cost"] is None
    assert rows(program("calls", "numbers"))[0]["caller"] == call.caller


def test_one_call_has_its_steps(program, counted):
    call = counted()
    whole = program("calls", "charges").get(f"/calls/{call.pk}").json()
    assert [(step["name"], step["left_by"], step["cost"]) for step in whole["steps"]] == [
        ("Main menu", "Support", "0.001000"),
        ("Helper", "", "0.005000"),
    ]


def test_test_calls_are_never_told(program, version, admin_user):
    from streams.models import Rehearsal

    rehearsal = Rehearsal.objects.create(flow=version.flow, snapshot={}, by=admin_user)
    call = a_call(rehearsal=rehearsal)
    assert rows(program("calls")) == []
    assert program("calls").get(f"/calls/{call.pk}").status_code == 404


def test_pages_hold_every_call_once_even_while_calls_come_in(program):
    made = [a_call(began_at=NOON + timedelta(seconds=n // 3)).pk for n in range(10)]
    asks, seen, cursor = program("calls"), [], ""
    while cursor is not None:
        page = asks.get("/calls", **THAT_DAY, limit=3, cursor=cursor).json()
        seen += [row["id"] for row in page["rows"]]
        cursor = page["next"]
        a_call(began_at=NOON + timedelta(hours=1))
    assert seen == sorted(made, reverse=True)


def test_filters_narrow_down(program, counted, version):
    first = counted()
    other = a_call(called="+14155550000", outcome_kind="caller")
    asks = program("calls")
    assert [row["id"] for row in rows(asks, flow=version.flow_id)] == [first.pk]
    assert [row["id"] for row in rows(asks, number="+14155550000")] == [other.pk]
    assert [row["id"] for row in rows(asks, outcome="caller")] == [other.pk]
    assert [row["id"] for row in rows(asks, language="en-US")] == [first.pk]


def test_charges_add_up_to_what_is_owed(program, counted):
    call = counted()
    counted()
    told = rows(program("charges"), "/charges")
    assert sum(Decimal(row["amount"]) for row in told) == sum(each.amount for each in Charge.objects.current())
    mine = rows(program("charges"), "/charges", call=call.pk, kind="stream")
    assert [(row["call"], row["says"]) for row in mine] == [(call.pk, "Stream, 61 s, billed 2 min at $0.003")]
    assert rows(program("charges"), "/charges", status="disputed") == []


def test_a_page_takes_as_many_queries_as_it_has_rows_or_not(program, counted, django_assert_max_num_queries):
    for _ in range(4):
        counted()
    asks = program(*EVERYTHING)
    asks.get("/calls", **THAT_DAY)
    with django_assert_max_num_queries(5):
        assert len(rows(asks)) == Call.objects.count() == 4
