"""What each rule sees: the figures it opens at, and those it does not."""

from datetime import timedelta
from decimal import Decimal

import pytest

from flows.models import Flow, PhoneNumber
from streams import troubles
from streams.alerts import kinds, looks, watching
from streams.figures import rollups
from streams.models import (
    AgentTurn,
    Alert,
    AlertRule,
    Announcement,
    Budget,
    Callee,
    CallList,
    CarrierMessage,
    CarrierRecord,
    FlowSwitch,
    OutboundAttempt,
    Stream,
)
from streams.reconciling.settling import settle
from tests.streams.alerts.conftest import NOW
from tests.streams.budgets.made import a_version, costing
from tests.streams.made import a_call, log

pytestmark = pytest.mark.django_db
AGO = NOW - timedelta(minutes=20)


def finished(outcome="person", *, at=AGO, seconds=60, **fields):
    ended = at + timedelta(seconds=seconds)
    given = {"began_at": at, "answered_at": at, "ended_at": ended, "status": "finished", "outcome_kind": outcome}
    return a_call(**given | {"version": a_version()} | fields)


def titles():
    watching.watch(NOW)
    return [alert.title for alert in Alert.objects.all()]


def test_a_budget_is_told_of_at_each_of_its_shares_and_anew_in_the_next_period(only):
    only("budget")
    Budget.objects.create(period="day", amount=10, thresholds=[50, 100])
    costing("4.9", AGO)
    assert titles() == []
    costing("0.1", AGO)
    assert titles() == ["Budget of the whole site: 50 % reached"]
    assert "$5.000 of $10.00 for today, 50 %" in Alert.objects.get().figure
    costing(5, AGO)
    assert titles() == ["Budget of the whole site: 100 % reached"]
    tomorrow = NOW + timedelta(days=1)
    costing(6, tomorrow)
    watching.watch(tomorrow + timedelta(hours=1))
    old, new = Alert.objects.order_by("opened_at")
    assert old.closed_at
    assert new.title == "Budget of the whole site: 50 % reached"
    assert list(old.notices.values_list("event", flat=True)) == ["opened", "raised"]  # no “over” at midnight


def test_a_budget_that_is_off_or_of_another_flow_is_silent(only):
    only("budget")
    Budget.objects.create(period="day", amount=1, active=False)
    Budget.objects.create(flow=a_version("Other").flow, period="month", amount=1)
    costing(5, AGO, version=a_version())
    assert titles() == []


@pytest.mark.parametrize(("calls", "bad", "is_one"), [(9, 9, False), (10, 1, False), (10, 2, True)])
def test_faults_count_from_ten_calls_and_a_fifth_on(only, calls, bad, is_one):
    only("faults")
    for n in range(calls):
        finished("fault" if n < bad else "person")
    finished("fault", at=NOW - timedelta(hours=2))  # long ago
    a_call(began_at=AGO, version=a_version())  # still on
    assert titles() == (["Faults on Main line"] if is_one else [])
    if is_one:
        assert Alert.objects.get().figure == "2 of 10 calls in 1 h had a fault, 20 %"
        assert "outcome_kind__exact=fault" in Alert.objects.get().behind


def test_a_flow_that_does_well_does_not_hide_one_that_does_not(only):
    only("faults")
    for n in range(10):
        finished(version=a_version("Good line"))
        finished("fault" if n < 3 else "person", version=a_version("Bad line"))
    assert titles() == ["Faults on Bad line"]


def of_one_flow(rule, name, **fields):
    """Limits of its own for this flow; gives a version of it."""
    version = a_version(name)
    own = kinds.for_one_flow(rule, version.flow)
    AlertRule.objects.filter(pk=own.pk).update(**fields)
    return version


def test_a_flow_with_limits_of_its_own_is_judged_by_them_alone(only):
    strict = of_one_flow(only("faults"), "Strict line", threshold=5, clears_at=1)
    for n in range(10):
        finished("fault" if n < 1 else "person", version=strict)
        finished("fault" if n < 1 else "person")
    assert titles() == ["Faults on Strict line"]  # a tenth: enough for this flow, and not for others
    AlertRule.objects.filter(flow=strict.flow).update(threshold=50)
    for _ in range(3):
        finished("fault", version=strict)
        finished("fault")
    finished("fault", version=None)
    watching.watch(NOW)
    assert {(alert.title, alert.rule.flow_id) for alert in Alert.objects.filter(closed_at=None)} == {
        ("Faults on Strict line", strict.flow_id),  # still above the figure at which it is over
        ("Faults on Main line", None),
    }


def test_limits_that_are_switched_off_leave_the_flow_to_the_rule_of_all_flows(only):
    lax = of_one_flow(only("faults"), "Lax line", threshold=90, active=False)
    for _ in range(10):
        finished("fault", version=lax)
    assert titles() == ["Faults on Lax line"]
    assert Alert.objects.get().rule.key == "faults"


