"""Recordings that people upload: real files in, telephone audio out, and a sentence for everything else."""

import functools
import io
import signal
import subprocess

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from flows.sound import Unusable
from streams.audio import mulaw, recordings
from tests.properties import examples

RATE = 44_100


def speech(seconds=2.0, *, amplitude=0.1, rate=RATE):
    """Something like a voice: a tone of a few partials that comes in syllables."""
    t = np.arange(int(seconds * rate)) / rate
    tone = sum(np.sin(2 * np.pi * 180 * n * t) / n for n in (1, 2, 3, 5))
    return amplitude * tone / np.abs(tone).max() * (np.sin(2 * np.pi * 2 * t) ** 2)


def quiet(seconds, rate=RATE):
    return np.random.default_rng(1).normal(0, 1e-4, int(seconds * rate))


def file_of(samples, *, rate=RATE, form="WAV", subtype=None):
    made = io.BytesIO()
    soundfile.write(made, samples, rate, format=form, subtype=subtype)
    return made.getvalue()


def levels(audio):
    """The level of the speech and of the loudest sample, in dBFS."""
    samples = mulaw.decode(audio).astype(float)
    frames = recordings._loudness(samples)
    spoken = 10 ** (frames[recordings._is_speech(frames)] / 10)
    return 10 * np.log10(spoken.mean()), 20 * np.log10(np.abs(samples).max() / 32768)


@pytest.mark.parametrize(
    ("form", "subtype", "rate"),
    [
        ("WAV", "PCM_16", 44_100),
        ("WAV", "PCM_24", 96_000),
        ("WAV", "FLOAT", 48_000),
        ("WAV", "ULAW", 8000),
        ("MP3", None, 44_100),
        ("MP3", None, 16_000),
        ("FLAC", None, 48_000),
        ("OGG", "VORBIS", 44_100),
        ("OGG", "OPUS", 48_000),
    ],
)
def test_files_of_every_kind_become_telephone_audio_at_the_usual_level(form, subtype, rate):
    content = file_of(speech(rate=rate), rate=rate, form=form, subtype=subtype)
    audio = recordings.convert(content)
    level, peak = levels(audio)
    assert 1.5 < mulaw.seconds(audio) < 2.6
    assert level == pytest.approx(recordings.LEVEL, abs=1.0)
    assert peak <= -2.9


@pytest.mark.parametrize("amplitude", [0.01, 0.05, 0.3, 0.9])
def test_quiet_and_loud_voices_come_out_alike(amplitude):
    level, peak = levels(recordings.convert(file_of(speech(amplitude=amplitude))))
    assert level == pytest.approx(recordings.LEVEL, abs=1.0)
    assert peak <= -2.9


def test_a_sudden_peak_is_turned_down_and_not_cut_off():
    sound = speech(amplitude=0.05)
    sound[RATE : RATE + 400] += 0.8 * np.sin(2 * np.pi * 400 * np.arange(400) / RATE)
    level, peak = levels(recordings.convert(file_of(sound)))
    assert peak <= -2.9
    assert level == pytest.approx(recordings.LEVEL, abs=2.0)


def test_silence_around_the_words_is_trimmed_to_a_breath():
    sound = np.concatenate([quiet(2), speech(1.0), quiet(3)])
    audio = recordings.convert(file_of(sound))
    assert 0.9 < mulaw.seconds(audio) < 1.6
    frames = recordings._is_speech(recordings._loudness(mulaw.decode(audio).astype(float)))
    spoken = np.flatnonzero(frames)
    assert spoken[0] <= 15, "at most 300 ms before"
    assert len(frames) - spoken[-1] <= 16, "and after"


