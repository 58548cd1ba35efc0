"""Calls of a list: when each is placed, what the carrier is told, and what follows for who is called."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from django.core.cache import cache
from django.db import InterfaceError

from flows.engine.snapshot import dump, load
from flows.models import FlowVersion
from streams import spool, sweeper
from streams.models import Call, Callee, CallEvent, CallList, DoNotCall, OutboundAttempt
from streams.outbound import beginning, due, machines, refusing
from streams.webhooks import inbox
from tests.streams.carriers.plivo_side import document
from tests.streams.outbound.conftest import MINUTE, MONDAY_10, OTHER, OURS, THEM

pytestmark = pytest.mark.django_db


def test_who_picks_up_walks_the_published_flow_with_what_the_list_knows_of_them(desk, a_list, version):
    a_list()
    Callee.objects.update(name="Ann Lee", answers={"order_number": "12"})
    desk.sweep()
    (order,) = desk.plivo.orders
    assert (order["from"], order["to"], order["ring_timeout"]) == (OURS[1:], THEM[1:], 30)
    assert order["machine_detection"] == "true"
    heard = desk.plivo.picks_up()
    assert heard.verbs == ["Stream", "Redirect"]
    call = Call.objects.get()
    assert (call.direction, call.version, call.called) == ("outbound", version, THEM[1:])
    assert call.state["answers"] == {"name": "Ann Lee", "order_number": "12"}
    assert desk.state() == ("calling", ["answered"])
    desk.plivo.ends()
    assert desk.state() == ("reached", ["reached"])
    desk.sweep(MINUTE)
    done = CallList.objects.get()
    assert (done.state, done.why) == ("done", due.NOBODY_LEFT)


def test_a_number_that_answers_with_another_flow_changes_nothing(desk, a_list, version):
    made = a_list()
    made.ours.version = None
    made.ours.save()
    assert beginning.version_for(CallList.objects.get()) == version


@pytest.mark.parametrize(
    ("status", "code", "result", "state"),
    [
        ("busy", "3010", "busy", "waiting"),
        ("no-answer", "3000", "no-answer", "waiting"),
        ("timeout", "6010", "no-answer", "waiting"),
        ("failed", "5020", "failed", "waiting"),
        ("failed", "3050", "no-such-number", "gave-up"),
        ("completed", "9100", "machine", "waiting"),
    ],
)
def test_who_was_not_reached_is_called_again_after_the_pause_and_a_wrong_number_never(
    desk, a_list, status, code, result, state
):
    made = a_list(minutes=60)
    desk.sweep()
    desk.plivo.tells(desk.plivo.orders[-1]["hangup_url"], status, Event="Hangup", HangupCauseCode=code)
    assert desk.state() == (state, [result])
    if state == "waiting":
        callee, attempt = Callee.objects.get(), desk.attempt()
        assert callee.next_at - attempt.settled_at == made.pause


def test_after_the_last_attempt_it_says_that_they_were_not_reached(desk, a_list):
    a_list(most_attempts=1)
    desk.sweep()
    desk.plivo.ends("no-answer")
    assert desk.state() == ("gave-up", ["no-answer"])
    assert "could not be reached" in Callee.objects.get().problem


def test_only_so_many_are_called_at_once_and_in_a_day(desk, a_list):
    a_list(*(f"+1415555{number}" for number in range(2000, 2006)), at_once=2, daily_cap=3)
    desk.sweep()
    assert len(desk.plivo.orders) == 2
    desk.sweep(MINUTE)
    assert len(desk.plivo.orders) == 2
    for attempt in OutboundAttempt.objects.all():
        due.settling.settle(attempt.pk, "reached", MONDAY_10)
    desk.sweep(2 * MINUTE)
    assert len(desk.plivo.orders) == 3  # the day's last one


def test_the_window_is_on_the_clock_of_who_is_called(desk, a_list):
    a_list(THEM, "+12125550142")  # San Francisco at 10, New York at 13
    CallList.objects.update(closes="12:00")
    desk.sweep()
    assert [order["to"] for order in desk.plivo.orders] == [THEM[1:]]
    waits = Callee.objects.get(number="+12125550142")
    assert waits.next_at == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)  # Tuesday at 9 there


def test_nobody_is_called_before_the_hours_that_the_site_allows_whatever_the_list_says(desk, a_list):
    a_list(opens="00:00", closes="23:59", weekdays="0123456")
    desk.now = MONDAY_10 - timedelta(hours=4)  # at six
    Callee.objects.update(next_at=desk.now)
    due.do_what_is_due(desk.now)
    assert desk.plivo.orders == []
    assert Callee.objects.get().next_at == MONDAY_10 - timedelta(hours=2)


def test_the_column_of_the_file_says_whose_clock_counts(desk, a_list):
    a_list(closes="12:00")
    Callee.objects.update(zone="America/New_York")
    desk.sweep()
    assert desk.plivo.orders == []


def test_a_number_with_several_clocks_is_called_when_all_of_them_allow_it(a_list):
    a_list("+12085550142", closes="12:00")  # Idaho, on two clocks
    at = due.window.may_be_called_at(Callee.objects.select_related("call_list").get(), MONDAY_10 - timedelta(hours=4))
    assert at == MONDAY_10 - timedelta(hours=1)  # at ten in the one, at nine in the other


def test_one_number_is_not_called_more_than_three_times_a_day_by_all_lists_together(desk, a_list):
    for _ in range(4):
        a_list(most_attempts=1)
        desk.sweep()
        desk.plivo.ends("no-answer")
    OutboundAttempt.objects.update(ordered_at=MONDAY_10)
    assert len(desk.plivo.orders) == 3
    last = Callee.objects.latest("pk")
    assert (last.state, last.next_at) == ("waiting", MONDAY_10 + timedelta(days=1))


@pytest.mark.parametrize("state", ["draft", "paused", "done"])
def test_only_a_running_list_calls(desk, a_list, state):
    a_list(state=state)
    assert desk.sweep() == 0
    assert desk.plivo.orders == []


def test_a_list_that_cannot_be_run_keeps_no_other_from_calling(desk, a_list, monkeypatch):
    broken, sound = a_list(THEM), a_list(OTHER)
    make = due.first_words.make
    monkeypatch.setattr(due.first_words, "make", lambda each: 1 / 0 if each == broken else make(each))
    desk.sweep()
    assert [order["to"] for order in desk.plivo.orders] == [OTHER[1:]]
    assert sound.callees.get().state == "calling"


def test_a_number_on_the_do_not_call_list_is_refused(desk, a_list):
    a_list(THEM, OTHER)
    refusing.add(OTHER, "They wrote to us.")
    DoNotCall.objects.create(number=THEM, reason="By hand, without telling the lists")
    desk.sweep()
    assert desk.plivo.orders == []
    assert set(Callee.objects.values_list("state", flat=True)) == {"opted-out"}


def test_who_opted_out_while_it_rang_is_not_spoken_with(desk, a_list):
    a_list()
    desk.sweep()
    DoNotCall.objects.create(number=THEM, reason="On another line")
    assert desk.plivo.picks_up().verbs == ["Speak", "Hangup"]
    desk.plivo.ends()
    assert desk.state() == ("opted-out", ["opted-out"])


def test_what_the_carrier_s_voice_says_is_in_the_language_of_the_flow(desk, a_list, version):
    FlowVersion.objects.update(snapshot=dump(replace(load(version.snapshot), language="de-DE")))
    a_list()
    desk.sweep()
    DoNotCall.objects.create(number=THEM, reason="On another line")
    spoken = desk.plivo.picks_up()["Speak"]
    assert (spoken.get("language"), "Auf Wiederhören" in spoken.text) == ("de-DE", True)


@pytest.mark.parametrize("said", ["0014155550142", "sip:4155550142@carrier.example", "anonymous"])
def test_the_number_that_was_called_is_refused_from_then_on_however_the_carrier_spells_it(desk, a_list, said):
    a_list()
    desk.sweep()
    desk.plivo.tells(desk.plivo.orders[-1]["answer_url"], Event="StartApp", To=said)
    refusing.opt_out(Call.objects.get().pk, by="word")
    assert refusing.is_refused(THEM)


def test_opting_out_on_a_call_is_kept_also_when_the_end_was_told_before(desk, a_list):
    a_list()
    desk.sweep()
    desk.plivo.picks_up()
    desk.plivo.ends()
    for _ in range(2):
        refusing.opt_out(Call.objects.get().pk, by="key")
    kept = DoNotCall.objects.get()
    assert (kept.number, kept.reason, kept.call) == (THEM, refusing.BY_KEY, Call.objects.get())
    assert desk.state() == ("opted-out", ["opted-out"])


def test_without_an_account_it_waits_and_says_why(desk, a_list, settings):
    settings.PLIVO_AUTH_ID = ""
    a_list()
    desk.sweep()
    assert "PLIVO_AUTH_ID" in Callee.objects.get().problem


def test_a_country_that_is_not_called_is_given_up(desk, a_list):
    a_list("+34911234567")
    desk.sweep()
    assert desk.state() == ("gave-up", [])


def test_a_list_that_was_stopped_while_it_rang_says_so_and_calls_nobody_again(desk, a_list):
    a_list()
    desk.sweep()
    CallList.objects.update(state="done")
    desk.plivo.ends("no-answer")
    assert desk.state() == ("removed", ["no-answer"])


# --- Machines ---------------------------------------------------------------------------------------------------------


def machine_told(desk, django_capture_on_commit_callbacks, machine="true"):
    with django_capture_on_commit_callbacks(execute=True):
        desk.plivo.tells(desk.plivo.orders[-1]["machine_detection_url"], Event="MachineDetection", Machine=machine)


def test_a_call_that_a_machine_took_is_hung_up_and_made_again(desk, a_list, django_capture_on_commit_callbacks):
    a_list()
    desk.sweep()
    desk.plivo.picks_up()
    machine_told(desk, django_capture_on_commit_callbacks)
    assert desk.plivo.hung_up == ["outbound-1"]
    desk.plivo.ends()
    assert desk.state() == ("waiting", ["machine"])
    assert CallEvent.objects.filter(kind="machine").count() == 1


def test_a_machine_hears_the_message_where_the_list_leaves_one(
    desk, a_list, django_capture_on_commit_callbacks, monkeypatch
):
    asked = []
    monkeypatch.setattr(machines.news, "ask", lambda call_pk, act: asked.append((call_pk, act)))
    a_list(machines="message")
    desk.sweep()
    desk.plivo.picks_up()
    machine_told(desk, django_capture_on_commit_callbacks)
    assert (asked, desk.plivo.hung_up) == ([(Call.objects.get().pk, "machine")], [])
    CallEvent.objects.create(call=Call.objects.get(), seq=2, at=9, kind="left", data={"outcome": "machine"})
    desk.plivo.ends()
    assert desk.state() == ("message", ["message"])


def test_a_machine_that_hangs_up_before_the_message_took_none_and_is_called_again(
    desk, a_list, django_capture_on_commit_callbacks
):
    a_list(machines="message")
    desk.sweep()
    desk.plivo.picks_up()
    machine_told(desk, django_capture_on_commit_callbacks)
    desk.plivo.ends()
    assert desk.state() == ("waiting", ["machine"])


def test_a_person_is_left_in_peace(desk, a_list, django_capture_on_commit_callbacks):
    a_list()
    desk.sweep()
    desk.plivo.picks_up()
    machine_told(desk, django_capture_on_commit_callbacks, machine="false")
    assert desk.plivo.hung_up == []
    assert not desk.attempt().machine


def test_where_machines_count_as_people_the_carrier_is_not_asked(desk, a_list):
    a_list(machines="person")
    desk.sweep()
    assert "machine_detection" not in desk.plivo.orders[0]


def test_a_call_that_should_have_been_hung_up_is_found_by_the_sweeper(desk, a_list):
    a_list()
    desk.sweep()
    desk.plivo.picks_up()
    OutboundAttempt.objects.update(machine=True, answered_at=MONDAY_10)
    desk.sweep(2 * MINUTE)
    assert desk.plivo.hung_up == ["outbound-1"]


# --- When something is away -------------------------------------------------------------------------------------------


def test_with_the_database_away_they_hear_an_apology_and_are_called_again(desk, a_list, monkeypatch):
    a_list()
    desk.sweep()
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "_stored", _away)
        said = desk.plivo.picks_up()
        while "Redirect" in said.verbs:  # for some seconds they are asked for a moment
            said = document(desk.plivo.tells(said["Redirect"].text.partition("#")[0], Event="Redirect"))
        assert said.verbs == ["Speak", "Hangup"]
    spool.replay_spool()
    assert desk.state() == ("waiting", ["we-failed"])


def test_who_picks_up_while_nothing_of_ours_answers_was_abandoned(desk, a_list):
    a_list()
    desk.sweep()
    desk.plivo.ends()  # the end is the first that we hear of it
    assert desk.state() == ("waiting", ["we-failed"])
    due.abandoning.judge(desk.attempt().settled_at + MINUTE)
    assert desk.attempt().abandoned


def test_a_call_that_was_given_up_and_rings_late_counts_as_one_of_the_day(desk, a_list):
    a_list()
    desk.plivo.trouble, desk.plivo.places = httpx2.ReadTimeout("late"), True
    desk.sweep()
    desk.plivo.trouble = None
    desk.sweep(12 * MINUTE)
    assert desk.state() == ("waiting", ["never-made"])
    desk.plivo.ends("no-answer")
    assert desk.state() == ("waiting", ["no-answer"])


def test_a_call_that_was_given_up_and_is_taken_late_goes_on_unless_another_list_calls_them(desk, a_list):
    for _ in range(2):
        a_list()
    first, second = Callee.objects.order_by("pk")
    given_up = first.attempts.create(number=THEM, ordered_at=MONDAY_10, result="never-made")
    under_way = second.attempts.create(number=THEM, ordered_at=MONDAY_10, result="ringing")
    assert not due.settling.revive(given_up)
    due.settling.settle(under_way.pk, "no-answer", MONDAY_10)
    assert due.settling.revive(given_up)


def test_a_call_whose_end_was_never_told_keeps_no_place_of_the_list(desk, a_list):
    a_list(THEM, OTHER, at_once=1)
    desk.sweep()
    desk.plivo.picks_up()
    Call.objects.update(ended_at=MONDAY_10 + 2 * MINUTE, ended_by="sweep", status="finished")
    desk.sweep(4 * MINUTE)
    assert len(desk.plivo.orders) == 1
    desk.sweep(6 * MINUTE)
    assert len(desk.plivo.orders) == 2
    assert OutboundAttempt.objects.get(number=THEM).result == "reached"


def _away(message):
    raise InterfaceError("away")


def test_who_picks_up_for_a_flow_that_is_not_published_hears_an_apology(desk, a_list, monkeypatch):
    made = a_list()
    desk.sweep()
    monkeypatch.setattr(beginning, "version_for", lambda call_list: None)
    made.ours.version = None
    made.ours.save()
    assert desk.plivo.picks_up().verbs == ["Speak", "Hangup"]
    assert desk.state() == ("waiting", ["we-failed"])


def test_the_sweeper_runs_the_lists():
    assert sweeper.PARTS["run call lists"] is due.do_what_is_due
    cache.clear()


def test_a_refusal_of_the_account_is_not_the_number_s_fault(desk, a_list):
    a_list(most_attempts=1)
    desk.plivo.trouble = httpx2.Response(401)
    desk.sweep()
    assert desk.state() == ("waiting", ["never-made"])
    assert "PLIVO_AUTH_ID" in Callee.objects.get().problem
