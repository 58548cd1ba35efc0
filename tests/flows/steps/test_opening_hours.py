from datetime import UTC, datetime

import pytest

from flows.engine import commands as do
from flows.engine.problems import problems
from flows.engine.schedule import Schedule
from tests.builders import RESOURCES, flow_of
from tests.scripted_call import Caller


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def hours(exits, **more):
    return flow_of(
        hours=("opening_hours", {"hours": "office"}, exits),
        **{name: ("say", f"{name}.", "bye") for name in ("open", "closed", "holiday")},
        bye=("hang_up", "Bye."),
        **more,
    )


ALL = {"open": "open", "closed": "closed", "holiday": "holiday"}


@pytest.mark.parametrize(
    ("when", "step"),
    [
        ("2026-07-06T09:00", "open"),
        ("2026-07-06T17:00", "closed"),
        ("2026-07-05T10:00", "closed"),
        ("2026-12-25T10:00", "holiday"),
    ],
)
def test_callers_go_on_at_once_by_the_clock(when, step):
    call = Caller(hours(ALL), began=moment(when))
    assert call.step == step
    assert call.played == (f"{step}.",)


def test_a_holiday_counts_as_closed_when_its_exit_is_left_open():
    call = Caller(hours({"open": "open", "closed": "closed"}), began=moment("2026-12-25T10:00"))
    assert call.way == [("hours", "closed")]


def test_the_clock_is_that_of_the_moment_and_not_of_the_answer():
    flow = flow_of(
        hello=("say", "Hello.", "hours"),
        hours=("opening_hours", {"hours": "office"}, {"open": "bye", "closed": "closed"}),
        closed=("say", "Closed.", "bye"),
        bye=("hang_up", "Bye."),
    )
    call = Caller(flow, began=moment("2026-07-06T16:59"))
    call.state = call.state.__class__(**{**_fields(call.state), "at": 90.0})
    assert call.hears().step == "closed"


def _fields(state):
    return {name: getattr(state, name) for name in state.__dataclass_fields__}


@pytest.mark.parametrize("began", [float("inf"), float("nan"), 1e300, -1e300])
def test_a_moment_beyond_every_calendar_is_closed(began):
    assert Caller(hours(ALL), began=began).step == "closed"


def test_hours_that_are_gone_are_closed_and_a_problem():
    flow = flow_of(
        resources={"hours": {}, "destination": {}},
        hours=("opening_hours", {"hours": "office"}, "bye"),
        bye=("hang_up", "Bye."),
    )
    assert Caller(flow).way == [("hours", "closed")]
    assert [p.sentence for p in problems(flow)] == ["What was chosen here does not exist any more."]


def test_what_is_wrong_with_the_hours_stands_at_the_step():
    flow = flow_of(
        resources=RESOURCES | {"hours": {"office": Schedule(name="Office", zone="Mars/Olympus")}},
        hours=("opening_hours", {"hours": "office"}, "bye"),
        bye=("hang_up", "Bye."),
    )
    assert [(p.step, p.field) for p in problems(flow)] == [("hours", "hours"), ("hours", "hours")]
    assert Caller(flow).last(do.LogLeft).outcome == "closed"