def test_silence_and_slow_answers_have_limits_of_one_flow_too(only):
    line = of_one_flow(only("silent"), "Quiet line", threshold=1)
    with_stream(finished(version=line), 0)
    with_stream(finished(), 0)
    assert titles() == ["Silent calls on Quiet line"]
    slow = of_one_flow(only("slow"), "Slow line", threshold=2, clears_at=1, at_least=1)
    for version in (slow, a_version()):
        call = finished(version=version)
        AgentTurn.objects.create(call=call, place=0, engine="local", at=AGO, latency_ms=2500)
    assert "Slow answers of Scripted assistant (no AI) on Slow line" in titles()
    assert Alert.objects.count() == 2
    assert f"version__flow__id__exact={slow.flow_id}" in Alert.objects.get(title__endswith="Slow line").behind


def with_stream(call, frames, *, said=True, by="socket"):
    Stream.objects.create(
        call=call,
        stream_id=call.call_uuid,
        started_at=call.began_at,
        ended_at=call.ended_at,
        ended_by=by,
        frames=frames,
    )
    if said:
        log(call, (0.1, "prompt_started", "menu", {"prompt": "said-1", "texts": []}))


def test_calls_in_silence_are_those_with_nothing_heard_or_nothing_sent(only):
    only("silent")
    with_stream(finished(), 0)
    with_stream(finished(), 500, said=False)
    assert titles() == []  # two are not three
    with_stream(finished(), 0)
    assert titles() == ["Silent calls on Main line"]
    figure = Alert.objects.get().figure
    assert figure.startswith("3 calls in 1 h in silence")
    assert "nothing heard of the caller in 2, nothing sent to the caller in 1" in figure


@pytest.mark.parametrize(
    "fields", [{"seconds": 5}, {"at": NOW - timedelta(hours=2)}, {"answered_at": None}, {"ended_at": None}]
)
def test_calls_that_are_short_old_or_unanswered_are_not_taken_for_silent(only, fields):
    only("silent", threshold=1)
    with_stream(finished(**fields), 0)
    with_stream(finished(), 3000)
    with_stream(finished(), 0, by="sweep")  # its process died: nobody counted the frames
    finished()  # no stream at all: a document did everything
    assert titles() == []


def test_slow_answers_are_judged_by_nine_of_ten(only):
    only("slow")
    call = finished()
    for place in range(20):
        AgentTurn.objects.create(call=call, place=place, engine="local", at=AGO, latency_ms=5000 if place < 2 else 900)
    assert titles() == []
    AgentTurn.objects.create(call=call, place=20, engine="local", at=AGO, latency_ms=5000)
    assert titles() == ["Slow answers of Scripted assistant (no AI)"]
    assert Alert.objects.get().value == 5
    assert "of 21 answers in 30 min took 5.0 s or more" in Alert.objects.get().figure


def test_an_engine_is_down_when_it_failed_three_times_and_up_when_it_works(only):
    only("engine")
    call = finished()
    for _ in range(3):
        assert titles() == []
        troubles.note(call.pk, {"ability": "agent", "engine": "local", "fault": "slow", "what": "It did not answer."})
    troubles.refused(call.pk, "text", "Directions", "No number.")
    assert titles() == ["The assistant failed: Scripted assistant (no AI)"]
    assert Alert.objects.get().figure == "failed 3 times: It did not answer."
    troubles.over("agent", "local")
    watching.watch(NOW)
    assert Alert.objects.get().closed_at


@pytest.mark.parametrize(("minutes", "is_one"), [(4, False), (5, True)])
def test_a_worker_that_gives_no_sign_is_an_alert_and_one_that_never_did_is_none(only, minutes, is_one):
    only("worker")
    assert titles() == []
    watching.beat(looks.WORKER, NOW - timedelta(minutes=minutes))
    assert titles() == (["The worker or its clock does not run"] if is_one else [])


def test_what_was_tried_too_often_waits_for_a_person(only):
    only("parked")
    CarrierMessage.objects.create(dedupe_key="a", kind="hangup", attempts=7)
    assert titles() == []
    CarrierMessage.objects.create(dedupe_key="b", kind="hangup", attempts=8)
    finished(finalise_attempts=8)
    assert titles() == ["Something waits for a person"]
    assert Alert.objects.get().figure == ("1 message of the carrier and 1 record of a call could not be dealt with")


def test_test_calls_are_nobodys_trouble(only, django_user_model):
    from streams.models import Rehearsal

    only("faults")
    tester = django_user_model.objects.create_user("tester")
    for _ in range(10):
        finished(
            "fault", rehearsal=Rehearsal.objects.create(title="Draft", snapshot={}, digest="", by=tester), version=None
        )
    assert titles() == []


