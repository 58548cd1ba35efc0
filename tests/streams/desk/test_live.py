from datetime import timedelta

import pytest

from flows.models import Flow, FlowVersion
from streams.desk import live
from streams.desk.watchers import Watcher
from streams.models import CallStatus, LegEvent
from tests.streams.made import NOON, SNAPSHOT, TALK, a_call, a_stream, at, log

EVERYTHING = Watcher(user=None, words=True, numbers=True, money=True, listens=True)
NOTHING = Watcher(user=None, words=False, numbers=False, money=False, listens=False)


@pytest.fixture
def version(db):
    flow = Flow.objects.create(name="Main line", slug="main-line")
    return FlowVersion.objects.create(flow=flow, number=3, spec=1, snapshot=SNAPSHOT)


def row(seconds, watcher=EVERYTHING):
    """The one call on the line, so many seconds after its answer."""
    (only,) = live.calls(at(seconds))
    return only.row(watcher)


def leg(call, kind, seconds):
    LegEvent.objects.create(
        source="webhook",
        dedupe_key=f"b-leg:{kind}",
        leg_uuid="b-leg",
        call=call,
        kind=kind,
        direction="outbound",
        toward="1415",
        occurred_at=at(seconds),
    )


def test_a_call_with_an_assistant_tells_where_it_is_how_fast_and_what_it_costs(version):
    call = a_call(version=version, caller="+14155550142")
    a_stream(call)
    log(call, *TALK[:-4], (9.0, "mood", "helper", {"who": "caller", "mood": "negative"}))
    log(call, (9.5, "cue", "helper", {"cue": "cancel", "name": "Wants to cancel"}))
    log(call, (9.6, "engine_failed", "helper", {"ability": "agent", "engine": "openai", "fault": "slow"}))
    shown = row(30)
    assert (shown["flow"], shown["version"], shown["step"], shown["doing"]) == ("Main line", "version 3", "Helper", "")
    assert (shown["caller"], shown["seconds"], shown["waits"]) == ("+14155550142", 30.0, [640])
    assert (shown["moods"], shown["cues"]) == ({"caller": "negative"}, ["Wants to cancel"])
    assert shown["troubles"][0].endswith("failed, and the call went on without it")
    assert dict(shown["parts"])["Audio streams"] == "0.300 ¢"
    assert shown["cost"] == "0.850 ¢"


def test_who_may_see_neither_numbers_nor_money_nor_words_is_given_none(version):
    call = a_call(version=version, caller="+14155550142")
    log(
        call, (9.0, "mood", "helper", {"who": "caller", "mood": "negative"}), (9.5, "cue", "helper", {"name": "Cancel"})
    )
    shown = row(30, NOTHING)
    assert (shown["caller"], shown["cost"], shown["parts"]) == ("••••••••0142", "", [])
    assert (shown["moods"], shown["cues"]) == ({}, [])


def test_a_call_that_hides_its_number_says_so(version):
    a_call(version=version, caller="")
    assert row(30)["caller"] == "no number"


def test_being_put_through_is_told_from_speaking_with_somebody(version):
    call = a_call(version=version)
    a_stream(call, ended=9)
    log(call, *TALK)
    assert row(12)["doing"] == "is being put through to Support desk"
    leg(call, "answer", 15)
    assert row(20)["doing"] == "speaks with Support desk"
    assert "Minutes of who was called" in dict(row(20)["parts"])
    leg(call, "end", 60)
    assert row(61)["doing"] == "has spoken with Support desk"  # until the carrier asks what comes next


def test_what_died_with_its_process_writes_nothing_down_and_has_no_sound(version):
    call = a_call(version=version, last_heard_at=at(10))
    stream = a_stream(call)
    type(stream).objects.update(bidirectional=False)
    assert (row(34)["sound"], row(34)["written"]) == (True, True)
    assert (row(36)["sound"], row(36)["written"]) == (False, False)


def test_a_message_that_is_left_and_an_end_are_told(version):
    call = a_call(version=version)
    a_stream(call, ended=5)
    log(call, (0.0, "entered", "menu", {}), (5.0, "recording", "menu", {"max_seconds": 60}))
    assert row(20)["doing"] == "leaves a message"
    log(call, (25.0, "hangup", "menu", {"reason": "the flow ended"}))
    assert row(26)["doing"] == "is being ended"


def test_a_caller_who_is_left_in_silence_is_told(version):
    call = a_call(version=version)
    a_stream(call, ended=5)
    log(call, (0.0, "entered", "menu", {}))
    assert row(6)["doing"] == ""  # the next one may be on its way
    assert row(20)["doing"] == "has no audio"


def test_a_call_that_is_over_fades_within_a_minute(version):
    on, over = a_call(version=version), a_call(version=version, ended=30, outcome="reached a person")
    assert [(each.pk, each.over) for each in live.calls(at(60))] == [(on.pk, False), (over.pk, True)]
    assert [each.row(NOTHING)["outcome"] for each in live.calls(at(60))] == ["", "reached a person"]
    assert [each.pk for each in live.calls(at(91))] == [on.pk]


def test_what_is_over_takes_no_place_from_a_call_that_goes_on(version, monkeypatch):
    monkeypatch.setattr(live, "MOST", 2)
    a_call(version=version, ended=30)
    older = a_call(version=version)
    newer = a_call(version=version, began_at=at(20))
    assert [each.pk for each in live.calls(at(60))] == [older.pk, newer.pk]


def test_a_call_that_nobody_answered_yet_rings(version):
    a_call(version=version, answered_at=None, status=CallStatus.RINGING)
    assert row(1)["doing"] == "rings"


def test_more_calls_take_no_more_queries(version, django_assert_num_queries):
    for _ in range(2):
        log(a_call(version=version), *TALK)
    live.calls(at(20))
    for _ in range(5):
        call = a_call(version=version)
        a_stream(call)
        log(call, *TALK)
    with django_assert_num_queries(5):
        assert len(live.calls(NOON + timedelta(seconds=20))) == 7
