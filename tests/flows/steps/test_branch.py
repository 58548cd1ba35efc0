"""Deciding by what is known."""

import pytest

from flows.engine.problems import problems
from tests.builders import flow_of
from tests.flows.steps.test_opening_hours import moment
from tests.scripted_call import Caller


def case(answer, comparison="is", value="", outcome="case-1"):
    return {"outcome": outcome, "answer": answer, "comparison": comparison, "value": value}


def deciding(*cases, hours="office", asks=None, **more):
    exits = {row["outcome"]: row["outcome"] for row in cases}
    asked = {"ask": (*asks, "decide")} if asks else {}
    return flow_of(
        **asked,
        decide=("branch", {"cases": list(cases), "hours": hours}, {**exits, "otherwise": "other"}),
        **{row["outcome"].replace("-", "_"): ("say", f"{row['outcome']}.", "bye") for row in cases},
        other=("say", "Other.", "bye"),
        bye=("hang_up", "Bye."),
        **more,
    )


ORDER = ("collect_digits", {"prompt": "Order?", "answer": "order", "fewest": 4, "most": 4})


def test_callers_go_on_by_their_answer_and_hear_nothing_on_the_way():
    flow = deciding(case("order", "begins", "9"), asks=ORDER)
    assert problems(flow) == []
    assert Caller(flow).presses("9123").way[-1] == ("decide", "case-1")
    other = Caller(flow).presses("1123")
    assert other.way[-1] == ("decide", "otherwise")
    assert other.played == ("Other.",)


def test_the_first_case_that_is_true_counts():
    flow = deciding(
        case("order", "begins", "9"),
        case("order", "filled", outcome="case-2"),
        case("order", "is", "9999", "case-3"),
        asks=ORDER,
    )
    assert [Caller(flow).presses(keys).step for keys in ("9999", "1234")] == ["case-1", "case-2"]


def test_an_answer_that_was_never_given_is_not_filled_in():
    flow = deciding(case("order", "empty"), asks=ORDER)
    assert Caller(flow).is_silent().is_silent().is_silent().hears().step == "case-1"
    assert Caller(flow).presses("1234").step == "other"


@pytest.mark.parametrize(
    ("caller", "step"), [("+14155550123", "case-1"), ("14155550123", "case-1"), ("+4930123", "other"), ("", "other")]
)
def test_callers_go_on_by_their_number(caller, step):
    flow = deciding(case("callers_number", "begins", "+1 415"))
    assert Caller(flow, caller=caller).step == step


@pytest.mark.parametrize(
    ("when", "step"),
    [("2026-07-06T09:00", "case-1"), ("2026-07-06T12:00", "other"), ("2026-07-05T10:00", "case-2")],
)
def test_callers_go_on_by_day_and_time(when, step):
    flow = deciding(
        case("weekday", "one-of", "weekend", "case-2"), case("time_of_day", "between", "9:00 to 12:00", "case-1")
    )
    assert problems(flow) == []
    assert Caller(flow, began=moment(when)).step == step


def test_callers_who_called_before_go_another_way():
    flow = deciding(case("earlier_calls", "more", "0"))
    assert Caller(flow).step == "other"
    assert Caller(flow, earlier_calls=2).step == "case-1"


def test_the_exit_says_the_condition_in_words():
    flow = deciding(
        case("order", "begins", "9"),
        case("callers_number", "empty", outcome="case-2"),
        case("order", "one-of", "1" * 90, "case-3"),
        asks=ORDER,
    )
    labels = [outcome.label for outcome in flow.steps["decide"].outcomes()]
    assert labels[:2] == ["order begins with 9", "caller’s number is not filled in"]
    assert len(labels[2]) == 60
    assert labels[3] == "none of these"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (case(""), "Choose what is compared."),
        (case("gone"), "No step asks for “gone” any more. Choose something else."),
        (case("pin"), "“pin” is not kept, so nothing can be decided by it. Choose something else."),
        (case("order", "begins", "nine"), "Write digits only, such as 4711."),
        (case("earlier_calls", "more", ""), "Write a number in figures, such as 12 or 3.5."),
    ],
)
def test_what_cannot_be_decided_is_a_problem_beside_its_row(row, sentence):
    pin = ("collect_digits", {"prompt": "PIN?", "answer": "pin", "do_not_keep": True}, "bye")
    flow = deciding(row, asks=ORDER, pin=pin)
    assert ("decide", "exit:case-1", sentence) in {(p.step, p.field, p.sentence) for p in problems(flow)}
    assert Caller(flow).presses("1234").step == "other"


@pytest.mark.parametrize("row", [case("weekday", "is", "Monday"), case("today", "after", "2026-12-24")])
def test_a_case_by_the_clock_needs_somebodys_clock(row):
    assert [(p.field, p.sentence[:22]) for p in problems(deciding(row, hours=""))] == [
        ("hours", "A case goes by the clo")
    ]


def test_a_decision_without_cases_cannot_be_published():
    flow = deciding()
    assert [(p.step, p.field) for p in problems(flow)] == [("decide", "cases")]
    assert Caller(flow).step == "other"


def test_a_case_must_lead_somewhere():
    flow = flow_of(
        decide=("branch", {"cases": [case("callers_number", "filled")]}, {"otherwise": "bye"}), bye=("hang_up", "Bye.")
    )
    assert [(p.step, p.field) for p in problems(flow)] == [("decide", "exit:case-1")]
