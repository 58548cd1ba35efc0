"""Finding turns depends on the audio alone, not on how it was cut into frames."""

from hypothesis import given
from hypothesis import strategies as st

from streams.audio import mulaw
from tests.standins.openai_realtime.ear import Ear, Started, Stopped
from tests.standins.openai_realtime.settings import SERVER_VAD
from tests.standins.sound import tone

VAD = {**SERVER_VAD, "silence_duration_ms": 400}
SOUNDS = st.lists(st.tuples(st.booleans(), st.integers(1, 60)), min_size=1, max_size=6)  # loud or not, frames


def audio_of(sounds):
    return b"".join(tone(frames * 20) if loud else mulaw.silence(frames * 20) for loud, frames in sounds)


def heard(pieces):
    """What an ear finds, and the audio of each turn that it commits."""
    ear, events, turns = Ear(), [], []
    for piece in pieces:
        for event in ear.push(piece, VAD):
            events.append(event)
            if isinstance(event, Stopped):
                turns.append(ear.take(event.at_ms))
    return events, turns


@given(SOUNDS, st.integers(1, 4000))
def test_the_size_of_frames_does_not_matter(sounds, size):
    audio = audio_of(sounds)
    assert heard(audio[at : at + size] for at in range(0, len(audio), size)) == heard([audio])


@given(SOUNDS)
def test_turns_begin_and_end_in_order_and_hold_what_lies_between(sounds):
    events, turns = heard([audio_of(sounds)])
    kinds = [type(event) for event in events]
    assert kinds == [Started, Stopped] * (len(kinds) // 2) + [Started] * (len(kinds) % 2)
    times = [event.at_ms for event in events]
    assert times == sorted(times)
    pairs = zip(times[::2], times[1::2], strict=False)
    assert [len(turn) // mulaw.BYTES_A_MS for turn in turns] == [stopped - started for started, stopped in pairs]


def test_a_click_is_no_speech():
    assert heard([mulaw.silence(500) + tone(40) + mulaw.silence(1000)]) == ([], [])


def test_the_threshold_decides_how_loud_speech_must_be():
    quiet = mulaw.encode(mulaw.decode(tone(500)) // 16)
    assert not list(Ear().push(quiet, VAD))
    assert list(Ear().push(quiet, {**VAD, "threshold": 0.1}))
