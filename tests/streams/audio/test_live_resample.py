"""The low-delay resampler between the telephone and servers that speak only 24 kHz."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.audio import mulaw
from streams.audio.live_resample import DELAY_MS, Downwards, Upwards

SECOND = np.arange(24_000) / 24_000


def pcm(hertz, level=8000.0):
    return (level * np.sin(2 * np.pi * hertz * SECOND)).astype("<i2").tobytes()


def telephone(hertz, level=8000.0):
    return mulaw.encode((level * np.sin(2 * np.pi * hertz * np.arange(8000) / 8000)).astype(np.int16))


def down(audio, sizes=()):
    downwards, out, start = Downwards(), b"", 0
    for size in sizes:
        out += downwards.push(audio[start : start + size])
        start += size
    return out + downwards.push(audio[start:]) + downwards.end()


def strength(samples, hertz, rate):
    """The amplitude of one tone, without the first and last tenth of a second."""
    middle = np.asarray(samples, dtype=np.float64)[rate // 10 : -rate // 10]
    places = np.arange(len(middle)) / rate
    return 2 * abs(np.mean(middle * np.exp(-2j * np.pi * hertz * places)))


@pytest.mark.parametrize("hertz", [300, 1000, 2000, 3000, 3250])
def test_what_a_telephone_carries_passes_both_ways(hertz):
    assert strength(mulaw.decode(down(pcm(hertz))), hertz, 8000) == pytest.approx(8000, rel=0.06)
    up = np.frombuffer(Upwards().push(telephone(hertz)), dtype="<i2")
    assert strength(up, hertz, 24_000) == pytest.approx(8000, rel=0.06)


@pytest.mark.parametrize("hertz", [4050, 5000, 6000, 7000, 9000, 11_000])
def test_no_tone_folds_back(hertz):
    heard = mulaw.decode(down(pcm(hertz)))
    folded = abs(hertz - 8000 * round(hertz / 8000))
    assert strength(heard, folded, 8000) < 8000 / 300  # 50 dB, and what mu-law itself adds


@pytest.mark.parametrize("hertz", [300, 1000, 3000])
def test_no_mirror_of_the_voice_is_heard(hertz):
    up = np.frombuffer(Upwards().push(telephone(hertz)), dtype="<i2")
    for mirror in (8000 - hertz, 8000 + hertz):
        assert strength(up, mirror, 24_000) < 8000 / 300


@given(st.lists(st.integers(0, 999), max_size=30))
def test_pieces_of_any_size_give_the_same_as_the_whole(sizes):
    speech = pcm(700)[:9001]  # ends in the middle of a sample
    assert down(speech, sizes) == down(speech)
    line, upwards, out, start = telephone(700)[:3000], Upwards(), b"", 0
    for size in sizes:
        out += upwards.push(line[start : start + size])
        start += size
    assert out + upwards.push(line[start:]) == Upwards().push(line)


def test_it_is_only_a_few_milliseconds_behind():
    click = np.zeros(240, dtype="<i2")
    click[60] = 20_000
    heard = mulaw.decode(down(click.tobytes()))
    assert abs(int(np.argmax(heard)) - 20) <= 1
    downwards = Downwards()
    given_at_once = downwards.push(pcm(500)[: 20 * 48])
    assert len(given_at_once) >= (20 - DELAY_MS) * 8 - 1
    line = mulaw.encode(np.concatenate((np.zeros(80), [20_000], np.zeros(80))).astype(np.int16))
    up = np.frombuffer(Upwards().push(line), dtype="<i2")
    assert (int(np.argmax(up)) - 240) / 24 == pytest.approx(DELAY_MS, abs=0.1)
    assert DELAY_MS < 3


@pytest.mark.parametrize("samples", [3, 30, 480, 2400])
def test_a_speech_is_as_long_as_it_was_and_leaves_nothing_to_the_next(samples):
    downwards = Downwards()
    speech = pcm(900)[: samples * 2]
    first = downwards.push(speech) + downwards.end()
    assert len(first) == samples // 3
    assert downwards.push(speech) + downwards.end() == first
    assert downwards.end() == b""


def test_the_loudest_sound_does_not_turn_over():
    loud = np.where(np.arange(2400) % 240 < 120, 32767, -32768).astype("<i2").tobytes()
    heard = mulaw.decode(down(loud))
    assert heard[20] > 30_000
    assert heard[60] < -30_000
