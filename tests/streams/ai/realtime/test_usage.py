"""OpenAI Realtime's figures in our units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.ai.realtime.usage import of_response, of_transcription


def units(found):
    return {used.unit: used.quantity for used in found}


def response(usage):
    return units(of_response(usage, engine="e", model="m"))


def transcription(usage):
    return units(of_transcription(usage, engine="e", model="m"))


def test_what_was_cached_is_taken_out_of_what_went_in():
    usage = {
        "input_tokens": 1000,
        "output_tokens": 70,
        "input_token_details": {
            "text_tokens": 600,
            "audio_tokens": 400,
            "cached_tokens": 640,
            "cached_tokens_details": {"text_tokens": 500, "audio_tokens": 140},
        },
        "output_token_details": {"text_tokens": 20, "audio_tokens": 50},
    }
    assert response(usage) == {
        "text_in": 100,
        "text_cached": 500,
        "audio_in": 260,
        "audio_cached": 140,
        "text_out": 20,
        "audio_out": 50,
    }


def test_a_cached_sum_alone_is_taken_from_the_text_first():
    details = {"text_tokens": 100, "audio_tokens": 50, "cached_tokens": 120}
    assert response({"input_token_details": details}) == {"text_cached": 100, "audio_in": 30, "audio_cached": 20}


def test_sums_without_details_are_text():
    assert response({"input_tokens": 7, "output_tokens": 3}) == {"text_in": 7, "text_out": 3}


def test_transcription_is_counted_in_tokens_or_seconds():
    tokens = {"type": "tokens", "input_tokens": 12, "output_tokens": 5, "input_token_details": {"audio_tokens": 12}}
    assert transcription(tokens) == {"audio_in": 12, "text_out": 5}
    assert transcription({"type": "tokens", "input_tokens": 12}) == {"audio_in": 12}
    assert transcription({"type": "duration", "seconds": 2.5}) == {"seconds": 2.5}


@pytest.mark.parametrize("usage", [None, [], "x", {}, {"input_token_details": 3, "output_tokens": True}])
def test_no_figures_are_no_use(usage):
    assert response(usage) == transcription(usage) == {}


COUNT = st.integers(-5, 100) | st.floats() | st.none() | st.text(max_size=2)
DETAILS = st.dictionaries(st.sampled_from(["text_tokens", "audio_tokens", "cached_tokens"]), COUNT)


@given(DETAILS, DETAILS, DETAILS)
def test_whatever_the_figures_no_use_is_zero_or_less(given_in, cached, made):
    usage = {"input_token_details": {**given_in, "cached_tokens_details": cached}, "output_token_details": made}
    assert all(quantity > 0 for quantity in response(usage).values())
