import asyncio

import pytest

from streams.ai.cascade import spoken_turn
from streams.ai.cascade.spoken_turn import SpokenTurn
from streams.ai.provider import AgentAudio, ProviderError, Used
from tests.streams.ai.cascade.parts import LETTER_MS, Voice

USED = Used(engine="model", model="m", unit="text_out", quantity=1)


class Line:
    """Takes what is said, and plays it when the test says so."""

    def __init__(self, voice=None):
        self.voice, self.given, self.lead = voice or Voice(), [], 0
        self.played = asyncio.Event()
        self.turn = SpokenTurn(self.voice.speak, give=self.give, lead_ms=lambda: self.lead, room=self.room)

    def give(self, saying):
        self.given.append(saying)
        if isinstance(saying, AgentAudio):
            self.lead += len(saying.audio) // 8

    async def room(self, ms):
        if ms > 0:
            await self.played.wait()
            self.lead = 0

    def run(self, *sentences):
        async def written():
            for sentence in sentences:
                await asyncio.sleep(0)
                if isinstance(sentence, Exception):
                    raise sentence
                yield sentence

        return asyncio.create_task(self.turn.run(written()))


async def settle():
    for _ in range(300):
        await asyncio.sleep(0)


async def test_sentences_are_said_in_their_order_with_what_they_cost():
    line = Line()
    await line.run("One two.", USED, "Three.")
    assert line.turn.spoken.text == "One two. Three."
    assert line.turn.spoken.ms == (8 + 6) * LETTER_MS
    assert {used.model for used in line.given if isinstance(used, Used)} == {"m", "test-voice"}


async def test_what_would_be_heard_much_later_is_not_made_yet():
    line = Line()
    running = line.run("a" * 60, "b" * 60, "c" * 60, "d" * 60)
    await settle()
    assert [text[0] for text in line.voice.said] == ["a", "b", "c"]
    line.played.set()
    await running
    assert [text[0] for text in line.voice.said] == ["a", "b", "c", "d"]


async def test_it_can_be_held_back_before_any_sound():
    line = Line()
    line.turn.may_speak.clear()
    running = line.run("One.")
    await settle()
    assert [saying for saying in line.given if not isinstance(saying, Used)] == []
    line.turn.may_speak.set()
    await running
    assert line.turn.spoken.text == "One."


async def test_what_is_whole_is_said_before_the_writing_fails():
    line = Line()
    with pytest.raises(ProviderError):
        await line.run("One.", ProviderError("down"))
    assert line.turn.spoken.text == "One."


async def test_cancelling_closes_the_voice():
    line = Line()
    line.voice.may_speak.clear()
    running = line.run("One.", "Two.")
    await settle()
    assert line.voice.open == 1
    running.cancel()
    await asyncio.wait([running])
    assert line.voice.open == 0


async def test_a_voice_without_sound_is_an_error():
    class Mute(Voice):
        async def speak(self, text, *, voice="", language="en-US"):
            yield USED

    with pytest.raises(ProviderError, match="no sound"):
        await Line(Mute()).run("One.")


async def test_a_voice_without_end_is_cut_short(monkeypatch):
    monkeypatch.setattr(spoken_turn, "LONGEST_MS", 400)

    class Endless(Voice):
        async def speak(self, text, *, voice="", language="en-US"):
            while True:
                yield b"v" * 800

    line = Line(Endless())
    await line.run("One.", "Two.")
    assert line.turn.was_too_long
    assert line.turn.spoken.ms == 400


async def test_what_was_made_is_told_also_when_it_is_cut_before_it_is_said():
    line = Line()
    line.turn.may_speak.clear()
    running = line.run("One.", "Two.")
    await settle()
    running.cancel()
    assert [saying.quantity for saying in line.given if isinstance(saying, Used)] == [4]
