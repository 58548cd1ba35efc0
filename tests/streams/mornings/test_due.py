"""Once a day, whatever clocks, restarts and mail servers do."""

import smtplib
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail as post
from django.utils import timezone

from streams import tasks
from streams.models import MorningMail, MorningSent
from streams.mornings import due

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def through(start, hours, minutes=10):
    """The moments that the clock rings at."""
    return [start + timedelta(minutes=n) for n in range(0, hours * 60, minutes)]


def test_it_is_sent_once_after_its_time_and_again_the_next_day(wish):
    wish()
    sent = [moment for moment in through(MONDAY, 48) if due.send_what_is_due(moment)]
    assert sent == [MONDAY + timedelta(hours=7), MONDAY + timedelta(hours=31)]
    assert [mail.to for mail in post.outbox] == [["olga@example.com"]] * 2


@pytest.mark.parametrize(
    ("at", "first"),
    [(time(2, 30), datetime(2026, 3, 7, 12, tzinfo=UTC)), (time(1, 30), datetime(2026, 10, 31, 12, tzinfo=UTC))],
)
def test_on_days_when_clocks_change_it_comes_once_too(wish, settings, at, first):
    settings.TIME_ZONE = "America/New_York"
    wish(at)
    sent = [moment for moment in through(first, 72, minutes=30) if due.send_what_is_due(moment)]
    days = [timezone.localtime(moment, timezone.get_default_timezone()).date() for moment in sent]
    assert len(sent) == len(set(days)) == 4
    assert MorningSent.objects.count() == 4


def test_its_time_is_on_the_sites_clocks(wish, settings):
    settings.TIME_ZONE = "Pacific/Auckland"  # UTC+13
    wish()
    sent = [moment for moment in through(MONDAY + timedelta(hours=12), 12) if due.send_what_is_due(moment)]
    assert sent == [MONDAY + timedelta(hours=18)]


def test_a_site_that_was_down_at_seven_sends_it_later_that_day_and_not_the_next(wish):
    wish()
    assert due.send_what_is_due(MONDAY + timedelta(hours=15))
    assert not due.send_what_is_due(MONDAY + timedelta(hours=24, minutes=1))


def test_who_asks_in_the_afternoon_gets_the_first_one_tomorrow(wish):
    mail = wish()
    MorningMail.objects.filter(pk=mail.pk).update(changed_at=MONDAY + timedelta(hours=15))
    assert not due.send_what_is_due(MONDAY + timedelta(hours=16))
    assert due.send_what_is_due(MONDAY + timedelta(hours=31))


def test_it_comes_on_the_chosen_days_alone(wish):
    wish(days=[1, 4])
    sent = [moment.weekday() for moment in through(MONDAY, 24 * 7, 60) if due.send_what_is_due(moment)]
    assert sent == [1, 4]


def test_nothing_goes_to_who_stopped_left_or_may_not_see_calls(wish, olga):
    mail = wish()
    seven = MONDAY + timedelta(hours=7)
    MorningMail.objects.filter(pk=mail.pk).update(wanted=False)
    assert not due.send_what_is_due(seven)
    MorningMail.objects.filter(pk=mail.pk).update(wanted=True)
    olga.is_active = False
    olga.save()
    assert not due.send_what_is_due(seven)
    olga.is_active, olga.email = True, ""
    olga.save()
    assert not due.send_what_is_due(seven)
    olga.email = "olga@example.com"
    olga.save()
    olga.user_permissions.clear()
    assert not due.send_what_is_due(seven)
    assert not MorningSent.objects.exists()


def failing(monkeypatch, where, error):
    def fails(*_, **__):
        raise error

    monkeypatch.setattr(f"django.core.mail.backends.locmem.EmailBackend.{where}", fails)


def test_what_the_server_refuses_is_tried_three_times(wish, monkeypatch):
    wish()
    with monkeypatch.context() as patch:
        failing(patch, "send_messages", smtplib.SMTPDataError(451, b"greylisted olga@example.com"))
        tried = [due.send_what_is_due(moment) for moment in through(MONDAY + timedelta(hours=7), 1, 1)]
    assert sum(tried) == 0
    sent = MorningSent.objects.get()
    assert (sent.state, sent.tries, sent.error) == ("failed", 3, "The mail server refused it (451).")


def test_a_server_that_is_back_in_time_gets_it(wish, monkeypatch):
    wish()
    seven = MONDAY + timedelta(hours=7)
    with monkeypatch.context() as patch:
        failing(patch, "open", ConnectionRefusedError())
        assert not due.send_what_is_due(seven)
        assert not due.send_what_is_due(seven + timedelta(minutes=1))
    assert due.send_what_is_due(seven + timedelta(minutes=6))
    assert len(post.outbox) == 1


def test_a_line_that_broke_in_the_middle_is_not_tried_again_for_it_may_have_left(wish, monkeypatch):
    wish()
    with monkeypatch.context() as patch:
        failing(patch, "send_messages", TimeoutError())
        due.send_what_is_due(MONDAY + timedelta(hours=7))
    assert not any(due.send_what_is_due(moment) for moment in through(MONDAY + timedelta(hours=7), 12))


def test_a_process_that_died_while_sending_does_not_lead_to_a_second_mail(wish):
    mail = wish()
    MorningSent.objects.create(mail=mail, day=MONDAY.date())
    assert not any(due.send_what_is_due(moment) for moment in through(MONDAY + timedelta(hours=7), 12))


def test_two_workers_at_once_send_one(wish, monkeypatch):
    wish()
    seven = MONDAY + timedelta(hours=7)
    there = due.hand_over

    def while_another_runs(mail, day):
        monkeypatch.setattr(due, "hand_over", there)
        assert not due.send_what_is_due(seven)
        there(mail, day)

    monkeypatch.setattr(due, "hand_over", while_another_runs)
    assert due.send_what_is_due(seven) == 1
    assert len(post.outbox) == 1


def test_the_clock_rings_the_task(settings, wish):
    entries = settings.CELERY_BEAT_SCHEDULE.values()
    assert tasks.send_mornings.name in {entry["task"] for entry in entries}
    wish(time(0, 0))
    tasks.send_mornings()
    assert len(post.outbox) == 1
