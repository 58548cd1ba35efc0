"""A talk whose listening stream broke off is written down again, by the task that is rung for and by the sweep."""

from datetime import timedelta

import httpx2
import pytest
from django.utils import timezone

from streams import sweeper, tasks
from streams.event_log import Entry
from streams.lines import REBIND_WITHIN
from streams.listening import consent, ordering, resuming
from streams.models import Call, ListenOrder
from streams.signs_of_life import SILENT_AFTER
from tests.streams.listening.conversation import GIVEN, talking

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(minutes=5)
A_MOMENT_AGO = REBIND_WITHIN / 2


@pytest.fixture
def rung(monkeypatch):
    """Which calls the worker is rung for, and in how many seconds."""
    found = []
    monkeypatch.setattr(
        tasks.listen_again, "apply_async", lambda args, countdown, **_: found.append((*args, countdown))
    )
    return found


def a_stream(call, ended=LONG_AGO, *, by=None, heard=LONG_AGO):
    """A stream beside the talk that was there until `ended` ago; None: nobody told its end."""
    now = timezone.now()
    order = ordering.order(call, ListenOrder.How.DIAL, at=now - 2 * LONG_AGO, by=by)
    ListenOrder.objects.filter(pk=order.pk).update(binds=1)
    over = None if ended is None else now - ended
    call.streams.create(stream_id=f"s-{order.pk}", bidirectional=False, started_at=order.began_at, ended_at=over)
    Call.objects.update(last_heard_at=now - heard)
    return order


def sweep():
    return sweeper.PARTS["write talks down again"](timezone.now())


def test_a_talk_whose_stream_broke_off_gets_another_one_in_the_name_of_who_wanted_it(door, django_user_model):
    olga, call = django_user_model.objects.create_user("olga"), talking(GIVEN)
    broken = a_stream(call, by=olga)
    assert sweep() == 1
    [(method, path, _)] = door.requests
    assert (method, path) == ("POST", f"{call.call_uuid}/Stream/")
    order = ListenOrder.objects.latest("pk")
    assert (order.how, order.by, order.closed_at) == ("api", olga, None)
    broken.refresh_from_db()
    assert broken.closed_at is not None
    assert (sweep(), len(door.requests)) == (0, 1)  # it is on its way


def test_a_process_that_died_without_a_word_is_found_out_by_its_silence(door):
    call = talking(GIVEN)
    a_stream(call, ended=None, heard=SILENT_AFTER / 2)
    assert sweep() == 0
    Call.objects.update(last_heard_at=timezone.now() - SILENT_AFTER)
    assert sweep() == 1


def test_the_carrier_has_its_time_to_dial_again(door):
    a_stream(talking(GIVEN), ended=A_MOMENT_AGO)
    assert (sweep(), door.requests) == (0, [])


@pytest.mark.parametrize(
    "changed",
    [{"pending": {}}, {"status": "ended"}],
    ids=["nobody talks", "the call is over"],
)
def test_without_a_talk_nothing_is_asked_for(door, changed):
    a_stream(talking(GIVEN))
    Call.objects.update(**changed)
    assert (sweep(), door.requests) == (0, [])


def test_what_nobody_wants_any_more_is_left_alone(door):
    call = talking(GIVEN)
    a_stream(call)
    ordering.over(call, at=timezone.now())
    assert (sweep(), door.requests) == (0, [])


def test_what_the_carrier_could_not_begin_is_not_asked_for_again(door):
    door.answers = [httpx2.Response(400, json={"error": "no such call"})]
    a_stream(talking(GIVEN))
    assert (sweep(), sweep(), len(door.requests)) == (0, 0, 1)


def test_who_took_the_consent_back_is_not_listened_to_again(door):
    call = talking(GIVEN, Entry(at=2.0, kind=consent.CONSENT_REFUSED))
    a_stream(call)
    assert (sweep(), door.requests) == (0, [])


def test_a_stream_that_breaks_again_and_again_is_not_begun_for_ever(door):
    call = talking(GIVEN)
    for _ in range(resuming.MOST):
        a_stream(call)
    assert (sweep(), door.requests) == (0, [])


def test_without_a_carrier_nothing_happens_and_nothing_is_lost(door, settings):
    order = a_stream(talking(GIVEN))
    settings.PLIVO_AUTH_ID = ""
    assert sweep() == 0
    order.refresh_from_db()
    assert order.closed_at is None


def test_the_task_looks_at_its_own_call_alone(door):
    call = talking(GIVEN)
    a_stream(call)
    tasks.listen_again(call.pk + 1)
    assert door.requests == []
    tasks.listen_again(call.pk)
    assert len(door.requests) == 1


@pytest.mark.parametrize("kind", ["dropped", "stop"])
def test_the_worker_is_rung_once_the_carrier_had_its_time(rung, kind):
    call = talking(GIVEN)
    order = a_stream(call)
    ordering.told(call, order.pk, dedupe_key="k", stream_id="s", kind=kind, at=timezone.now())
    assert rung == [(call.pk, REBIND_WITHIN.seconds + 1)]


def test_nobody_is_rung_for_a_talk_that_is_over(rung):
    call = talking(GIVEN)
    order = a_stream(call)
    ordering.over(call, at=timezone.now())
    ordering.told(call, order.pk, dedupe_key="k", stream_id="s", kind="stop", at=timezone.now())
    assert rung == []


def test_a_broker_that_is_away_troubles_nobody(monkeypatch, caplog):
    def fails(*_, **__):
        raise ConnectionError

    monkeypatch.setattr(tasks.listen_again, "apply_async", fails)
    call = talking(GIVEN)
    order = a_stream(call)
    ordering.told(call, order.pk, dedupe_key="k", stream_id="s", kind="dropped", at=timezone.now())
    assert "was not rung" in caplog.text
