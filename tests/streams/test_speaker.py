from math import inf

import pytest

from streams.speaker import ACKNOWLEDGE_WITHIN, Speaker
from tests.streams.clock import VirtualClock
from tests.streams.wire import Wire, WordCodec

SECOND = b"a" * 8000


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def wire(clock):
    return Wire(clock)


@pytest.fixture
def speaker(clock, wire):
    made = Speaker(send=wire.send, codec=WordCodec(), clock=clock)
    wire.deliver = lambda message: made.mark_reached(message.name)
    return made


def say(speaker, clips, heard, *, barge_in=True):
    return speaker.say(clips, barge_in=barge_in, heard=heard.append)


def test_a_prompt_counts_as_heard_when_the_carrier_says_so(speaker, clock):
    heard = []
    say(speaker, [SECOND * 2], heard)
    clock.pass_seconds(1.9)
    assert heard == []
    clock.pass_seconds(0.2)
    assert heard == [True]
    assert not speaker.is_speaking


def test_a_missing_acknowledgement_is_waited_for_but_not_for_ever(speaker, clock, wire):
    wire.deaf, heard = True, []
    say(speaker, [SECOND], heard)
    clock.pass_seconds(1.0 + ACKNOWLEDGE_WITHIN - 0.1)
    assert heard == []
    clock.pass_seconds(0.2)
    assert heard == [False]


def test_stopping_clears_at_once_and_says_how_much_was_heard(speaker, clock, wire):
    heard = []
    spoken = say(speaker, [SECOND * 3], heard)
    clock.pass_seconds(1.25)
    assert speaker.stop() == [(spoken, 1250)]
    assert wire.frames[-1][1:] == ("clear",)
    clock.pass_seconds(10)
    assert heard == []
    assert clock.waiting == 0


def test_a_stale_acknowledgement_after_a_stop_is_ignored(speaker, clock):
    first, second = [], []
    spoken = say(speaker, [SECOND], first)
    speaker.stop()
    say(speaker, [SECOND], second)
    speaker.mark_reached(spoken.name)
    assert (first, second) == ([], [])
    assert speaker.is_speaking


def test_an_acknowledgement_covers_everything_said_before_it(speaker):
    first, second = [], []
    say(speaker, [SECOND], first)
    later = say(speaker, [SECOND], second)
    speaker.mark_reached(later.name)
    assert (first, second) == ([True], [True])


def test_what_is_said_later_begins_when_the_earlier_ends(speaker, clock):
    say(speaker, [SECOND], [])
    later = say(speaker, [SECOND], [])
    clock.pass_seconds(1.5)
    cut = {spoken.name: ms for spoken, ms in speaker.stop()}
    assert cut[later.name] == 500


def test_audio_that_comes_in_pieces_is_one_thing_with_one_end(speaker, clock, wire):
    heard = []
    spoken = speaker.begin(barge_in=True, heard=heard.append)
    for _ in range(10):
        speaker.add(spoken, b"x" * 800)
        clock.pass_seconds(0.05)
    speaker.close(spoken)
    clock.pass_seconds(2)
    assert heard == [True]
    assert wire.kinds().count("mark") == 1
    assert wire.audio() == b"x" * 8000


def test_pieces_that_come_after_a_stop_are_not_played(speaker, clock, wire):
    spoken = speaker.begin(barge_in=True, heard=lambda _: None)
    speaker.add(spoken, b"x" * 800)
    speaker.stop()
    speaker.add(spoken, b"y" * 800)
    speaker.close(spoken)
    clock.pass_seconds(1)
    assert b"y" not in wire.audio()
    assert wire.kinds()[-1] == "clear"


def test_the_line_runs_no_further_ahead_than_the_lead(speaker, clock, wire):
    say(speaker, [SECOND * 20], [])
    for _ in range(180):
        clock.pass_seconds(0.1)
        assert wire.lead() < 1.0


def test_the_caller_never_hears_a_gap_inside_a_prompt(speaker, clock, wire):
    say(speaker, [SECOND * 5], [])
    for _ in range(49):
        clock.pass_seconds(0.1)
        assert wire.lead() > 0.0 or len(wire.audio()) == 40_000


def test_an_end_of_the_stream_leaves_no_timer(speaker, clock):
    say(speaker, [SECOND * 3], [])
    speaker.shut()
    assert clock.waiting == 0 or not speaker.is_speaking
    clock.pass_seconds(20)
    assert clock.waiting == 0


def test_speech_may_cut_what_is_said_once_its_first_moment_was_played(speaker, clock):
    speaker.say([SECOND * 4], barge_in=True, heard=[].append, protected=1.5)
    clock.pass_seconds(1.0)
    assert (speaker.may_barge_in, speaker.protected_seconds) == (False, 0.5)
    clock.pass_seconds(0.5)
    assert speaker.may_barge_in


def test_what_is_still_queued_does_not_protect_what_the_caller_hears(speaker, clock):
    speaker.say([SECOND * 4], barge_in=True, heard=[].append, protected=1.5)
    speaker.say([SECOND * 4], barge_in=True, heard=[].append, protected=1.5)
    clock.pass_seconds(2.0)
    assert speaker.may_barge_in
    clock.pass_seconds(2.5)
    assert speaker.protected_seconds == pytest.approx(1.0)


def test_what_may_never_be_cut_is_protected_while_it_is_queued_too(speaker):
    speaker.say([SECOND], barge_in=True, heard=[].append)
    speaker.say([SECOND], barge_in=False, heard=[].append)
    assert speaker.protected_seconds == inf
