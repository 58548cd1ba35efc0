import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from streams.ai.live_ears import Tape
from streams.ai.openai.utterances import STUCK_MS, UNKNOWN_CONFIDENCE, Utterances
from streams.ai.provider import HeardInterim, HeardPause, HeardSpeech, HeardUtterance, Used
from streams.audio import mulaw

HEARD = "conversation.item.input_audio_transcription."


@pytest.fixture
def tape():
    tape = Tape()
    tape.push(mulaw.silence(3000))
    tape.unsent()
    return tape


@pytest.fixture
def utterances(tape):
    return Utterances(tape, engine="openai", model="gpt-transcribe")


def started(item="a", at=200):
    return {"type": "input_audio_buffer.speech_started", "item_id": item, "audio_start_ms": at}


def stopped(item="a", at=1900):
    return {"type": "input_audio_buffer.speech_stopped", "item_id": item, "audio_end_ms": at}


def completed(text, item="a", **more):
    return {"type": f"{HEARD}completed", "item_id": item, "transcript": text, **more}


def take(utterances, *events):
    return [heard for event in events for heard in utterances.take(event)]


def test_padding_and_the_silence_that_ended_it_are_not_what_was_said(utterances):
    heard = take(utterances, started(), stopped(), completed(" yes "))
    assert heard[:2] == [HeardSpeech(), HeardPause(pause_ms=3000 - 1400)]
    assert heard[2] == HeardUtterance(text="yes", confidence=UNKNOWN_CONFIDENCE, began_ms=500, ended_ms=1400)


def test_confidence_is_what_the_model_thinks_of_its_words(utterances):
    logprobs = [{"token": "yes", "logprob": math.log(0.9)}, {"token": ".", "logprob": math.log(0.4)}]
    heard = take(utterances, started(), stopped(), completed("yes", logprobs=logprobs))
    assert heard[2].confidence == pytest.approx(0.6)


def test_a_server_that_does_not_count_is_paid_by_the_second_as_an_estimate(utterances):
    heard = take(utterances, started(), stopped(), completed("yes"))
    assert heard[-1] == Used(engine="openai", model="gpt-transcribe", unit="seconds", quantity=0.9, estimated=True)


def test_words_that_come_in_another_order_are_told_as_they_were_said(utterances, tape):
    heard = take(
        utterances,
        *(started("a", 0), stopped("a", 1000), started("b", 1200), stopped("b", 2500)),
        *(completed("second", "b"), completed("first", "a")),
    )
    assert [one.text for one in heard if isinstance(one, HeardUtterance)] == ["first", "second"]
    assert utterances.is_quiet


def test_what_is_not_understood_yet_is_kept_for_another_connection(utterances, tape):
    take(utterances, started("a", 0), stopped("a", 1000), started("b", 1200), stopped("b", 2500), completed("2", "b"))
    tape.rewind()
    assert len(tape.unsent()) == 3000 * 8
    assert take(utterances, {"type": "input_audio_buffer.cleared"}) == []


def test_words_that_wait_for_earlier_ones_show_with_them_and_come_once_after_a_loss(utterances, tape):
    delta = {"type": f"{HEARD}delta", "item_id": "a", "delta": "I"}
    before = take(utterances, started("a", 0), stopped("a", 1000), started("b", 1200), completed("2", "b"), delta)
    assert before[-1] == HeardInterim(text="I 2")
    tape.rewind()
    utterances.connected()
    again = take(utterances, started("c", 0), stopped("c", 1000), completed("1", "c"), started("d", 1200))
    again += take(utterances, completed("2", "d"), completed("2", "d"))
    assert [one.text for one in before + again if isinstance(one, HeardUtterance)] == ["1", "2"]


def test_a_turn_that_keeps_a_later_one_waiting_for_long_is_stuck(utterances, tape):
    take(utterances, started("a", 0), stopped("a", 1000), started("b", 1200), completed("2", "b"))
    assert not utterances.is_stuck
    tape.push(mulaw.silence(STUCK_MS + 20))
    assert utterances.is_stuck


def test_a_turn_that_was_refused_is_one_nobody_understood_and_the_next_keeps_its_own_words(utterances, spoken_words):
    utterances.own_ears = True
    list(utterances.notice(spoken_words + spoken_words))
    heard = list(utterances.refused())
    heard += take(utterances, {"type": "input_audio_buffer.committed", "item_id": "z"}, completed("all", "z"))
    first, second = (one for one in heard if isinstance(one, HeardUtterance))
    assert (first.text, second.text) == ("", "all")
    assert second.began_ms > first.ended_ms


def test_an_utterance_that_is_begun_anew_on_another_connection_is_one(utterances, tape):
    before = take(utterances, started())
    tape.rewind()
    utterances.connected()
    after = take(utterances, started("z"), stopped("z"), completed("yes", "z"))
    assert before == [HeardSpeech()]
    assert HeardSpeech() not in after
    assert after[1].text == "yes"


def test_a_new_connection_is_told_again_where_our_own_ears_found_the_end(utterances, spoken_words):
    utterances.own_ears = True
    heard = list(utterances.notice(spoken_words))
    assert [type(one) for one in heard] == [HeardSpeech, HeardPause]
    [place] = utterances.due
    utterances.due.clear()
    utterances.connected()
    assert list(utterances.due) == [place]


@pytest.fixture
async def spoken_words(spoken):
    return await spoken("I have a question about my bill.")


JSON = some.none() | some.booleans() | some.floats() | some.integers(-(10**9), 10**9) | some.text(max_size=4)
KINDS = some.sampled_from(
    [
        *("input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.committed"),
        *(f"{HEARD}{kind}" for kind in ("delta", "completed", "failed", "segment")),
    ]
)
ODD = some.fixed_dictionaries(
    {"type": KINDS | JSON, "item_id": some.sampled_from("abc") | JSON},
    optional={
        **dict.fromkeys(("audio_start_ms", "audio_end_ms", "transcript", "delta", "usage"), JSON),
        "logprobs": some.lists(some.dictionaries(some.just("logprob"), JSON)) | JSON,
    },
)


@given(some.lists(ODD, max_size=12))
def test_no_event_breaks_it_and_no_utterance_comes_out_of_nothing(events):
    utterances, begun = Utterances(Tape(), engine="openai", model="m"), 0
    for event in events:
        for heard in utterances.take(event):
            assert isinstance(heard, HeardSpeech | HeardPause | HeardInterim | HeardUtterance | Used)
            begun += isinstance(heard, HeardSpeech) - isinstance(heard, HeardUtterance)
            assert begun >= 0
            if isinstance(heard, HeardUtterance):
                assert 0 <= heard.confidence <= 1
            if isinstance(heard, Used):
                assert heard.quantity > 0


def test_what_is_not_understood_at_the_end_is_owed_by_estimate_once(utterances):
    take(utterances, started("a"), stopped("a"), started("b", at=2200))
    assert [(used.quantity, used.estimated) for used in utterances.unbilled()] == [(0.9 + 0.5, True)]
    assert list(utterances.unbilled()) == []
