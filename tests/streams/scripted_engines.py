"""Engines that follow a script: what is "heard" and "said" comes from the test, at the moment the test says it."""

import asyncio
from contextlib import asynccontextmanager

from streams.ai.provider import MULAW_8K, ProviderUnavailable, TranscriberAbilities, Understanding, Used

END = object()


class ScriptedSource:
    """Fulfils `Listening` and `Conversation`: events are put in by the test, audio and calls are recorded."""

    def __init__(self):
        self.queue = asyncio.Queue()
        self.pushed = bytearray()
        self.expected = []
        self.interrupted_at = []
        self.answers = []
        self.debts = []

    def push(self, audio):
        self.pushed += audio

    def finish(self):
        self.queue.put_nowait(END)

    def expect(self, phrases):
        self.expected.append(phrases)

    def interrupt(self, *heard_ms):
        self.interrupted_at.extend(heard_ms)

    def answer_tool(self, call_id, result):
        self.answers.append((call_id, result))

    def owing(self):
        debts, self.debts = self.debts, []
        return tuple(debts)

    async def __aiter__(self):
        while (event := await self.queue.get()) is not END:
            if isinstance(event, Exception):
                raise event
            yield event


class ScriptedEngines:
    """The session's engines. `broken` names the abilities that cannot be had.

    `means` is what words mean: an `Understanding`, an exception to raise, or a future that the test fulfils later.
    None: nothing understands.
    """

    name = title = "scripted"
    takes = gives = MULAW_8K
    can = TranscriberAbilities(interim=True, free_speech=True)

    def __init__(self, *, broken=(), slow_voice=False, means=None):
        self.broken, self.means = broken, means
        self.questions = []
        self.ears, self.mouth = ScriptedSource(), ScriptedSource()
        self.briefs = []
        self.open = 0
        self.read = []
        self.rungs = ["scripted"]
        self.reports = []

    def transcriber(self, name=""):
        return self

    def synthesizer(self, name=""):
        return self

    def voice_of(self, chosen):
        return self, chosen

    def agent(self, name=""):
        return self

    def agent_ladder(self, name=""):
        return self.rungs

    def report(self, engine, fault):
        self.reports.append((engine, fault))

    def understander(self, name=""):
        return None if self.means is None else self

    def owing(self, question):
        return (Used(engine="scripted", model="meaning", unit="text_in", quantity=len(question.said), estimated=True),)

    async def understand(self, question):
        self.questions.append(question)
        found = self.means.get(question.said, Understanding())
        if isinstance(found, asyncio.Future):
            found = await found
        if isinstance(found, Exception):
            raise found
        return found

    def listen(self, options):
        return self._opened(self.ears, "ears")

    def converse(self, brief):
        self.briefs.append(brief)
        return self._opened(self.mouth, "agent")

    @asynccontextmanager
    async def _opened(self, source, ability):
        if ability in self.broken:
            raise ProviderUnavailable("not to be had")
        self.open += 1
        try:
            yield source
        finally:
            self.open -= 1

    async def speak(self, text, *, voice="", language="en-US"):
        if "voice" in self.broken:
            raise ProviderUnavailable("not to be had")
        self.read.append(text)
        yield Used(engine="scripted", model="voice", unit="characters", quantity=len(text))
        yield b"r" * 8000
