"""Messages reach mail and web addresses once, try again in time, and never leave for a private address."""

import json
import smtplib
from datetime import time, timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.utils import timezone

from streams import egress, tasks
from streams.alerts import delivering, signing, telling, trying
from streams.alerts.delivering import PAUSES, send, send_due
from streams.models import Alert, AlertEndpoint, AlertNotice, AlertRule
from tests.streams.alerts.conftest import NOW, finding, watch_at
from tests.streams.alerts.receiver import receiving

MINUTE = timedelta(minutes=1)


@pytest.fixture
def receiver():
    with receiving() as server:
        yield server


@pytest.fixture
def posted(faults, receiver):
    """The one message of an alert, to a web address on this machine."""
    return to_address(faults, receiver.address)


def to_address(faults, address):
    rule = AlertRule.objects.get(key="faults")
    AlertRule.objects.update(emails="")
    rule.endpoints.add(AlertEndpoint.objects.create(name="Pager", address=address, secret="known only to us"))
    watch_at(NOW, faults, finding(25))
    return AlertNotice.objects.get()


def why_not(notice):
    send(notice.pk, NOW)
    notice.refresh_from_db()
    assert (notice.state, notice.next_at) == ("waiting", NOW + PAUSES[0])
    return notice.error


def test_a_message_is_signed_over_its_time_and_bytes(posted, receiver):
    send(posted.pk, NOW)
    ((headers, body),) = receiver.got
    stamp, given = headers["Callwright-Signature"].split(",")
    assert given == f"v1={signing.signature(body, 'known only to us', int(stamp.removeprefix('t=')))}"
    assert given != f"v1={signing.signature(body + b' ', 'known only to us', int(stamp.removeprefix('t=')))}"
    assert headers["Callwright-Delivery"] == str(posted.name)
    told = json.loads(body)
    assert (told["event"], told["kind"], told["figure"]) == ("opened", "faults", "25 %")
    assert urlsplit(told["url"]).path == posted.alert.get_absolute_url()
    posted.refresh_from_db()
    assert posted.state == "sent"
    assert posted.sent_at


def test_the_signature_is_the_one_that_the_documentation_shows(settings):
    shown = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    assert signing.signature(b'{"event":"test"}', "secret", 1700000000) in shown


def test_what_was_sent_is_not_sent_again(posted, receiver):
    for minute in range(5):
        send(posted.pk, NOW + minute * MINUTE)
        send_due(NOW + timedelta(hours=minute))
    assert len(receiver.got) == 1


def test_a_crash_after_sending_repeats_it_once_under_the_same_name(posted, receiver, monkeypatch):
    monkeypatch.setattr(delivering, "_send", lambda notice: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        send(posted.pk, NOW)  # killed
    monkeypatch.undo()
    assert send_due(NOW + MINUTE) == 0  # it may still be on its way
    assert not send(posted.pk, NOW + MINUTE)
    assert send_due(NOW + 3 * MINUTE) == 1
    assert [headers["Callwright-Delivery"] for headers, _ in receiver.got] == [str(posted.name)]


@pytest.mark.parametrize(
    ("status", "location", "says"),
    [
        (500, "", "It answered with an error (HTTP 500)."),
        (404, "", "It answered with an error (HTTP 404)."),
        (302, "http://169.254.169.254/latest/", "It sends on to another address; write that address instead."),
        (307, "http://127.0.0.1:1/", "It sends on to another address; write that address instead."),
    ],
)
def test_a_receiver_that_does_not_take_it_is_asked_again(posted, receiver, status, location, says):
    receiver.answers, receiver.location = [status], location
    assert why_not(posted) == says
    assert len(receiver.got) == 1


def test_a_receiver_that_refuses_the_connection_is_asked_again(faults, receiver):
    receiver.server_close()
    assert why_not(to_address(faults, receiver.address)).startswith("It could not be reached")


def test_a_slow_receiver_holds_nobody_up(posted, receiver, monkeypatch):
    monkeypatch.setattr(egress, "SECONDS", 0.05)
    receiver.delay = 0.3
    assert why_not(posted) == "It did not answer in time."


@pytest.mark.parametrize(
    "address", ["https://127.0.0.1/", "http://10.0.0.8/", "https://metadata.internal/", "http://hooks.example.com/"]
)
def test_a_stored_address_that_leads_inside_is_not_asked(faults, address):
    assert why_not(to_address(faults, address)).endswith(".")


def test_on_a_production_site_this_machine_is_inside_too(posted, receiver, settings):
    settings.LOOKUPS_ON_THIS_MACHINE = False
    assert why_not(posted)
    assert receiver.got == []


def test_a_secret_that_cannot_be_read_any_more_is_said_and_nothing_is_sent(posted, receiver, settings):
    settings.SECRET_KEY = "another"
    assert "can no longer be read" in why_not(posted)
    assert receiver.got == []


def test_tries_come_later_and_later_and_end(posted, receiver):
    receiver.answers = [500]
    now = NOW
    for pause in PAUSES:
        assert send_due(now) == 1
        assert send_due(now + pause - MINUTE / 2) == 0
        now += pause
    assert send_due(now) == 1
    posted.refresh_from_db()
    assert (posted.state, posted.attempts) == ("gave-up", len(PAUSES) + 1)
    assert send_due(now + timedelta(days=9)) == 0


def test_a_receiver_that_was_away_for_a_moment_gets_it(posted, receiver):
    receiver.answers = [503, 200]
    send_due(NOW)
    send_due(NOW + PAUSES[0])
    posted.refresh_from_db()
    assert (posted.state, posted.error) == ("sent", "")
    assert len({headers["Callwright-Delivery"] for headers, _ in receiver.got}) == 1


def test_what_is_over_before_it_could_be_told_is_not_told(posted, receiver, faults):
    receiver.answers = [500]
    watch_at(NOW + MINUTE, faults)
    watch_at(NOW + timedelta(hours=1), faults)
    send_due(NOW + timedelta(hours=1))
    posted.refresh_from_db()
    assert posted.state == "dropped"
    assert receiver.got == []


def test_a_mail_says_what_it_is_what_to_do_and_where(faults):
    watch_at(NOW, faults, finding(25, title="Faults on Main line", figure="5 of 20 calls had a fault"))
    assert send_due(NOW) == 1
    (sent,) = mail.outbox
    notice = AlertNotice.objects.get()
    assert sent.subject == "[Callwright] Alert: Faults on Main line"
    assert "5 of 20 calls had a fault.\nSince Thu 26 Nov, 12:00 (UTC)." in sent.body
    assert "What to do: Open the calls behind it" in sent.body
    assert notice.alert.get_absolute_url() in sent.body
    assert str(notice.name) in sent.message()["Message-ID"]


def test_nothing_in_a_title_can_write_headers_of_a_mail(faults):
    watch_at(NOW, faults, finding(25, title="Faults on Main\r\nBcc: all@example.com"))
    send_due(NOW)
    assert mail.outbox[0].message()["Bcc"] is None


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (ConnectionRefusedError(), "The mail server could not be reached"),
        (smtplib.SMTPAuthenticationError(535, b"no"), "name or password of EMAIL_URL"),
        (
            smtplib.SMTPRecipientsRefused({"a": (550, b"desk@example.com unknown")}),
            "does not take mail for this address",
        ),
        (smtplib.SMTPServerDisconnected("gone"), "The mail server refused it"),
    ],
)
def test_a_mail_server_that_fails_is_asked_again(faults, monkeypatch, error, says):
    watch_at(NOW, faults, finding(25))
    monkeypatch.setattr("django.core.mail.EmailMessage.send", lambda self: (_ for _ in ()).throw(error))
    assert says in why_not(AlertNotice.objects.get())


