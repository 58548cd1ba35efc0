"""The second net: what never ended is closed, what was left undone is done."""

import sys
from datetime import timedelta

import pytest

from flows.models import Flow, Publication
from streams import calls, signs_of_life
from streams.finalise import finalise
from streams.models import MAX_TRIES, CallStatus, CarrierMessage, StreamEvent
from streams.sweeper import sweep
from tests.streams.billing.unguarded import unguarded
from tests.streams.made import NOON, a_call, a_stream, at, fact, log
from tests.streams.summing import FakeSummarizer, use
from tests.transactions import transactions

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch):
    found = []
    monkeypatch.setattr(calls, "ring", found.append)
    return found


@pytest.fixture(autouse=True)
def nothing_from_outside(monkeypatch, rung):
    monkeypatch.setattr("streams.spool.replay_spool", lambda: 0)
    use(monkeypatch, FakeSummarizer())


def beating(call, seconds):
    type(call).objects.filter(pk=call.pk).update(last_heard_at=at(seconds))


def test_a_call_whose_stream_beats_is_left_alone(rung):
    call = a_call()
    a_stream(call)
    beating(call, 3000)
    sweep(at(3080))
    call.refresh_from_db()
    assert (call.status, call.ended_at, rung) == (CallStatus.LIVE, None, [])


def test_a_silent_call_ends_at_its_last_sign_of_life(rung):
    call = a_call()
    stream = a_stream(call)
    beating(call, 40)
    sweep(at(131))
    call.refresh_from_db()
    stream.refresh_from_db()
    assert (call.status, call.ended_at, call.ended_by) == (CallStatus.ENDED, at(40), "sweep")
    assert (stream.ended_at, stream.ended_by) == (at(40), "sweep")
    assert call.pk in rung


def test_a_call_that_never_got_a_stream_ends_too():
    call = a_call(status=CallStatus.RINGING, answered_at=None)
    sweep(at(91))
    call.refresh_from_db()
    assert call.ended_by == "sweep"


def test_a_message_of_the_carrier_is_a_sign_of_life():
    call = a_call()
    message = CarrierMessage.objects.create(dedupe_key="m", kind="continue", call_uuid=call.call_uuid, applied_at=NOON)
    CarrierMessage.objects.filter(pk=message.pk).update(received_at=at(500))
    sweep(at(580))
    call.refresh_from_db()
    assert call.ended_at is None


@pytest.mark.parametrize(
    ("pending", "closed_at"),
    [
        ({"do": "transfer", "destination": "desk", "ring_seconds": 25}, 4 * 3600 + 25),
        ({"do": "record", "max_seconds": 120, "finish_key": "#"}, 120 + 90),
        ({"do": "hangup", "reason": "done"}, 90),
        ({"resume_with": {"event": "resumed"}}, 90),
        ({}, 90),
        ({"do": "transfer", "ring_seconds": "soon"}, 4 * 3600),
    ],
)
def test_a_call_that_waits_for_the_carrier_has_the_time_that_takes(pending, closed_at):
    call = a_call(pending=pending)
    sweep(at(closed_at - 1))
    call.refresh_from_db()
    assert call.ended_at is None
    sweep(at(closed_at + 1))
    call.refresh_from_db()
    assert call.ended_by == "sweep"


def test_a_beat_that_comes_while_sweeping_saves_the_call(monkeypatch):
    call = a_call()
    look = signs_of_life.last_sign

    def late_beat(found):
        found.last_heard_at = at(100)
        return look(found)

    monkeypatch.setattr(signs_of_life, "last_sign", late_beat)
    sweep(at(120))
    call.refresh_from_db()
    assert call.ended_at is None


def test_the_hang_up_bounds_a_stream_that_never_told_its_end():
    call = a_call(ended=50)
    stream = a_stream(call)
    sweep(at(70))
    stream.refresh_from_db()
    assert stream.ended_at is None
    sweep(at(81))
    stream.refresh_from_db()
    assert (stream.ended_at, stream.ended_by) == (at(50), "hangup")


def test_an_end_that_is_a_guess_makes_the_end_of_its_stream_one():
    stream = a_stream(a_call(ended=50, by="missing"))
    sweep(at(81))
    stream.refresh_from_db()
    assert (stream.ended_at, stream.ended_by) == (at(50), "sweep")


def test_a_stream_whose_call_went_on_with_another_ends_where_that_began():
    call = a_call()
    first = a_stream(call)
    a_stream(call, began=100)
    beating(call, 300)
    sweep(at(310))
    first.refresh_from_db()
    assert (first.ended_at, first.ended_by) == (at(100), "sweep")


def test_listening_that_gives_no_sign_any_more_ends_at_its_last_one_and_the_talk_goes_on():
    call = a_call(pending={"do": "transfer", "given": True})
    stream = a_stream(call)
    type(stream).objects.update(bidirectional=False)
    beating(call, 40)
    sweep(at(129))
    stream.refresh_from_db()
    assert stream.ended_at is None
    sweep(at(131))
    stream.refresh_from_db()
    call.refresh_from_db()
    assert (stream.ended_at, stream.ended_by, call.ended_at) == (at(40), "sweep", None)


