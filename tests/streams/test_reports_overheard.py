"""What is told of a conversation that was listened to: its lines in order of time, its record, its sums."""

from datetime import timedelta

import pytest

from streams import sweeper
from streams.finalise import finalise
from streams.models import CallStatus, Stream, Utterance
from streams.reports.names import names_in
from streams.reports.overheard import LISTENING
from streams.reports.timeline import TELL, timeline
from streams.reports.transcript import transcript
from tests.streams.made import NOON, SNAPSHOT, a_call, a_stream, at, log
from tests.streams.test_reports import lines

NAMES = names_in(SNAPSHOT)


def overheard(logged, who, text, began, **more):
    return (logged, "overheard", "support", {"who": who, "text": text, "began": began, "ended": logged} | more)


TALK = (
    (0.0, "answered", "", {}),
    (10.0, "listening_began", "support", {"stream": "s-1", "engine": "local"}),
    overheard(19.0, "caller", "My drill is broken.", 12.0, confidence=0.93),
    overheard(15.5, "person", "How can I help?", 11.0, confidence=0.8),
    (30.0, "listening_lost", "support", {"who": "person", "seconds": 2.5, "stream": "s-1"}),
    overheard(41.0, "person", "We send a new", 39.0, confidence=0.0, unfinished=True),
    (42.0, "listening_ended", "support", {"stream": "s-1", "why": "us"}),
)


def test_each_line_stands_where_it_was_said_and_not_where_it_was_understood():
    told = timeline(lines(*TALK), NAMES)
    assert [(row.at, row.who, row.what, row.note) for row in told[1:]] == [
        (10.0, "the call", "is listened to from here on", "local"),
        (11.0, "person", "“How can I help?”", "heard with 80% confidence"),
        (12.0, "caller", "“My drill is broken.”", "heard with 93% confidence"),
        (30.0, "the call", "loses 2.5 s of what the person said", "the recogniser was too slow, or was away"),
        (39.0, "person", "“We send a new”", "broke off"),
        (42.0, "the call", "is not listened to any more", "we closed the stream"),
    ]
    assert {row.what for row in told if row.secret} == {row.what for row in told if row.kind == "overheard"}


def test_who_is_not_written_down_and_why_is_told_in_words():
    away = {"ability": "ears", "engine": "x", "what": "It is away."}
    told = timeline(
        lines(
            (9.0, "engine_failed", "support", {**away, "stream": "s-1"}),
            (9.5, "engine_failed", "support", away),
            (12.0, "listening_lost", "support", {"who": "person", "seconds": 2.5, "why": "It is away."}),
            (13.0, "listening_deaf", "support", {"who": "caller", "why": "No key."}),
        ),
        NAMES,
    )
    assert [(row.what, row.note) for row in told] == [
        ("is not written down by “x” for now", "It is away."),
        ("goes on without the recogniser “x”", "It is away."),
        ("loses 2.5 s of what the person said", "It is away."),
        ("writes down nothing more of the caller", "No key."),
    ]


def test_every_line_of_listening_is_told_whatever_it_holds():
    assert LISTENING.keys() <= TELL.keys()
    for kind in LISTENING:
        for data in ({}, {"who": 1, "text": None, "seconds": "x", "why": None, "began": "soon", "confidence": "much"}):
            assert timeline(lines((1.0, kind, "support", data)), NAMES)


def test_the_transcript_has_both_in_order_of_what_was_said_first():
    said = [(one.at, one.who, one.text, one.step) for one in transcript(lines(*TALK), {})]
    assert said == [
        (11.0, "person", "How can I help?", "support"),
        (12.0, "caller", "My drill is broken.", "support"),
        (39.0, "person", "We send a new", "support"),
    ]


@pytest.fixture
def call(db):
    call = a_call(ended=60)
    a_stream(call, ended=60)
    return call


def test_the_record_waits_for_the_last_words_of_a_conversation_but_not_for_ever(call):
    log(call, *TALK[:-1])
    assert finalise(call.pk, now=at(70)) is False
    assert not Utterance.objects.exists()
    log(call, TALK[-1])
    assert finalise(call.pk, now=at(70)) is True
    call.refresh_from_db()
    assert call.status == CallStatus.FINISHED


def test_a_listening_process_that_died_holds_no_record_up(call):
    log(call, *TALK[:-1])
    assert finalise(call.pk, now=at(120)) is True


def test_a_listening_stream_that_lost_its_end_is_over_when_the_call_goes_on_with_another(db):
    call = a_call()
    lost = a_stream(call, began=0, bidirectional=False)
    a_stream(call, began=50)
    call.last_heard_at = at(119)
    call.save()
    sweeper.close_replaced_streams(NOON + timedelta(seconds=120))
    ended = {stream.stream_id: stream.ended_at for stream in Stream.objects.all()}
    assert ended[lost.stream_id] == at(50)
    assert list(ended.values()).count(None) == 1


def test_a_mood_is_told_of_its_speaker_and_again_only_once_it_turned():
    def mood(at, who, mood, *topics):
        return (at, "mood", "support", {"who": who, "mood": mood, "topics": list(topics), "by": "a model"})

    told = timeline(
        lines(
            mood(1.0, "caller", "neutral"),
            mood(2.0, "person", "neutral"),
            mood(3.0, "caller", "neutral", "bill"),
            mood(4.0, "caller", "negative", "bill"),
            mood(5.0, "person", "neutral"),
            mood(6.0, "caller", "neutral"),
        ),
        NAMES,
    )
    assert [(row.at, row.who, row.what, row.place) for row in told] == [
        (1.0, "caller", "sounds neutral", 0),
        (2.0, "person", "sounds neutral", 1),
        (4.0, "caller", "sounds negative, about bill", 3),
        (6.0, "caller", "sounds neutral", 5),
    ]
