"""The three parts of a cascade, played by a test: what is heard, written and spoken comes when the test says so."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from streams.ai.cascade.agent import Cascade
from streams.ai.provider import (
    MULAW_8K,
    HeardSpeech,
    HeardUtterance,
    TranscriberAbilities,
    Used,
)
from streams.ai.text_model import Called, Said, TextPiece
from streams.audio import mulaw
from tests.streams.ai.told_ears import END, ToldEars

WITHIN = 30
WAIT = object()  # in a reply: the model writes no further until `Model.go_on`
LETTER_MS = 50  # of the voice's speech


class Ears(ToldEars):
    """The cascade's, which know where words end."""

    name = "ears"
    can = TranscriberAbilities(interim=True, free_speech=True)

    def say(self, text, confidence=0.9):
        self.hear(HeardSpeech(), HeardUtterance(text=text, confidence=confidence))


@dataclass
class Asked:
    instructions: str
    turns: list
    functions: list


@dataclass
class Model:
    """Gives the replies it was given, one each time: pieces of text, calls, waits, errors. Then it says "Yes."."""

    name, model = "model", "test-model"
    replies: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    open: int = 0

    def __post_init__(self):
        self.going = asyncio.Semaphore(0)

    def go_on(self):
        self.going.release()

    async def reply(self, instructions, turns, functions=()):
        self.asked.append(Asked(instructions, list(turns), list(functions)))
        reply = self.replies.pop(0) if self.replies else ["Yes."]
        self.open += 1
        try:
            for piece in reply:
                await asyncio.sleep(0)
                if piece is WAIT:
                    await self.going.acquire()
                elif isinstance(piece, Exception):
                    raise piece
                else:
                    yield TextPiece(text=piece) if isinstance(piece, str) else piece
            yield Used(engine=self.name, model=self.model, unit="text_out", quantity=1)
        finally:
            self.open -= 1

    def said(self, place=-1):
        """What it was told at one request, in short lines."""
        return [f"{turn.who}: {turn.text}" if isinstance(turn, Said) else turn for turn in self.asked[place].turns]


class Voice:
    """Speaks every letter for 50 ms, in pieces of 100 ms; waits before each while `slow`."""

    name, gives = "voice", MULAW_8K
    voices = {"anna": "Anna"}

    def __init__(self):
        self.said, self.open, self.most_open = [], 0, 0
        self.errors = {}  # by text
        self.may_speak = asyncio.Event()
        self.may_speak.set()

    async def speak(self, text, *, voice="", language="en-US", owed=None):
        self.said.append(text)
        self.voice = voice
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            if text in self.errors:
                raise self.errors[text]
            for _ in range(max(1, len(text) // 2)):
                await self.may_speak.wait()
                await asyncio.sleep(0)
                yield b"v" * (2 * LETTER_MS * 8)
            yield Used(engine=self.name, model="test-voice", unit="characters", quantity=len(text))
        finally:
            self.open -= 1


class Call:
    """A conversation, with what it said so far."""

    def __init__(self, talk, ears, model, voice):
        self.talk, self.ears, self.model, self.voice = talk, ears, model, voice
        self.events = []
        self.failure = None
        self._came = asyncio.Event()
        self.listening = asyncio.create_task(self._listen())

    async def _listen(self):
        try:
            async for saying in self.talk:
                self.events.append(saying)
                self._came.set()
        except Exception as error:
            self.failure = error
        self.events.append(END)
        self._came.set()

    async def until(self, *kinds, text=None):
        """Wait for an event that is new since the last time; returns it."""
        async with asyncio.timeout(WITHIN):
            while True:
                while self.events[self._seen :]:
                    event = self.events[self._seen]
                    self._seen += 1
                    if isinstance(event, kinds) and text in (None, getattr(event, "text", None)):
                        return event
                    if event is END:
                        raise AssertionError(f"it ended: {self.failure!r} {texts(self.events)}")
                self._came.clear()
                await self._came.wait()

    _seen = 0

    async def ended(self):
        async with asyncio.timeout(WITHIN):
            await asyncio.wait([self.listening])
        return self.events[-2] if len(self.events) > 1 else None

    def hush(self, ms, step=200):
        """The caller is silent for so long."""
        for _ in range(ms // step):
            self.talk.push(mulaw.silence(step))

    async def settle(self):
        for _ in range(200):
            await asyncio.sleep(0)


def texts(events):
    return [f"{type(event).__name__}:{getattr(event, 'text', '')}" for event in events]


@asynccontextmanager
async def a_call(brief, *replies, ears=None, voice=None):
    ears, model, voice = ears or Ears(), Model(list(replies)), voice or Voice()
    async with Cascade(ears, model, voice).converse(brief) as talk:
        call = Call(talk, ears, model, voice)
        yield call
    async with asyncio.timeout(WITHIN):
        await asyncio.wait([call.listening])
    assert (ears.open, model.open, voice.open) == (0, 0, 0)


def end(outcome, call_id="e1"):
    return Called(call_id=call_id, name="end_conversation", arguments=f'{{"outcome": "{outcome}"}}')


def wait():
    return Called(call_id="w1", name="wait_for_caller", arguments="{}")
