"""The figures of a call, made through the door that makes its record."""

from datetime import timedelta
from decimal import Decimal

import pytest

from flows.models import Flow, FlowVersion
from streams import finalise as after_call
from streams.figures import noting
from streams.figures.noting import note_figures
from streams.models import CallFigures, ChangedDay, Charge, OutcomeKind, Rehearsal, StepVisit, Tally
from tests.streams.made import NOON, REACHED, SNAPSHOT, TALK, a_call, a_stream, at, log
from tests.streams.summing import FakeSummarizer, use

pytestmark = pytest.mark.django_db
GPT = {"engine": "openai", "model": "gpt-x", "unit": "text_out"}
ANSWERED = (0.0, "answered", "", {})
MENU = (0.0, "entered", "menu", {})
GONE = (20.0, "left", "menu", {"outcome": "caller-hung-up", "goes_to": None})
ENDED = (30.0, "hangup", "bye", {"reason": "done"})


@pytest.fixture(autouse=True)
def summarizer(monkeypatch):
    return use(monkeypatch, FakeSummarizer())


@pytest.fixture
def version():
    flow = Flow.objects.create(name="Main line", slug="main-line")
    return FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot={**SNAPSHOT, "language": "en-GB"})


def marked(version: FlowVersion, *goals: str) -> FlowVersion:
    steps = {
        key: {**row, "settings": {**row["settings"], "goal": key in goals}} for key, row in SNAPSHOT["steps"].items()
    }
    return FlowVersion.objects.create(flow=version.flow, number=2, spec=1, snapshot={**SNAPSHOT, "steps": steps})


def figured(*lines, ended=30.0, seconds=None, **fields) -> CallFigures:
    """The figures of a call with this log, its record made."""
    call = a_call(ended=ended, seconds=seconds, **fields)
    log(call, *lines)
    after_call.finalise(call.pk, now=at(3600))
    return CallFigures.objects.get(call=call)


def test_a_call_that_reached_a_person(version):
    call = a_call(ended=61, version=version)
    stream = a_stream(call, ended=10)
    log(call, *TALK, REACHED)
    after_call.finalise(call.pk, now=at(3600))
    found = CallFigures.objects.get(call=call)
    assert (found.flow, found.version, found.number, found.language) == (
        version.flow, version, "+14155550199", "en-GB",
    )  # fmt: skip
    assert (found.answered, found.entered, found.short) == (True, True, False)
    assert (found.asked_person, found.transferred, found.goal, found.gave_up) == (True, True, False, False)
    assert found.seconds_to_person == 10  # the conversation took 50 of the 60 seconds
    assert found.seconds == 10  # talking to a person is no time on the line's own steps, but for the last second
    assert found.slowest_ms == 640
    current = Charge.objects.current().get(source_key=f"stream:{stream.stream_id}")
    assert (found.stream_cost, found.ai_cost, found.cost) == (current.amount, 0, current.amount)


def test_visits_and_what_is_spent_at_no_step_add_up_to_the_cost(version):
    call = a_call(ended=61, version=version)
    a_stream(call, ended=10)
    log(call, *TALK, (8.1, "used", "helper", {**GPT, "quantity": 300}), REACHED)
    after_call.finalise(call.pk, now=at(3600))
    Charge.objects.create(
        source_key=f"ai:{call.pk}:gpt-x:text_out2", call=call, kind="ai", amount="0.004", quantity=1, unit="x"
    )
    found = note_figures(call.pk)
    visits = list(StepVisit.objects.filter(call=call))
    assert [(visit.step, visit.exit) for visit in visits] == [
        ("menu", "no-match"),
        ("helper", "person"),
        ("support", ""),
    ]
    assert [visit.place for visit in visits] == [2, 7, 15]
    assert sum(visit.cost for visit in visits) + Decimal("0.004") == found.cost
    assert found.ai_cost == Decimal("0.004")


def test_who_hangs_up_gave_up(version):
    found = figured(ANSWERED, MENU, GONE, version=version)
    assert (found.gave_up, found.goal, found.transferred) == (True, False, False)
    (visit,) = StepVisit.objects.filter(call=found.call)
    assert (visit.hung_up, visit.exit, visit.seconds) == (True, "", 30.0)


def test_without_a_marked_goal_a_planned_end_is_one(version):
    assert figured(ANSWERED, MENU, ENDED, version=version).goal
    assert not figured(ANSWERED, MENU, (3.0, "apology", "menu", {"reason": "x"}), ENDED, version=version).goal
    noted = figured(ANSWERED, MENU, (3.0, "note_kept", "menu", {"what": "message"}), ENDED, version=version)
    assert (noted.goal, noted.call.outcome_kind) == (False, OutcomeKind.MESSAGE)


def test_a_marked_goal_counts_once_it_is_reached_whatever_comes_after(version):
    with_goal = marked(version, "helper")
    went = (3.0, "entered", "helper", {})
    assert figured(ANSWERED, MENU, went, (20.0, "caller_hung_up", "", {}), version=with_goal).goal
    assert not figured(ANSWERED, MENU, went, (20.0, "caller_hung_up", "", {}), version=with_goal).gave_up
    assert not figured(ANSWERED, MENU, ENDED, version=with_goal).goal


