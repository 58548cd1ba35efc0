"""What is recorded is what the phone heard."""

from hypothesis import given
from hypothesis import strategies as st

from streams.audio import mulaw
from streams.notice import HEARD
from streams.recorder import HELD, PIECE, Recorder
from tests.properties import examples
from tests.streams.recorded import Carrier, differing, laid, recording_flow, sound

acts = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.floats(0.1, 4.0)),
        st.tuples(st.just("talk"), st.floats(0.05, 3.0)),
        st.tuples(st.just("press"), st.sampled_from("34567")),
        st.tuples(st.just("drop"), st.floats(0.3, 5.0)),
    ),
    min_size=1,
    max_size=7,
)


def play(wanted):
    """Calls that begin at a menu, which takes keys: so none has to be hidden."""
    call = Carrier(recording_flow(start="main")).start()
    while HEARD not in call.kinds():
        call.runs(0.1)
    begin, cuts, seed = call.clock.time() - call.answered, 1, 500
    for act, how in wanted:
        if call.host.left:
            break
        match act:
            case "wait":
                call.runs(how)
            case "talk":
                seed += 1
                call.talks += sound(seed, how)
            case "press":
                call.press(how)
                cuts += 1
                call.runs(0.1)
            case "drop":
                call.drop()
                call.runs(how, stream=False)
                call.resume()
                cuts += 2
    call.runs(1.0)
    call.drop()
    return call, round(begin * mulaw.RATE), round((call.clock.time() - call.answered) * mulaw.RATE), cuts


@examples(40)
@given(acts)
def test_both_tracks_are_what_the_phone_heard_within_a_frame(wanted):
    call, begin, end, cuts = play(wanted)
    if call.host.left:
        end = min(end, max(piece.place + len(piece.caller) for piece in call.pieces))
    for side, track in (("caller", call.caller_track), ("line", call.line_track)):
        off = differing(laid(call.pieces, side), bytes(track.audio), begin, end)
        assert off <= mulaw.FRAME * cuts, f"{side}: {off} samples differ"


def test_a_prompt_that_a_key_cuts_ends_in_the_recording_where_the_caller_ceased_to_hear_it():
    call, begin, end, _ = play([("wait", 0.4), ("press", "5"), ("wait", 3.0)])
    assert call.of("prompt_cut"), "nothing was cut, so this shows nothing"
    assert differing(laid(call.pieces, "line"), bytes(call.line_track.audio), begin, end) <= 2 * mulaw.FRAME


def test_the_time_without_a_stream_is_silence_of_the_same_length():
    call, begin, end, _ = play([("talk", 2.0), ("wait", 2.0), ("drop", 4.0), ("talk", 1.0), ("wait", 2.0)])
    recorded = laid(call.pieces, "caller")
    assert abs(len(recorded) - end) <= mulaw.FRAME
    assert differing(recorded, bytes(call.caller_track.audio), begin, end) == 0


class Desk:
    """A recorder alone, with frames that come when a test says."""

    def __init__(self):
        self.pieces = []
        self.recorder = Recorder(began=100.0, now=100.0, keep=self.pieces.append)

    def frames(self, audio, at):
        """Frames of 20 ms, at these seconds."""
        for n, when in enumerate(at):
            self.recorder.caller(audio[n * 160 : (n + 1) * 160], 100.0 + when)

    def track(self, end, side="caller"):
        self.recorder.close(100.0 + end)
        return laid(self.pieces, side)


def test_frames_that_come_late_in_a_bunch_stand_where_they_were_spoken():
    desk, said = Desk(), sound(3, 2.0)
    on_time = [0.02 * (n + 1) for n in range(100)]
    late = [1.1 if 0.5 < when < 1.1 else when for when in on_time]  # a stall of more than half a second
    desk.frames(said, late)
    assert desk.track(2.0) == said


def test_frames_that_never_come_are_silence():
    desk, said = Desk(), sound(3, 1.0)
    desk.frames(said[:4000], [0.02 * (n + 1) for n in range(25)])
    desk.frames(said[4000:], [1.5 + 0.02 * (n + 1) for n in range(25)])
    track = desk.track(2.0)
    assert (track[:4000], set(track[4000:12000]), track[12000:16000]) == (said[:4000], {0xFF}, said[4000:])


def test_a_caller_who_sends_faster_than_time_passes_fills_no_memory():
    desk = Desk()
    desk.frames(sound(1, 60.0), [0.001 * n for n in range(3000)])
    assert len(desk.recorder._caller.audio) <= 5 * mulaw.RATE + HELD


def test_a_piece_is_handed_over_every_few_seconds_and_little_stays_in_memory():
    desk, said = Desk(), sound(1, 30.0)
    for n in range(1500):
        desk.frames(said[n * 160 :], [0.02 * (n + 1)])
        assert len(desk.recorder._caller.audio) <= PIECE + HELD + 160
    assert len(desk.pieces) >= 6
    assert desk.track(30.0) == said


def test_a_gap_of_minutes_is_handed_over_in_small_pieces():
    desk = Desk()
    desk.frames(sound(1, 0.02), [0.02])
    desk.frames(sound(1, 0.02), [300.0])
    assert len(desk.track(300.0)) == 300 * mulaw.RATE
    assert max(len(piece.caller) for piece in desk.pieces) <= PIECE


def test_what_was_queued_where_it_must_not_be_kept_is_silent_after_that_step_too():
    desk, said = Desk(), sound(4, 1.0)
    desk.recorder.hush(100.0)
    desk.recorder.unhush(100.1, line_until=100.5, caller_until=100.1)  # still to be heard: the rest of a reading back
    desk.recorder.line(said, 100.1, 100.1)
    track = desk.track(1.1, "line")
    assert (set(track[:4000]), track[4000:8800]) == ({0xFF}, said[3200:])
