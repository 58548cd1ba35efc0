import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.audio.endpointing import FRAME_MS, Endpointing, Pauses, SpeechBegan, UtteranceEnded

PAUSES = Pauses()


def frame(number):
    return number.to_bytes(4) * 40


def follow(pattern, pauses=PAUSES):
    """Feed `#` for speech and `.` for none, 20 ms each; returns (place in ms, event) pairs."""
    endpointing = Endpointing(pauses)
    events = [endpointing.hear(frame(place), mark == "#") for place, mark in enumerate(pattern)]
    return [(place * FRAME_MS + FRAME_MS, event) for place, event in enumerate(events) if event], endpointing


def quiet(milliseconds):
    return "." * (milliseconds // FRAME_MS)


def speech(milliseconds):
    return "#" * (milliseconds // FRAME_MS)


def test_speech_is_announced_once_it_is_surely_speech():
    [(at, event)], _ = follow(quiet(1000) + speech(300))
    assert (at, event) == (1100, SpeechBegan())


@pytest.mark.parametrize("noise", [speech(80), speech(60) + quiet(200) + speech(60), "#....." * 20])
def test_a_click_is_no_speech(noise):
    assert follow(quiet(500) + noise + quiet(2000))[0] == []


def test_a_word_with_gaps_is_still_a_word():
    events, _ = follow(quiet(400) + "##.#.##" + quiet(1000))
    assert [type(event) for _, event in events] == [SpeechBegan, UtteranceEnded]


def test_the_utterance_ends_after_the_pause_and_says_when_it_was():
    events, _ = follow(quiet(1000) + speech(600) + quiet(1000))
    at, ended = events[-1]
    assert at == 1600 + PAUSES.pause_ms
    assert (ended.began_ms, ended.ended_ms) == (1000, 1600)


def test_a_short_pause_does_not_end_it():
    events, _ = follow(quiet(500) + speech(400) + quiet(600) + speech(400) + quiet(800))
    assert len(events) == 2
    assert events[-1][1].ended_ms == 1900


def test_its_audio_holds_what_came_just_before_and_after():
    events, _ = follow(quiet(1000) + speech(600) + quiet(1000))
    audio = events[-1][1].audio
    first = int.from_bytes(audio[:4])
    last = int.from_bytes(audio[-4:])
    assert 1000 - (PAUSES.lead_in_ms + PAUSES.starts_within_ms) <= first * FRAME_MS <= 1000 - PAUSES.lead_in_ms
    assert (last + 1) * FRAME_MS == 1600 + PAUSES.tail_ms
    assert audio == b"".join(frame(number) for number in range(first, last + 1))


def test_a_caller_who_talks_on_and_on_is_cut_and_heard_in_parts():
    events, endpointing = follow(speech(32_000))
    assert [type(event) for _, event in events] == [SpeechBegan, UtteranceEnded] * 2 + [SpeechBegan]
    assert len(events[1][1].audio) == 8 * PAUSES.longest_ms
    assert endpointing.is_speaking


def test_what_is_too_short_to_be_a_word_ends_without_audio():
    events, _ = follow(quiet(500) + speech(100) + quiet(1000))
    assert events[-1][1].audio == b""


def test_it_can_be_ended_from_outside():
    _, endpointing = follow(quiet(500) + speech(500) + quiet(100))
    ended = endpointing.end()
    assert (ended.began_ms, ended.ended_ms) == (500, 1000)
    assert endpointing.end() is None
    assert not endpointing.is_speaking


def test_times_go_on_counting_from_the_first_frame():
    events, _ = follow((quiet(1000) + speech(400) + quiet(1000)) * 3)
    assert [event.began_ms for _, event in events if isinstance(event, UtteranceEnded)] == [1000, 3400, 5800]


@given(st.text(alphabet="#.", max_size=400), st.integers(1, 40))
def test_every_beginning_has_one_end(pattern, longest):
    events, endpointing = follow(pattern + quiet(1000), Pauses(longest_ms=longest * 100))
    kinds = [type(event) for _, event in events]
    assert kinds == [SpeechBegan, UtteranceEnded] * (len(kinds) // 2)
    assert not endpointing.is_speaking
    for _, event in events:
        if isinstance(event, UtteranceEnded):
            assert 0 <= event.began_ms <= event.ended_ms
            assert len(event.audio) <= 8 * longest * 100 + 8 * 500
