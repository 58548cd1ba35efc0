"""Recordings on their way from live calls into the database."""

import pytest
from django.db import OperationalError

from streams import recordings, tape
from streams.audio import mulaw
from streams.models import CallRecording, RecordingPiece
from streams.recorder import Piece
from tests.streams.made import a_call
from tests.streams.recorded import sound

SECOND = mulaw.RATE


def a_piece(place=0, seconds=1.0, seed=1):
    return Piece(place, sound(seed, seconds), sound(seed + 1000, seconds))


@pytest.mark.django_db
def test_pieces_become_one_recording_which_grows():
    call = a_call()
    tape.store(call.pk, a_piece(2 * SECOND))
    tape.store(call.pk, a_piece(5 * SECOND, seed=2))
    row = CallRecording.objects.get(call=call)
    assert (row.begins_at, row.ends_at, row.pieces.count()) == (2.0, 6.0, 2)
    stored = sum(len(piece.caller) + len(piece.line) for piece in row.pieces.all())
    assert row.bytes == stored


@pytest.mark.django_db
def test_the_same_piece_twice_counts_once():
    call = a_call()
    for _ in range(2):
        tape.store(call.pk, a_piece())
    row = CallRecording.objects.get()
    assert row.pieces.count() == 1
    assert row.bytes == sum(len(piece.caller) + len(piece.line) for piece in row.pieces.all())


@pytest.mark.django_db
def test_a_piece_of_a_call_that_is_gone_is_left_out():
    tape.store(987654, a_piece())
    assert not CallRecording.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_writer_stores_what_it_is_given_on_a_thread_of_its_own():
    call, writer = a_call(), tape.TapeWriter()
    writer.keep(call.pk, a_piece())
    assert writer.flush()
    assert RecordingPiece.objects.get().samples == SECOND


@pytest.mark.django_db(transaction=True)
def test_a_database_that_comes_back_costs_nothing(monkeypatch):
    call, writer, failures = a_call(), tape.TapeWriter(), [OperationalError("away")] * 2
    stores = tape.store

    def flaky(*args, **more):
        if failures:
            raise failures.pop()
        stores(*args, **more)

    monkeypatch.setattr(tape, "store", flaky)
    writer.keep(call.pk, a_piece())
    assert writer.flush()
    assert RecordingPiece.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_does_not_fit_into_memory_is_dropped_and_counted(monkeypatch):
    call, writer = a_call(), tape.TapeWriter()
    monkeypatch.setattr(tape, "MOST_BYTES", 20_000)
    given = []
    monkeypatch.setattr(writer, "_give", given.append)
    writer.keep(call.pk, a_piece(0))
    writer.keep(call.pk, a_piece(SECOND))  # too much
    writer._waiting = 0  # the first was stored
    writer.keep(call.pk, a_piece(2 * SECOND))
    assert [(one.piece.place, one.lost) for one in given] == [(0, 0), (2 * SECOND, SECOND)]
    for one in given:
        tape.store(one.call_pk, one.piece, lost=one.lost)
    row = CallRecording.objects.get()
    assert row.lost_seconds == 1.0
    assert set(recordings.tracks(row)[0][SECOND : 2 * SECOND]) == {0xFF}


@pytest.mark.django_db(transaction=True)
def test_what_a_database_that_stays_away_costs_is_counted_with_the_next_piece(monkeypatch):
    call, writer, stores = a_call(), tape.TapeWriter(), tape.store

    def away(*args, **more):
        raise OperationalError("away")

    monkeypatch.setattr(tape, "KEEP_TRYING_SECONDS", -1.0)
    monkeypatch.setattr(tape, "store", away)
    writer.keep(call.pk, a_piece(0))
    assert writer.flush()
    monkeypatch.setattr(tape, "store", stores)
    writer.keep(call.pk, a_piece(SECOND))
    assert writer.flush()
    assert CallRecording.objects.get().lost_seconds == 1.0


def test_peaks_tell_how_loud_each_tenth_of_a_second_is():
    loud = mulaw.encode(mulaw.decode(b"\x00" * 800))
    assert list(tape.peaks(mulaw.silence(100) + loud + mulaw.silence(50))) == [0, 250, 0]
