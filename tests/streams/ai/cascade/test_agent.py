import pytest

from streams.ai.cascade.agent import Cascade
from streams.ai.provider import AudioFormat, ProviderRefused, TranscriberAbilities
from tests.streams.ai.cascade.parts import Ears, Model, Voice


def test_parts_that_do_not_fit_are_refused_in_words():
    class Deaf(Ears):
        can = TranscriberAbilities()

    class Wide(Voice):
        gives = AudioFormat(encoding="pcm16", sample_rate=24000)

    with pytest.raises(ProviderRefused, match="understands only"):
        Cascade(Deaf(), Model(), Voice())
    with pytest.raises(ProviderRefused, match="24000 Hz"):
        Cascade(Ears(), Model(), Wide())
