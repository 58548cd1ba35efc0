"""From a file to people: what each row says, and nothing stored before somebody takes them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from streams.models import Callee
from streams.outbound import refusing, taking
from streams.outbound.sheet import Columns, guess, read
from tests.streams.outbound.conftest import MONDAY_10, OTHER, THEM
from tests.transactions import transactions

pytestmark = pytest.mark.django_db


def judged(call_list, text, columns=None):
    sheet = read(text)
    return taking.judge(sheet, columns or guess(sheet), call_list)


@pytest.mark.parametrize(
    ("said", "number", "problem"),
    [
        ("(415) 555-0177", "+14155550177", ""),
        ("14155550177", "+14155550177", ""),
        ("+1 415 555 0177", "+14155550177", ""),
        ("'+14155550177", "+14155550177", ""),
        ("4155550177.0", "+14155550177", ""),
        ("14155550177,00", "+14155550177", ""),
        ("", "", taking.NO_NUMBER),
        ("1.41556E+10", "", taking.CUT),
        ("hello", "", taking.NOT_A_NUMBER),
        ("+1415555", "", taking.NOT_A_NUMBER),
        ("+34911234567", "+34911234567", "country that is not called"),
        ("9005550123", "", ""),
        (OTHER, OTHER, taking.REFUSED),
        (THEM, THEM, taking.THERE),
    ],
)
def test_each_row_says_what_is_wrong_with_it(a_list, said, number, problem):
    made = a_list(THEM)
    refusing.add(OTHER, "They asked.")
    (row,) = judged(made, f'number,name\n"{said}",Ann\n', Columns(0, 1))
    assert problem in row.problem
    if said == "9005550123":
        assert row.problem  # premium rate, whichever way it is refused
    else:
        assert row.number == number


def test_a_number_that_stands_twice_is_taken_once(a_list):
    rows = judged(a_list(THEM), "number\n+14155550177\n415-555-0177\n")
    assert [row.problem for row in rows] == ["", taking.TWICE.format(2)]


def test_other_columns_become_answers_of_the_flow(a_list):
    (row,) = judged(a_list(THEM), "Number,Name,Order Number,Empty\n+14155550177,Ann,12,\n")
    assert (row.name, row.answers) == ("Ann", (("order_number", "12"),))


def test_a_zone_must_be_one(a_list):
    rows = judged(
        a_list(THEM),
        "number,zone\n+14155550177,America/Denver\n+14155550178,Mountain\n+14155550179,\n"
        "+14155550180,america/new york\n",
    )
    assert [bool(row.problem) for row in rows] == [False, True, False, False]
    assert [row.zone for row in rows] == ["America/Denver", "", "", "America/New_York"]


def test_nothing_is_stored_before_they_are_taken_and_then_once(a_list):
    made = a_list(THEM)
    rows = judged(made, "number,name\n+14155550177,Ann\nnonsense,Ben\n+14155550178,Cy\n")
    assert Callee.objects.count() == 1
    assert taking.take(made, rows, MONDAY_10) == 2
    assert taking.take(made, rows, MONDAY_10) == 0
    assert list(Callee.objects.values_list("number", "name", "place")) == [
        (THEM, "", 0), ("+14155550177", "Ann", 1), ("+14155550178", "Cy", 2)
    ]  # fmt: skip


def test_nobody_is_put_on_a_list_that_is_done_meanwhile(a_list):
    made = a_list(THEM)
    rows = judged(made, "number\n+14155550177\n")
    type(made).objects.update(state="done")
    assert taking.take(made, rows, MONDAY_10) == 0
    assert Callee.objects.count() == 1


def test_people_are_taken_a_few_at_a_time(a_list, monkeypatch):
    monkeypatch.setattr(taking, "IN_ONE_GO", 2)
    made = a_list(THEM)
    rows = judged(made, "number\n" + "".join(f"+1415{number}\n" for number in range(5552000, 5552005)))
    with transactions() as held:
        assert taking.take(made, rows, MONDAY_10) == 5
    assert [written["streams_callee"] for written in held] == [2, 2, 1]
    assert sorted(Callee.objects.values_list("place", flat=True)) == [0, 1, 2, 3, 4, 5]


def test_many_rows_cost_few_queries(a_list):
    made = a_list(THEM)
    text = "number\n" + "".join(f"+1415{number}\n" for number in range(5552000, 5552400))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        judged(made, text)
    assert len(queries) < 6
