"""Notes and text messages of a call: once each, always to the number the call came from."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from streams import texts, troubles
from streams.event_log import writer
from streams.models import CallNote, TextMessage
from streams.models.notes import TextStatus
from streams.off_loop import query
from streams.orders import NO_NUMBER, TOO_MANY, keep_note, keep_to_do, order_text, will_be_sent
from tests.streams.made import a_call, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch):
    found = []
    monkeypatch.setattr(texts, "ring_aside", found.append)
    return found


def test_a_note_that_is_stored_twice_is_one_note():
    call = a_call(caller="14155550142")
    for _ in range(2):
        keep_note(call.pk, at=12.5, what="message", text="The bill, tomorrow.")
    (note,) = CallNote.objects.all()
    assert (note.what, note.text, note.caller, note.done_at) == (
        "message",
        "The bill, tomorrow.",
        "+14155550142",
        None,
    )


def test_two_notes_of_one_call_are_two():
    call = a_call()
    keep_note(call.pk, at=12.5, what="message", text="One.")
    keep_note(call.pk, at=20.0, what="message", text="One.")
    assert CallNote.objects.count() == 2


def test_hostile_words_are_kept_as_words():
    note = keep_note(a_call().pk, at=1.0, what="drop table", text="\x00" + "<script>" * 900)
    assert note.what == "message"
    assert len(note.text) <= 400


def test_a_text_goes_once_to_a_call_and_to_the_caller(rung, django_capture_on_commit_callbacks):
    call = a_call(caller="+14155550142")
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(3):
            order_text(call.pk, at=1.0, name="Directions", text="We are at 1 Main Street.")
    (message,) = TextMessage.objects.all()
    assert (message.to, message.text, message.status) == ("+14155550142", "We are at 1 Main Street.", "queued")
    assert rung == [message.pk]


@pytest.mark.parametrize("caller", ["", "anonymous", "+19005550123", "sip:ann@example.com"])
def test_a_number_that_gets_no_texts_is_not_written_to(caller, rung):
    message = order_text(a_call(caller=caller).pk, at=1.0, name="Directions", text="Here.")
    assert (message.status, message.error) == ("failed", NO_NUMBER)
    assert rung == []
    assert [(trouble.engine, trouble.sentence) for trouble in troubles.open_now()] == [("Directions", NO_NUMBER)]


@pytest.mark.django_db(transaction=True)
def test_the_writer_carries_orders_out_behind_the_log():
    call = a_call()
    writer.order(call.pk, lambda: keep_note(call.pk, at=1.0, what="message", text="Hello."))
    assert writer.flush()
    assert CallNote.objects.get().text == "Hello."


def test_a_caller_from_a_country_that_is_not_texted_gets_none(rung, settings):
    settings.OUTBOUND_COUNTRIES = ["US"]
    message = order_text(a_call(caller="+18765550123").pk, at=1.0, name="Directions", text="Here.")
    assert (message.status, message.error) == ("failed", NO_NUMBER)


def test_no_more_texts_go_out_in_a_day_than_the_site_may_send(rung, settings, django_capture_on_commit_callbacks):
    settings.TEXTS_A_DAY = 1
    with django_capture_on_commit_callbacks(execute=True):
        found = [order_text(a_call().pk, at=1.0, name=name, text="Here.") for name in ("A", "B")]
    assert [(row.status, row.error) for row in found] == [("queued", ""), ("failed", TOO_MANY)]
    assert rung == [found[0].pk]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite takes one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_a_call_that_orders_a_text_waits_for_the_one_that_orders_the_days_last(rung, settings):
    settings.TEXTS_A_DAY = 1
    first, second = a_call().pk, a_call().pk

    def order():
        try:
            return order_text(second, at=1.0, name="Directions", text="Here.").status
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            order_text(first, at=1.0, name="Directions", text="Here.")
            ordered = thread.submit(order)
            while not (ordered.done() or somebody_waits()):
                pass
        assert ordered.result() == TextStatus.FAILED


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return cursor.fetchone()


def test_what_a_summary_asks_for_is_one_note_that_follows_the_summary():
    call = a_call(caller="14155550142")
    keep_to_do(call, "Send a new drill.")
    keep_to_do(call, "Send two drills.")
    (note,) = call.notes.all()
    assert (note.what, note.text, note.caller) == ("to-do", "Send two drills.", "+14155550142")
    keep_to_do(call, "")
    assert not call.notes.exists()


def test_what_somebody_has_done_stays_done_whatever_a_later_summary_says():
    call = a_call()
    keep_to_do(call, "Send a new drill.")
    call.notes.update(done_at=at(9))
    for text in ("Send two drills.", ""):
        keep_to_do(call, text)
        (note,) = call.notes.all()
        assert (note.text, note.done_at) == ("Send a new drill.", at(9))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("caller", "ok"), [("+14155550142", True), ("+18765550123", False)])
async def test_who_waits_learns_whether_a_text_that_was_just_ordered_is_sent(caller, ok, rung, settings):
    settings.OUTBOUND_COUNTRIES = ["US"]
    call = await query(a_call, caller=caller)
    writer.order(call.pk, lambda: order_text(call.pk, at=1.0, name="Directions", text="Here."))
    assert await will_be_sent(call.pk, "Directions") is ok


@pytest.mark.django_db(transaction=True)
async def test_nobody_promises_a_text_that_was_not_stored_in_time(monkeypatch):
    call = await query(a_call)
    monkeypatch.setattr("streams.orders.KNOWN_WITHIN", 0)
    assert await will_be_sent(call.pk, "Directions") is False