def test_no_number_of_a_caller_is_in_what_leaves_the_house(only):
    only("faults")
    calls = [finished("fault") for _ in range(10)]
    titles()
    alert = Alert.objects.get()
    assert not any(call.caller[-7:] in alert.title + alert.figure for call in calls)
    assert alert.value == Decimal(100)


def a_record(days_ago, amount):
    """A stream that the carrier billed and we never saw."""
    began = NOW - timedelta(days=days_ago)
    CarrierRecord.objects.create(
        kind="stream",
        carrier_id=f"their-{days_ago}",
        call_uuid=f"their-call-{days_ago}",
        began_at=began,
        ended_at=began + timedelta(seconds=50),
        seconds=50,
        billed_seconds=60,
        amount=Decimal(amount),
        digest=str(days_ago),
        fetched_at=began,
    )
    rollups.changed([rollups.day_of(began)])


def test_money_that_waits_for_longer_than_three_days_is_an_alert_from_a_dollar_on(only, django_user_model):
    only("money")
    a_record(1, "5")  # of yesterday: somebody may still be at it
    a_record(5, "0.6")
    assert titles() == []
    a_record(6, "0.4")
    watching.watch(NOW + timedelta(minutes=59))
    assert not Alert.objects.exists()  # it is looked at each hour
    watching.watch(NOW + timedelta(hours=1))
    alert = Alert.objects.get()
    assert alert.title == "Money that does not add up with the carrier"
    assert alert.figure.startswith("$1.000 in 2 things since")
    olga = django_user_model.objects.create_user("olga")
    for day in (5, 6):
        settle(f"stream:their-{day}", str(day), "keep-ours", note="", by=olga)
    watching.watch(NOW + timedelta(hours=2))
    assert Alert.objects.get().closed_at


def test_a_call_list_that_stopped_itself_is_an_alert_until_somebody_deals_with_it(only):
    only("lists")
    ours = PhoneNumber.objects.create(number="+14155550188")
    flow = Flow.objects.create(name="Reminders", slug="reminders")
    row = CallList.objects.create(name="December", flow=flow, ours=ours, company="Hart", state="paused")
    assert titles() == []
    CallList.objects.update(stopped_itself=True, why="It stopped itself: 2 of 40 people heard nothing.")
    assert titles() == ["Call list “December” stopped itself"]
    assert "2 of 40" in Alert.objects.get().figure
    CallList.objects.filter(pk=row.pk).update(stopped_itself=False)
    watching.watch(NOW + timedelta(minutes=1))
    assert Alert.objects.get().closed_at


def test_a_list_that_runs_and_has_no_voice_is_an_alert(only):
    only("lists")
    ours = PhoneNumber.objects.create(number="+14155550188")
    flow = Flow.objects.create(name="Reminders", slug="reminders")
    CallList.objects.create(name="December", flow=flow, ours=ours, company="Hart", state="running")
    assert titles() == []
    CallList.objects.update(why="The first words of the calls could not be made: The voice is away.")
    assert titles() == ["Call list “December” cannot call"]


def test_lists_that_cannot_call_for_the_carrier_is_away_are_an_alert_after_some_minutes(only):
    only("lists")
    ours = PhoneNumber.objects.create(number="+14155550188")
    flow = Flow.objects.create(name="Reminders", slug="reminders")
    row = CallList.objects.create(name="December", flow=flow, ours=ours, company="Hart", state="running")
    callee = Callee.objects.create(call_list=row, number="+14155550142")
    about = {"callee": callee, "result": "never-made", "why": "The carrier cannot be reached."}
    one = OutboundAttempt.objects.create(ordered_at=NOW - timedelta(minutes=4), settled_at=NOW, **about)
    assert titles() == []
    OutboundAttempt.objects.filter(pk=one.pk).update(ordered_at=AGO)
    assert titles() == ["Call lists cannot call"]
    assert "cannot be reached" in Alert.objects.get().figure
    OutboundAttempt.objects.create(ordered_at=NOW, callee=callee, result="ringing")
    watching.watch(NOW + timedelta(minutes=1))
    assert Alert.objects.get().closed_at


def test_what_was_switched_in_an_emergency_is_not_forgotten(only):
    only("switched")
    flow = a_version("Support").flow
    switch = FlowSwitch.objects.create(flow=flow, done_by="Sue", off_since=NOW - timedelta(minutes=4))
    Announcement.objects.create(text="Closed.", done_by="Sue", ready_at=AGO, over_at=NOW)
    assert titles() == []
    FlowSwitch.objects.filter(pk=switch.pk).update(off_since=AGO)
    Announcement.objects.update(over_at=None)
    assert sorted(titles()) == ["AI steps of Support are off", "Callers hear an announcement"]
    FlowSwitch.objects.update(over_at=NOW)
    watching.watch(NOW)
    assert [alert.title for alert in Alert.objects.filter(closed_at=None)] == ["Callers hear an announcement"]