def test_both_channels_are_heard():
    words, none = speech(), np.zeros(2 * RATE)
    left, right = (file_of(np.stack(pair, axis=1)) for pair in ((words, none), (none, words)))
    assert recordings.convert(left) == recordings.convert(right)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (lambda: b"", recordings.NOT_SOUND),
        (lambda: b"GIF89a and so on", recordings.NOT_SOUND),
        (lambda: b"RIFF\xff\xff\xff\xffWAVEfmt ", recordings.NOT_SOUND),
        (lambda: file_of(np.zeros(RATE)), recordings.NOTHING_SAID),
        (lambda: file_of(np.zeros(0)), recordings.NOTHING_SAID),
        (lambda: file_of(quiet(2)), recordings.NOTHING_SAID),
        (lambda: file_of(speech(0.1)), recordings.NOTHING_SAID),
        (lambda: file_of(np.clip(speech(amplitude=3.0), -1, 1)), recordings.CLIPPED),
        (lambda: file_of(speech(rate=8000).repeat(100), rate=8000, form="MP3"), recordings.TOO_LONG),
        (lambda: file_of(np.zeros((100, 6))), recordings.UNCOMMON),
        (lambda: file_of(speech(rate=4000), rate=4000), recordings.UNCOMMON),
        (lambda: file_of(speech(), form="AIFF"), recordings.NOT_SOUND),
        (lambda: file_of(np.full(RATE, np.nan), subtype="FLOAT"), recordings.NOTHING_SAID),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(made, sentence):
    with pytest.raises(Unusable) as caught:
        recordings.convert(made())
    assert str(caught.value) == sentence


def test_a_small_file_that_unfolds_into_hours_is_refused_before_it_fills_the_memory():
    content = file_of(np.zeros(RATE * 600, dtype=np.int16), form="FLAC")
    assert len(content) < 1_000_000
    with pytest.raises(Unusable, match="longer than 3 minutes"):
        recordings.convert(content)


def test_a_header_that_lies_about_its_length_is_not_believed():
    content = bytearray(file_of(speech()))
    content[40:44] = b"\xff\xff\xff\x7f"
    assert mulaw.seconds(recordings.convert(bytes(content))) < 3


@functools.cache
def whole(form):
    return file_of(speech(0.5), form=form)


@given(
    form=st.sampled_from(["FLAC", "MP3", "OGG", "WAV"]),
    cut=st.integers(0, 60_000),
    damage=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=30),
)
@examples(150)
def test_whatever_is_uploaded_is_audio_or_a_sentence(form, cut, damage):
    content = bytearray(whole(form)[: cut or None])
    for place, byte in damage:
        if place < len(content):
            content[place] = byte
    try:
        audio = recordings.convert(bytes(content))
    except Unusable:
        return
    assert 0 < mulaw.seconds(audio) < recordings.MAX_SECONDS + 1
    assert levels(audio)[1] <= -2.9


def test_files_are_opened_in_a_process_of_their_own():
    content = file_of(speech(), form="MP3")
    assert recordings.read(content) == recordings.convert(content)
    with pytest.raises(Unusable, match="silent"):
        recordings.read(file_of(np.zeros(RATE)))
    with pytest.raises(Unusable, match="not a sound"):
        recordings.read(b"GIF89a")
    with pytest.raises(Unusable, match="larger than 10 MB"):
        recordings.read(bytes(recordings.MAX_BYTES + 1))


@pytest.mark.parametrize("end", [-signal.SIGSEGV, 1, 0])
def test_a_decoder_that_crashes_costs_a_sentence(end, monkeypatch):
    crashed = subprocess.CompletedProcess([], end, b"", b"Traceback ... secret path")
    monkeypatch.setattr(recordings.subprocess, "run", lambda *a, **k: crashed)
    with pytest.raises(Unusable, match="not a sound") as caught:
        recordings.read(b"x")
    assert "secret" not in str(caught.value)


def test_a_decoder_that_hangs_costs_a_sentence(monkeypatch):
    def hangs(command, **how):
        raise subprocess.TimeoutExpired(command, how["timeout"])

    monkeypatch.setattr(recordings.subprocess, "run", hangs)
    with pytest.raises(Unusable, match="not a sound"):
        recordings.read(b"x")
