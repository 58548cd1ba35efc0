import numpy as np
import pytest

from streams.audio import mulaw
from streams.audio.speech_detector import SpeechDetector

RATE = mulaw.RATE


def noise(level_db, seconds, seed=3):
    samples = np.random.default_rng(seed).normal(0, 32768 * 10 ** (level_db / 20), int(seconds * RATE))
    return mulaw.encode(np.clip(samples, -32768, 32767).astype(np.int16))


def vowel(seconds, level=6000, pitch=130, syllables_a_second=4.0):
    """Something like speech: a buzz through two formants, opening and closing as syllables do."""
    time = np.arange(int(seconds * RATE)) / RATE
    wave = sum(
        np.sin(2 * np.pi * pitch * n * time) * np.exp(-((min(abs(pitch * n - f) for f in (600, 1500)) / 250) ** 2))
        for n in range(1, 25)
    )
    opening = np.clip(np.sin(2 * np.pi * syllables_a_second * time), 0, 1)
    return (level * wave / np.abs(wave).max() * opening).astype(np.int16)


def on_a_line(samples, level_db=-60):
    around = np.concatenate([np.zeros(RATE, np.int16), samples, np.zeros(RATE, np.int16)])
    return mulaw.encode(np.clip(around + mulaw.decode(noise(level_db, len(around) / RATE)), -32768, 32767).astype("i2"))


def judged(audio, size=160):
    detector = SpeechDetector()
    pieces = [audio[start : start + size] for start in range(0, len(audio), size)]
    return [is_speech for piece in pieces for _, is_speech in detector.frames(piece)]


def test_speech_is_found_where_it_is_and_nowhere_else():
    found = judged(on_a_line(vowel(2.0)))
    before, during, after = found[:48], found[50:150], found[155:]
    assert not any(before)
    assert sum(during) > 35  # the syllables are open half of the time
    assert not any(after)


@pytest.mark.parametrize("level_db", [-50, -40, -30, -26, -20, -15])
def test_steady_noise_is_never_speech(level_db):
    assert sum(judged(noise(level_db, 10))) == 0


def test_noise_that_sets_in_counts_as_speech_for_a_few_seconds_at_most():
    found = judged(mulaw.silence(3000) + noise(-26, 10))
    assert not any(found[150 + 160 :])


def test_speech_is_heard_over_noise():
    found = judged(on_a_line(vowel(3.0, level=9000), level_db=-45))
    assert sum(found[50:200]) > 40


def test_silence_is_not_speech():
    assert not any(judged(mulaw.silence(2000)))
    assert not any(judged(b"\x00" * 16_000))


@pytest.mark.parametrize("size", [1, 7, 80, 159, 161, 333, 5000])
def test_pieces_of_any_size_are_judged_alike(size):
    audio = on_a_line(vowel(0.5))
    assert judged(audio, size) == judged(audio)


def test_every_byte_is_given_back_in_order():
    audio = noise(-30, 0.5)
    detector = SpeechDetector()
    frames = [frame for start in range(0, len(audio), 123) for frame, _ in detector.frames(audio[start : start + 123])]
    assert b"".join(frames) == audio
    assert {len(frame) for frame in frames} == {160}
