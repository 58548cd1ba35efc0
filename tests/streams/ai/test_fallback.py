from contextlib import asynccontextmanager

import pytest

from streams.ai.fallback import FirstAgent, FirstEars, FirstVoice
from streams.ai.provider import (
    MULAW_8K,
    AgentBrief,
    ListenOptions,
    ProviderRefused,
    ProviderUnavailable,
    TranscriberAbilities,
)


class Engine:
    """Fails with the errors it was given, one each time, then works."""

    takes = gives = MULAW_8K
    voices = {"first": "First"}
    can = TranscriberAbilities()

    def __init__(self, name, *errors, fails_after=0):
        self.name = self.title = name
        self.errors = list(errors)
        self.fails_after = fails_after
        self.asked = []
        self.left = 0

    async def speak(self, text, *, voice="", language="en-US"):
        self.asked.append(voice)
        for _ in range(self.fails_after):
            yield b"begun"
        if self.errors:
            raise self.errors.pop(0)
        yield self.name.encode()

    @asynccontextmanager
    async def listen(self, options):
        self.asked.append(options)
        if self.errors:
            raise self.errors.pop(0)
        try:
            yield self.name
        finally:
            self.left += 1

    converse = listen


def down():
    return ProviderUnavailable("down")


async def said(voice):
    return [piece async for piece in voice.speak("Hello.", voice="anna")]


async def test_a_voice_that_may_work_a_moment_later_is_asked_once_more():
    first, second = Engine("first", down()), Engine("second")
    assert await said(FirstVoice(first, second)) == [b"first"]
    assert second.asked == []


async def test_then_the_next_one_speaks_with_a_voice_of_its_own():
    first, second = Engine("first", down(), down()), Engine("second")
    assert await said(FirstVoice(first, second)) == [b"second"]
    assert (first.asked, second.asked) == (["anna", "anna"], [""])


async def test_a_refusal_is_not_asked_again():
    first, second = Engine("first", ProviderRefused("no")), Engine("second")
    assert await said(FirstVoice(first, second)) == [b"second"]
    assert len(first.asked) == 1


async def test_a_sentence_that_was_begun_is_not_begun_again():
    first, second = Engine("first", down(), fails_after=1), Engine("second")
    with pytest.raises(ProviderUnavailable):
        await said(FirstVoice(first, second))
    assert second.asked == []


async def test_when_nobody_can_the_last_error_is_raised():
    with pytest.raises(ProviderRefused):
        await said(FirstVoice(Engine("first", down(), down()), Engine("second", ProviderRefused("no"))))


@pytest.mark.parametrize(
    ("wrapper", "opened"),
    [
        (FirstEars, lambda ladder: ladder.listen(ListenOptions())),
        (FirstAgent, lambda ladder: ladder.converse(AgentBrief())),
    ],
)
async def test_ears_and_agents_climb_the_same_ladder(wrapper, opened):
    first, second = Engine("first", down(), ProviderRefused("no")), Engine("second")
    ladder = wrapper(first, second)
    assert ladder.name == "first"
    async with opened(ladder) as talk:
        assert (talk, second.left) == ("second", 0)
    assert (len(first.asked), second.left) == (2, 1)
    with pytest.raises(ProviderUnavailable):
        async with opened(wrapper(Engine("only", down(), down()))):
            pass