def test_a_goal_in_a_flow_inside_counts(version):
    inside = {"steps": {"paid": {"kind": "say", "name": "Paid", "settings": {"goal": True}}}}
    outer = {
        "steps": {"pay": {"kind": "go_to_flow", "name": "Pay", "settings": {"flow": "payment"}}},
        "resources": {"flow": {"payment": {"name": "Payment", "number": 1, "flow": inside}}},
    }
    nested = FlowVersion.objects.create(flow=version.flow, number=3, spec=1, snapshot=outer)
    assert figured(ANSWERED, (0.0, "entered", "pay", {}), (0.0, "entered", "pay/paid", {}), version=nested).goal


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ((5.0, "left", "menu", {"outcome": "person", "goes_to": "support"}), True),
        ((5.0, "left", "menu", {"outcome": "0", "goes_to": "support"}), True),
        ((5.0, "left", "menu", {"outcome": "0", "goes_to": "helper"}), False),
        ((5.0, "left", "menu", {"outcome": "1", "goes_to": "support"}), False),
        ((5.0, "tool_asked", "helper", {"tool": "put_through", "verdict": "refused"}), True),
        ((5.0, "tool_asked", "helper", {"tool": "look_up_order", "verdict": "allowed"}), False),
    ],
)
def test_whoever_asks_for_a_person_is_counted(version, line, asked):
    assert figured(ANSWERED, MENU, line, ENDED, version=version).asked_person is asked


def test_a_call_of_a_few_seconds_never_entered(version):
    short = figured(ANSWERED, MENU, GONE, ended=4.0, version=version)
    assert (short.answered, short.short, short.entered, short.gave_up) == (True, True, False, False)
    assert figured(ANSWERED, MENU, GONE, ended=4.0, seconds=5, version=version).entered  # as the carrier counts
    refused = figured(ended=4.0, answered_at=None, version=version)
    assert (refused.answered, refused.short, refused.entered) == (False, False, False)


def test_times_that_nothing_came_or_fitted_are_counted_at_their_step(version):
    missed = [
        (float(n), "missed", "menu", {"what": what}) for n, what in enumerate(("no-input", "no-match", "no-input"))
    ]
    left = (9.0, "left", "menu", {"outcome": "no-input", "goes_to": "helper"})
    found = figured(ANSWERED, MENU, *missed, left, ENDED, version=version)
    (visit,) = StepVisit.objects.filter(call=found.call)
    assert (visit.no_inputs, visit.no_matches, visit.exit) == (2, 1, "no-input")
    of_old = figured(ANSWERED, MENU, left, ENDED, version=version)
    assert StepVisit.objects.get(call=of_old.call).no_inputs == 1


def test_a_step_that_leads_inside_is_left_when_callers_come_back(version):
    found = figured(
        ANSWERED,
        (0.0, "entered", "pay", {}),
        (0.0, "entered", "pay/menu", {}),
        (5.0, "left", "pay/menu", {"outcome": "returned", "goes_to": "pay"}),
        (5.0, "left", "pay", {"outcome": "returned", "goes_to": "bye"}),
        (5.0, "entered", "bye", {}),
        ENDED,
        version=version,
    )
    visits = StepVisit.objects.filter(call=found.call).values_list("step", "exit")
    assert list(visits) == [("pay", "returned"), ("pay/menu", "returned"), ("bye", "")]


def test_noting_again_changes_nothing_but_what_changed(version):
    found = figured(ANSWERED, MENU, ENDED, version=version)
    before = CallFigures.objects.filter(pk=found.pk).values().get() | {"made_at": None}
    visits = list(StepVisit.objects.filter(call=found.call).values_list("step", "cost"))
    note_figures(found.pk)
    assert CallFigures.objects.filter(pk=found.pk).values().get() | {"made_at": None} == before
    assert list(StepVisit.objects.filter(call=found.call).values_list("step", "cost")) == visits


def test_a_charge_of_one_step_is_its_visit_s(version):
    found = figured(ANSWERED, MENU, (5.0, "entered", "support", {}), ENDED, version=version)
    Charge.objects.create(
        source_key="leg:1", call=found.call, kind="leg", amount="0.0115", quantity=1, unit="minute", step="support"
    )
    again = note_figures(found.pk)
    assert (again.leg_cost, again.cost) == (Decimal("0.0115"), Decimal("0.0115"))
    costs = dict(StepVisit.objects.filter(call=found.call).values_list("step", "cost"))
    assert costs == {"menu": 0, "support": Decimal("0.0115")}


def test_other_money_is_not_added_to_dollars(version):
    found = figured(ANSWERED, MENU, ENDED, version=version)
    Charge.objects.create(
        source_key="x:1", call=found.call, kind="leg", amount="9", quantity=1, unit="minute", currency="EUR"
    )
    assert note_figures(found.pk).cost == 0


def test_test_calls_and_calls_that_go_on_have_none(version, admin_user):
    draft = Rehearsal.objects.create(flow=version.flow, title="Draft", snapshot=SNAPSHOT, by=admin_user)
    assert note_figures(a_call(ended=30, rehearsal=draft).pk) is None
    assert note_figures(a_call().pk) is None
    assert note_figures(0) is None
    assert not CallFigures.objects.exists()


def test_a_change_has_its_day_counted_anew(version):
    figured(ANSWERED, MENU, ENDED, version=version)
    assert ChangedDay.objects.filter(day=NOON.date()).exists()


def test_a_dear_call_needs_ears(version, monkeypatch):
    monkeypatch.setattr(noting.ears, "ENOUGH", 10)
    day = (NOON - timedelta(days=1)).date()
    Tally.objects.create(day=day, flow=version.flow, version=version, what="cost", value="6000", times=10)
    found = figured(ANSWERED, MENU, ENDED, version=version)
    for cost, dear in (("0.0604", False), ("0.0096", True)):
        Charge.objects.create(source_key=f"ai:{cost}", call=found.call, kind="ai", amount=cost, quantity=1, unit="x")
        assert ("It cost more than 99 of 100 calls of its flow." in note_figures(found.pk).ears) is dear
