import numpy as np
import pytest

from streams.audio import mulaw
from streams.unanswered import MOST_MS, PAUSE, Unanswered


def voice(milliseconds, seed=1):
    """Something that any detector takes for speech: a buzz of 130 Hz in syllables."""
    time = np.arange(milliseconds * 8) / 8000
    syllables = (np.sin(2 * np.pi * 4 * time) > -0.6) * 1.0
    buzz = sum(np.sin(2 * np.pi * 130 * n * time + n) / n for n in range(1, 20))
    noise = np.random.default_rng(seed).normal(0, 30, len(time))
    return mulaw.encode(np.clip(buzz * syllables * 5000 + noise, -32000, 32000).astype(np.int16))


def room(milliseconds):
    return mulaw.encode(np.random.default_rng(3).normal(0, 30, milliseconds * 8).astype(np.int16))


def hear(ears, audio):
    return sum(ears.push(audio[start : start + 160], 0.0) for start in range(0, len(audio), 160)) > 0


def test_an_utterance_that_no_engine_noticed_is_told_when_it_ends():
    ears = Unanswered()
    assert not hear(ears, room(1000) + voice(1200))
    assert hear(ears, room(1000))


def test_an_utterance_that_the_engine_noticed_is_no_reason_for_doubt():
    ears = Unanswered()
    hear(ears, room(1000) + voice(600))
    ears.noticed()
    assert not hear(ears, voice(600) + room(1000))


def test_a_cough_is_no_reason_for_doubt():
    ears = Unanswered()
    assert not hear(ears, room(1000) + voice(200) + room(1000))


def test_what_was_not_understood_is_kept_with_a_pause_behind_it_and_given_once():
    ears = Unanswered()
    said = voice(1200)
    hear(ears, room(1000) + said + room(1000))
    taken = ears.take()
    assert said[1600:-1600] in taken
    assert taken.endswith(PAUSE)
    assert ears.take() == b""


def test_what_was_understood_is_not_given_again():
    ears = Unanswered()
    hear(ears, room(1000) + voice(1200) + room(1000))
    ears.understood()
    assert ears.take() == b""


@pytest.mark.parametrize("utterances", [30])
def test_only_the_latest_words_are_kept(utterances):
    ears = Unanswered()
    for _ in range(utterances):
        hear(ears, voice(1200) + room(1000))
    assert len(ears.take()) <= MOST_MS * 8 + len(PAUSE)


def test_what_was_understood_before_our_own_ears_knew_its_end_is_not_given_again():
    ears = Unanswered()
    hear(ears, room(1000) + voice(1200) + room(400))
    ears.understood()
    assert ears.take() == b""
    hear(ears, room(1000))
    assert ears.take() == b""


def test_what_is_being_said_is_given_without_a_pause_behind_it():
    ears = Unanswered()
    hear(ears, room(1000) + voice(1200) + room(1000) + voice(800, seed=2))
    taken = ears.take()
    assert len(taken) > 1200 * 8 + 600 * 8
    assert not taken.endswith(PAUSE)


def test_it_is_known_for_how_long_the_caller_has_made_no_sound():
    ears = Unanswered()
    assert ears.quiet_seconds(5.0) > 1000
    for at, audio in enumerate([room(1000), voice(1000), room(1000)]):
        for start in range(0, len(audio), 160):
            ears.push(audio[start : start + 160], at + start / 8000)
    assert 0.9 < ears.quiet_seconds(3.0) < 1.3
