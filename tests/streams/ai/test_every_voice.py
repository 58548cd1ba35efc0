import pytest

from streams.ai.every_voice import EveryVoice
from streams.ai.provider import ProviderRefused, Used


class Voice:
    def __init__(self, name):
        self.name, self.closed = name, False

    async def speak(self, text, *, voice="", language="en-US", owed=None):
        try:
            yield Used(engine=self.name, model="m", unit="characters", quantity=len(text))
            yield f"{self.name} as {voice or 'usual'}: {text}".encode()
        finally:
            self.closed = True


ONE, OTHER = Voice("one"), Voice("other")


def voice_of(chosen):
    engine, _, name = chosen.rpartition(":")
    if engine == "gone":
        raise ProviderRefused("no such engine")
    return (OTHER if engine == "other" else ONE), name


EVERY = EveryVoice(voice_of, {"one:anna": "Anna", "other:marin": "Marin"})


@pytest.mark.parametrize(("chosen", "heard"), [("", b"one as usual: Hi"), ("other:marin", b"other as marin: Hi")])
async def test_the_engine_of_the_chosen_voice_speaks(chosen, heard):
    assert [piece async for piece in EVERY.speak("Hi", voice=chosen) if isinstance(piece, bytes)] == [heard]


async def test_closing_it_stops_the_engine():
    speaking = EVERY.speak("Hi", voice="other:marin")
    await anext(speaking)
    OTHER.closed = False
    await speaking.aclose()
    assert OTHER.closed


async def test_an_engine_that_is_gone_refuses():
    with pytest.raises(ProviderRefused):
        await anext(EVERY.speak("Hi", voice="gone:x"))
