import numpy as np
import pytest

from streams.audio.resample import resample


def tone(frequency, rate, seconds=0.5, level=10_000):
    return (level * np.sin(2 * np.pi * frequency * np.arange(int(rate * seconds)) / rate)).astype(np.int16)


def strength(samples):
    return np.sqrt((samples[400:-400].astype(float) ** 2).mean())


def test_what_a_telephone_carries_keeps_its_strength():
    assert strength(resample(tone(1000, 22_050), 22_050, 8000)) == pytest.approx(10_000 / 2**0.5, rel=0.01)


def test_what_it_cannot_carry_is_gone_and_does_not_fold_back():
    assert strength(resample(tone(6000, 22_050), 22_050, 8000)) < 10


def test_loud_sounds_are_clipped_not_wrapped():
    square = np.where(tone(700, 8000) > 0, 32767, -32768).astype(np.int16)
    changed = resample(square, 8000, 16_000)
    assert np.corrcoef(changed[::2], square)[0, 1] > 0.9


def test_nothing_stays_nothing():
    assert len(resample(np.zeros(0, dtype=np.int16), 22_050, 8000)) == 0
