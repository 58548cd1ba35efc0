"""Alerts open, go on, rise and end; each of these is told once."""

import threading
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.core import mail
from django.db import connection

from streams import tasks
from streams.alerts import kinds, watching
from streams.models import Alert, AlertNotice, AlertRule, Heartbeat
from tests.streams.alerts.conftest import NOW, finding, watch_at

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def events():
    return [f"{notice.number} {notice.event}" for notice in AlertNotice.objects.order_by("pk")]


def test_an_alert_opens_goes_on_in_silence_and_ends_after_its_pause(faults):
    assert watch_at(NOW, faults, finding(25)) == 1
    for minute in range(1, 5):
        watch_at(NOW + minute * MINUTE, faults, finding(30))
    alert = Alert.objects.get()
    assert (alert.opened_at, alert.seen_at, alert.figure) == (NOW, NOW + 4 * MINUTE, "30 %")
    for minute in range(5, 16):
        watch_at(NOW + minute * MINUTE, faults, finding(3))
    alert.refresh_from_db()
    assert alert.closed_at == NOW + 15 * MINUTE
    assert alert.figure == "30 %"  # what it was about
    assert events() == ["1 opened"]  # it was never sent, so nobody needs to hear that it is over


def test_who_was_told_is_told_that_it_is_over(faults):
    watch_at(NOW, faults, finding(25))
    AlertNotice.objects.update(attempts=1, state="sent")
    for minute in (1, 12):
        watch_at(NOW + minute * MINUTE, faults)
    assert events() == ["1 opened", "2 over"]
    assert AlertNotice.objects.last().says == "it is not so any more"


def test_a_figure_that_wavers_tells_nobody_twice(faults):
    for minute in range(60):
        watch_at(NOW + minute * MINUTE, faults, finding(25 if minute % 2 else 8))
    assert events() == ["1 opened"]
    assert Alert.objects.count() == 1


def test_it_may_come_back_as_another_alert(faults):
    for minute, value in ((0, 25), (1, 0), (12, 0), (13, 25)):
        watch_at(NOW + minute * MINUTE, faults, finding(value))
    assert Alert.objects.count() == 2
    assert Alert.objects.filter(closed_at=None).count() == 1


def test_each_subject_has_an_alert_of_its_own(faults):
    assert watch_at(NOW, faults, finding(25), finding(50, "flow 2"), finding(5, "flow 3")) == 2


def test_what_goes_on_is_said_again_each_day_until_somebody_takes_it_on(faults):
    for hour in range(50):
        watch_at(NOW + hour * HOUR, faults, finding(25))
    assert events() == ["1 opened", "2 still", "3 still"]
    Alert.objects.update(taken_at=NOW)
    for hour in range(50, 100):
        watch_at(NOW + hour * HOUR, faults, finding(25))
    assert len(events()) == 3


def test_a_rise_is_told_at_once_and_has_to_be_taken_on_anew(faults):
    watch_at(NOW, faults, finding(25, level=50, title="50 % reached"))
    Alert.objects.update(taken_at=NOW)
    for level in (80, 80, 50):
        watch_at(NOW + MINUTE, faults, finding(25, level=level, title=f"{level} % reached"))
    alert = Alert.objects.get()
    assert (alert.level, alert.title, alert.taken_at) == (80, "80 % reached", None)
    assert events() == ["1 opened", "2 raised"]


def test_a_rule_that_is_switched_off_ends_its_alerts_and_says_nothing(faults):
    watch_at(NOW, faults, finding(25))
    AlertNotice.objects.update(attempts=1)
    AlertRule.objects.update(active=False)
    watch_at(NOW + MINUTE, faults, finding(25))
    assert Alert.objects.get().closed_at
    assert events() == ["1 opened"]


def test_a_look_that_fails_stops_no_other(faults, monkeypatch, caplog):
    AlertRule.objects.filter(key="budget").update(active=True)
    monkeypatch.setattr("streams.alerts.looks.burns", lambda *_, **__: 1 / 0)
    assert watch_at(NOW, faults, finding(25)) == 1
    assert "“budget” could not be looked at" in caplog.text


def test_a_kind_that_a_later_version_took_away_is_passed_over(faults):
    AlertRule.objects.create(key="gone", kind="gone", threshold=1, clears_at=1)
    assert watch_at(NOW, faults, finding(25)) == 1


def test_a_rule_without_anybody_to_tell_still_shows_on_the_page(faults):
    AlertRule.objects.update(emails="")
    assert watch_at(NOW, faults, finding(25)) == 1
    assert events() == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_look_at_once_open_one_alert_and_tell_once(faults, monkeypatch, caplog):
    watch = partial(watched_together, monkeypatch)
    watch(NOW, finding(25), finding(30, "flow 2"))
    assert Alert.objects.count() == 2
    assert sorted(events()) == ["1 opened", "1 opened"]
    AlertNotice.objects.update(attempts=1)
    watch(NOW + MINUTE, finding(25, level=80), finding(30, "flow 2"))
    assert sorted(events()) == ["1 opened", "1 opened", "2 raised"]
    assert Alert.objects.get(subject="flow 1").told == 2  # counted once, not four times
    watch(NOW + HOUR)
    assert sorted(events()) == ["1 opened", "1 opened", "2 over", "2 raised", "3 over"]
    assert "could not be looked at" not in caplog.text  # who comes second is no error


def watched_together(monkeypatch, moment, *found, n=4):
    """Several workers look at one moment: each has read what is open before any of them finds something."""
    gate, failed = threading.Barrier(n), []

    def look(rule, now):
        gate.wait(10)
        return found

    monkeypatch.setitem(kinds.KINDS, "faults", replace(kinds.KINDS["faults"], look=look))
    AlertRule.objects.update(calm_minutes=0)

    def one():
        try:
            watching.watch(moment)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_the_task_gives_a_sign_looks_and_sends(faults, django_capture_on_commit_callbacks):
    faults[:] = [finding(25)]
    tasks.watch()
    assert Heartbeat.objects.get().part == "worker"
    (sent,) = mail.outbox
    assert sent.to == ["desk@example.com"]
    tasks.watch()
    assert len(mail.outbox) == 1


def test_all_that_is_shipped_is_there_after_migrating_and_what_a_site_set_stays(db):
    assert set(AlertRule.objects.values_list("key", flat=True)) == set(kinds.KINDS)
    AlertRule.objects.filter(key="faults").update(threshold=33)
    kinds.ship_rules()
    assert AlertRule.objects.get(key="faults").threshold == 33
    assert AlertRule.objects.count() == len(kinds.KINDS)


def test_a_look_at_everything_costs_a_few_queries(db, django_assert_max_num_queries):
    watching.watch(NOW)
    with django_assert_max_num_queries(20):
        watching.watch(NOW + MINUTE)


def test_what_takes_long_is_looked_at_by_one_worker_now_and_then(only, monkeypatch):
    looks = []
    slow = replace(kinds.KINDS["money"], look=lambda rule, now: looks.append(now) or [], every_minutes=360)
    monkeypatch.setitem(kinds.KINDS, "money", slow)
    only("money")
    for minute in range(0, 721, 40):
        watching.watch(NOW + minute * MINUTE)
        watching.watch(NOW + minute * MINUTE)
    assert looks == [NOW, NOW + 6 * HOUR, NOW + 12 * HOUR]