def test_a_late_close_outranks_the_sweepers_guess():
    call = a_call()
    stream = a_stream(call)
    beating(call, 40)
    sweep(at(200))
    finalise(call.pk, now=at(201))
    calls.note_stream(call, source="socket", dedupe_key="x", stream_id=stream.stream_id, kind="stop", at=at(125))
    finalise(call.pk, now=at(300))
    (charge,) = call.charges.current().filter(kind="stream")
    assert (charge.seconds, charge.basis, charge.version) == (125, "socket", 2)


def test_ended_calls_are_rung_for_until_they_are_finished_with_growing_pauses(rung):
    call = a_call(ended=0)
    sweep(at(10))
    assert rung == []
    sweep(at(16))
    assert rung == [call.pk]
    type(call).objects.filter(pk=call.pk).update(finalise_attempts=3)
    sweep(at(100))
    assert rung == [call.pk]
    sweep(at(121))
    assert rung == [call.pk, call.pk]


def test_a_poisoned_record_is_not_rung_for_any_more(rung):
    a_call(ended=0, finalise_attempts=MAX_TRIES)
    sweep(at(100_000))
    assert rung == []


@pytest.mark.parametrize("what", ["line", "fact", "message"])
def test_a_finished_call_is_rung_for_when_something_came_late(rung, what):
    call = a_call(ended=60)
    stream = a_stream(call, ended=60)
    finalise(call.pk, now=at(70))
    sweep(at(100))
    assert rung == []
    match what:
        case "line":
            log(call, (61.0, "recording_finished", "", {"seconds": 12}))
        case "fact":
            fact(stream, "webhook", "stop", 59)
            with unguarded():
                StreamEvent.objects.filter(source="webhook").update(received_at=at(80))
        case "message":
            CarrierMessage.objects.create(dedupe_key="m", kind="hangup", call_uuid=call.call_uuid, applied_at=at(80))
    sweep(at(100))
    assert rung == [call.pk]


class Carrier:
    """A stand-in for what applies stored messages."""

    def __init__(self, failing=0):
        self.failing, self.applied = failing, []

    def apply(self, message):
        if self.failing:
            self.failing -= 1
            raise ValueError("poison")
        self.applied.append(message.pk)


def stored(**fields):
    message = CarrierMessage.objects.create(kind="hangup", **{"dedupe_key": "m"} | fields)
    CarrierMessage.objects.filter(pk=message.pk).update(received_at=NOON)
    return message


def test_a_message_whose_effect_failed_is_applied_again(monkeypatch):
    carrier = Carrier(failing=1)
    monkeypatch.setattr("streams.webhooks.apply", carrier.apply)
    message = stored(error="was broken")
    sweep(at(20))
    message.refresh_from_db()
    assert (message.applied_at, message.attempts, message.error) == (None, 1, "ValueError: poison")
    sweep(at(50))
    message.refresh_from_db()
    assert (message.applied_at, message.error, carrier.applied) == (at(50), "", [message.pk])


def test_a_fresh_message_is_left_to_the_request_that_brought_it(monkeypatch):
    carrier = Carrier()
    monkeypatch.setattr("streams.webhooks.apply", carrier.apply)
    stored()
    sweep(at(5))
    assert carrier.applied == []


def test_a_poisoned_message_is_parked_after_eight_tries_and_stops_nobody_else(monkeypatch, caplog):
    def picky(message):
        if message.dedupe_key == "bad":
            raise ValueError("poison")

    monkeypatch.setattr("streams.webhooks.apply", picky)
    bad, good = stored(dedupe_key="bad"), stored(dedupe_key="good")
    for round_ in range(MAX_TRIES + 3):
        sweep(at(100 + round_))
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.attempts, bad.applied_at, bad.error) == (MAX_TRIES, None, "ValueError: poison")
    assert good.applied_at is not None
    assert caplog.text.count("is parked") == 1


def test_a_part_that_fails_does_not_stop_the_others(monkeypatch, rung):
    def broken():
        raise OSError("no spool")

    monkeypatch.setattr("streams.spool.replay_spool", broken)
    call = a_call(ended=0)
    done = sweep(NOON + timedelta(hours=1))
    assert "replay spooled messages" not in done
    assert call.pk in rung


# --- Publications ------------------------------------------------------------------------------------------------


def test_a_sweep_that_finds_nothing_to_do_writes_nothing():
    """Where all writers share a lock, a statement that changes no row keeps callers waiting like any other."""
    sweep()  # the first one applies the prices that a new site is shipped with
    with transactions() as held:
        assert not any(sweep().values())
    assert held == []


def test_a_publication_whose_worker_was_killed_is_rung_for_again(settings, monkeypatch):
    rung = []
    settings.PUBLICATION_RINGER = "tests.streams.test_sweeper.note_ring"
    monkeypatch.setattr(sys.modules[__name__], "note_ring", rung.append, raising=False)
    flow = Flow.objects.create(name="Main line", slug="main-line")
    publication = Publication.objects.create(flow=flow, snapshot={}, beat_at=NOON)
    sweep(NOON + timedelta(seconds=60))
    assert rung == []
    sweep(NOON + timedelta(seconds=80))
    assert rung == [publication.pk]
