"""Texts that must be read live, in virtual time: what a caller hears meanwhile."""

import asyncio

from streams.house_texts import HOLD_ON
from streams.patience import HOLD_AFTER
from tests.streams.scripted_engines import ScriptedEngines
from tests.streams.test_session import Line


class SlowVoice(ScriptedEngines):
    """A voice that speaks when the test lets it."""

    def __init__(self):
        super().__init__()
        self.speaks = asyncio.Event()

    async def speak(self, text, *, voice="", language="en-US"):
        await self.speaks.wait()
        yield b"\x20" * 8000


def house(line):
    return [said["text"] for said in line.host.of("house_said")]


async def test_a_caller_is_asked_to_hold_on_while_a_text_is_read():
    line = Line(engines=SlowVoice(), unrendered=["Welcome."]).begin()
    await line.settle(HOLD_AFTER + 0.1)
    assert house(line) == [HOLD_ON]
    line.engines.speaks.set()
    await line.settle(5)
    assert house(line) == [HOLD_ON]
    assert line.step == "main"


async def test_nobody_is_asked_to_hold_on_while_something_else_is_heard():
    line = Line(engines=SlowVoice(), unrendered=["Welcome."]).begin()
    await line.settle(1.0)
    line.session.say_house(HOLD_ON)
    await line.settle(HOLD_AFTER - 0.1)
    assert house(line) == [HOLD_ON]
    await line.settle(1.2)
    assert house(line) == [HOLD_ON] * 2


async def test_a_key_pressed_meanwhile_ends_the_waiting():
    line = Line(engines=SlowVoice(), unrendered=["Billing is 1."]).begin()
    await line.settle(1.2)
    line.press("1")
    await line.settle(HOLD_AFTER - 0.5)
    assert house(line) == []
