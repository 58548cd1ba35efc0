"""A stored recording as one sound."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams import recordings, tape
from streams.audio import mulaw
from streams.models import CallEvent, CallRecording, RecordingPiece, RecordingPlay
from streams.notice import HEARD
from streams.recorder import Piece
from tests.streams.made import a_call
from tests.streams.recorded import sound

pytestmark = pytest.mark.django_db

START = 3 * mulaw.RATE + 123
LEFT, RIGHT = sound(1, 2.5), sound(2, 2.5)


@pytest.fixture
def recording():
    """Two pieces of 2.5 s with a second of nothing between."""
    call = a_call()
    tape.store(call.pk, Piece(START, LEFT, RIGHT))
    tape.store(call.pk, Piece(START + len(LEFT) + mulaw.RATE, RIGHT, LEFT))
    return CallRecording.objects.get()


def test_the_caller_is_left_the_line_is_right_and_a_gap_is_silence_of_its_length(recording):
    gap = mulaw.silence(1000)
    assert recordings.tracks(recording) == (LEFT + gap + RIGHT, RIGHT + gap + LEFT)


def test_the_sound_is_a_wav_of_stereo_mulaw(recording):
    whole = recordings.read(recording, 0, recordings.size(recording) - 1)
    assert len(whole) == recordings.size(recording)
    assert (whole[:4], whole[8:16], whole[38:42], whole[50:54]) == (b"RIFF", b"WAVEfmt ", b"fact", b"data")
    assert int.from_bytes(whole[4:8], "little") == len(whole) - 8
    fields = [
        int.from_bytes(whole[a:b], "little") for a, b in ((20, 22), (22, 24), (24, 28), (28, 32), (32, 34), (34, 36))
    ]
    assert fields == [7, 2, 8000, 16000, 2, 8]
    assert int.from_bytes(whole[54:58], "little") == len(whole) - recordings.HEADER_BYTES


def test_every_part_is_the_part_of_the_whole(recording):
    whole = recordings.read(recording, 0, recordings.size(recording) - 1)

    @given(st.integers(0, len(whole) - 1), st.integers(1, 30_000))
    def check(first, count):
        last = min(first + count, len(whole)) - 1
        assert recordings.read(recording, first, last) == whole[first : last + 1]

    check()


def test_the_waveform_stands_where_the_sound_is(recording):
    wave = recordings.waveform(recording, 60)
    assert (wave.begins_at, round(wave.seconds, 3)) == (recording.begins_at, 6.0)
    assert len(wave.caller) == len(wave.line) == 60
    assert min(wave.caller[:23]) > 100
    assert max(wave.caller[27:34]) == 0
    assert min(wave.line[37:59]) > 100


def test_a_short_recording_has_as_many_strokes_as_it_has_tenths_of_a_second():
    call = a_call()
    tape.store(call.pk, Piece(0, LEFT[:1600], RIGHT[:1600]))
    assert len(recordings.waveform(CallRecording.objects.get()).caller) == 3


def test_erasing_leaves_no_piece_and_keeps_who_listened(recording):
    RecordingPlay.objects.create(call=recording.call, who="Olga", how=RecordingPlay.PLAYED)
    assert recordings.erase([recording.call_id]) == 1
    assert not RecordingPiece.objects.exists()
    assert RecordingPlay.objects.count() == 1
    assert recordings.erase([recording.call_id]) == 0


def test_a_recording_without_its_proof_is_found(recording):
    assert recordings.unproven() == [recording.call_id]
    CallEvent.objects.create(call=recording.call, seq=1, at=3.0, kind=HEARD)
    assert recordings.unproven() == []


def test_a_piece_may_be_read_as_long_as_the_recorder_gives_it():
    from streams.recorder import PIECE

    assert PIECE <= recordings.LONGEST_PIECE
    assert timedelta(seconds=PIECE / mulaw.RATE) == timedelta(seconds=4)
