"""Rendered prompts as rows."""

from flows.models import PromptAudio


def test_one_byte_is_one_sample_of_an_eight_thousandth_of_a_second():
    assert PromptAudio(audio=bytes(4000)).seconds == 0.5