@pytest.mark.parametrize(
    ("began", "ended", "hour", "due"),
    [
        (time(22), time(7), 23, (27, 7)),
        (time(22), time(7), 3, (26, 7)),
        (time(22), time(7), 12, (26, 12)),
        (time(12), time(13), 12, (26, 13)),
        (time(12), time(13), 13, (26, 13)),
        (None, None, 3, (26, 3)),
    ],
)
def test_mails_wait_for_the_end_of_quiet_hours(began, ended, hour, due):
    rule = AlertRule(quiet_from=began, quiet_until=ended)
    found = timezone.localtime(telling.after_quiet(rule, NOW.replace(hour=hour)))
    assert (found.day, found.hour) == due


def test_in_quiet_hours_a_web_address_is_told_at_once_and_mails_later(faults, receiver):
    AlertRule.objects.update(quiet_from=time(11), quiet_until=time(14))
    rule = AlertRule.objects.get(key="faults")
    rule.endpoints.add(AlertEndpoint.objects.create(name="Pager", address=receiver.address))
    watch_at(NOW, faults, finding(25))
    assert send_due(NOW) == 1
    assert len(receiver.got) == 1
    assert mail.outbox == []
    assert send_due(NOW.replace(hour=14)) == 1
    assert len(mail.outbox) == 1


def test_a_worker_is_rung_once_it_is_stored_and_a_dead_broker_is_no_error(
    faults, monkeypatch, django_capture_on_commit_callbacks
):
    rung = []
    monkeypatch.setattr(tasks.send_notice, "apply_async", lambda args, **_: rung.append(args))
    with django_capture_on_commit_callbacks(execute=True):
        watch_at(NOW, faults, finding(25))
    assert rung == [(AlertNotice.objects.get().pk,)]
    monkeypatch.setattr(tasks.send_notice, "apply_async", lambda args, **_: 1 / 0)
    tasks.ring_notice(1)
    tasks.send_notice(AlertNotice.objects.get().pk)
    assert len(mail.outbox) == 1


def test_an_address_that_stands_twice_is_told_once(faults):
    AlertRule.objects.update(emails="desk@example.com, desk@example.com\nboss@example.com")
    watch_at(NOW, faults, finding(25))
    assert [notice.to for notice in AlertNotice.objects.all()] == ["desk@example.com", "boss@example.com"]


def test_a_test_says_of_each_what_happened(faults, receiver):
    rule = AlertRule.objects.get(key="faults")
    receiver.answers = [500]
    rule.endpoints.add(AlertEndpoint.objects.create(name="Pager", address=receiver.address))
    came = trying.try_out(rule, "Faults")
    assert came[0][0]
    assert came[0][1].startswith("desk@example.com: ")
    assert came[1] == (False, "Pager: It answered with an error (HTTP 500).")
    receiver.answers = [204]
    assert trying.try_out(rule, "Faults")[1][1].startswith("Pager answered HTTP 204 after")
    assert json.loads(receiver.got[-1][1])["event"] == "test"
    assert Alert.objects.count() == AlertNotice.objects.count() == 0
