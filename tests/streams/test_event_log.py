import threading
from datetime import UTC, datetime

import pytest
from django.db import OperationalError

from streams import event_log
from streams.event_log import Entry, EventWriter, append
from streams.models import Call, CallEvent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def call():
    return Call.objects.create(call_uuid="c-1", began_at=datetime.now(UTC))


def entries(*kinds):
    return [Entry(at=float(n), kind=kind) for n, kind in enumerate(kinds)]


def kinds(call):
    return list(CallEvent.objects.filter(call=call).values_list("kind", flat=True))


def test_lines_are_numbered_behind_those_the_call_has(call):
    append(call.pk, entries("answered", "entered"))
    append(call.pk, entries("left"))
    assert list(CallEvent.objects.values_list("seq", "kind")) == [(1, "answered"), (2, "entered"), (3, "left")]


def test_several_writers_of_one_call_lose_nothing(call):
    threads = [threading.Thread(target=append_and_close, args=(call.pk, f"w{n}")) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert CallEvent.objects.count() == 20
    assert sorted(CallEvent.objects.values_list("seq", flat=True)) == list(range(1, 21))


def append_and_close(call_pk, kind):
    from django.db import connection

    for _ in range(5):
        append(call_pk, entries(kind))
    connection.close()


def test_the_writer_stores_lines_and_values_in_the_order_given(call):
    writer = EventWriter()
    for n in range(50):
        writer.line(call.pk, Entry(at=n, kind=f"k{n}"))
        writer.set(call.pk, state={"n": n})
    writer.set(call.pk, pending={"do": "hangup"})
    assert writer.flush()
    assert kinds(call) == [f"k{n}" for n in range(50)]
    call.refresh_from_db()
    assert (call.state, call.pending) == ({"n": 49}, {"do": "hangup"})


def test_the_writer_waits_for_a_database_that_comes_back(call, monkeypatch):
    failures, real = [OperationalError("gone")] * 3, event_log.append

    def flaky(call_pk, lines):
        if failures:
            raise failures.pop()
        real(call_pk, lines)

    monkeypatch.setattr(event_log, "append", flaky)
    writer = EventWriter()
    writer.line(call.pk, Entry(at=0, kind="answered"))
    assert writer.flush()
    assert kinds(call) == ["answered"]


def test_a_call_without_a_row_does_not_stop_the_writer(call):
    writer = EventWriter()
    writer.line(call.pk + 999, Entry(at=0, kind="lost"))
    writer.line(call.pk, Entry(at=0, kind="kept"))
    assert writer.flush()
    assert kinds(call) == ["kept"]


def test_a_beat_is_a_sign_of_life(call):
    writer = EventWriter()
    writer.beat([call.pk])
    assert writer.flush()
    call.refresh_from_db()
    assert call.last_heard_at is not None


def test_a_line_that_cannot_be_stored_costs_no_other(call):
    writer = EventWriter()
    writer.line(call.pk, Entry(at=0.0, kind="answered"))
    writer.line(call.pk, Entry(at=1.0, kind="odd", data={"cannot": object()}))
    writer.line(call.pk, Entry(at=2.0, kind="left"))
    assert writer.flush()
    assert kinds(call) == ["answered", "left"]


def test_characters_that_no_database_takes_are_replaced(call):
    append(call.pk, [Entry(at=0.0, kind="agent_said", data={"text": "a\x00b\ud800", "all": ["\x00"]})])
    assert CallEvent.objects.get().data == {"text": "a\ufffdb\ufffd", "all": ["\ufffd"]}
