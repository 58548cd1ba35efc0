"""The cascade under everything at once: a caller, a line, a model and a voice who do what they like in any order."""

import asyncio
import re

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from flows.engine.commands import AgentOutcome, AgentTool, ToolSlot
from streams.ai.cascade.agent import Cascade
from streams.ai.provider import (
    AgentAudio,
    AgentBrief,
    AgentEnded,
    AgentSaid,
    HeardInterim,
    HeardPause,
    HeardSpeech,
    HeardUtterance,
    ToolCalled,
    Used,
)
from streams.ai.text_model import Answered, Called, Said, TextPiece
from tests.properties import examples
from tests.streams.ai.cascade.parts import LETTER_MS, Call, Ears, Model, Voice, end, wait

BRIEF = AgentBrief(
    greeting="Reply0 is the greeting. Reply0 goes on.",
    outcomes=(AgentOutcome(name="solved"), AgentOutcome(name="could-not-help")),
    tools=(AgentTool(name="look", slots=(ToolSlot(name="what"),)),),
)


class FreeModel(Model):
    """Writes a sentence whenever it is let, and marks each reply with its number."""

    def __init__(self):
        super().__init__()
        self.calls = []
        self.most_open = 0

    async def reply(self, instructions, turns, functions=()):
        self.asked.append(list(turns))
        number = len(self.asked)
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            for part in ("begins here.", "goes on.", "comes to its end."):
                await self.going.acquire()
                yield TextPiece(text=f"Reply{number} {part} ")
            if self.calls and functions:
                yield self.calls.pop(0)
            yield Used(engine=self.name, model=self.model, unit="text_out", quantity=1)
        finally:
            self.open -= 1


class MarkedVoice(Voice):
    """Every byte of a reply's sound is the reply's number."""

    async def speak(self, text, *, voice="", language="en-US", owed=None):
        number = int(re.search(r"Reply(\d+)", text)[1])
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            for _ in text:
                await self.may_speak.wait()
                await asyncio.sleep(0)
                yield bytes([number % 256]) * (LETTER_MS * 8)
        finally:
            self.open -= 1


class Line:
    """What the caller hears, as a speaker would play it."""

    def __init__(self):
        self.now = self.until = 0
        self.turn = None  # the one whose sound was taken last
        self.began = self.ms = 0

    def take(self, saying):
        number, ms = saying.audio[0], len(saying.audio) // 8
        if number != self.turn:
            self.turn, self.ms, self.began = number, 0, max(self.now, self.until)
        self.ms += ms
        self.until = max(self.now, self.until) + ms

    @property
    def heard_ms(self):
        return max(0, min(self.ms, self.now - self.began))


class Races(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.ears, self.model, self.voice = Ears(), FreeModel(), MarkedVoice()
        self.line, self.taken = Line(), 0
        self.words, self.cut, self.asked_for = [], {}, []
        self.run(self.open())

    def run(self, coroutine):
        async def within():
            async with asyncio.timeout(5):
                await coroutine
                await self.settle()

        self.runner.run(within())
        for saying in self.call.events[self.taken :]:
            if isinstance(saying, AgentAudio):
                self.line.take(saying)
            if isinstance(saying, ToolCalled):
                self.asked_for.append(saying.call_id)
        self.taken = len(self.call.events)

    async def settle(self):
        for _ in range(60):
            await asyncio.sleep(0)

    async def open(self):
        self.opened = Cascade(self.ears, self.model, self.voice).converse(BRIEF)
        self.call = Call(await self.opened.__aenter__(), self.ears, self.model, self.voice)

    async def do(self, act, *arguments):
        act(*arguments)

    @property
    def is_over(self):
        return self.call.listening.done()

    # --- what may happen ----------------------------------------------------------------------------------------------

    @rule(confidence=st.sampled_from([0.9, 0.9, 0.1]), began=st.booleans(), settles=st.booleans())
    def the_caller_speaks(self, confidence, began, settles):
        word = f"word{len(self.words)}"
        if began:
            self.ears.hear(HeardSpeech())
            if settles:
                self.run(self.settle())
        self.ears.hear(HeardUtterance(text=word, confidence=confidence))
        if confidence > 0.5:
            self.words.append(word)
        self.run(self.settle())

    @rule(event=st.sampled_from([HeardSpeech(), HeardPause(), HeardInterim(text="wo"), HeardUtterance(text="")]))
    def something_is_heard(self, event):
        self.ears.hear(event)
        self.run(self.settle())

    @rule(ms=st.sampled_from([20, 400, 1000, 3000, 9000]))
    def time_passes(self, ms):
        self.line.now += ms
        self.run(self.do(self.call.hush, ms, min(ms, 200)))

    @rule(sentences=st.integers(1, 4))
    def the_model_writes(self, sentences):
        for _ in range(sentences):
            self.model.go_on()
        self.run(self.settle())

    @rule(call=st.sampled_from(["look", "end", "wait", "wrong"]))
    def the_model_will_call(self, call):
        calls = {
            "look": Called(call_id="c", name="look", arguments='{"what": "it"}'),
            "end": end("solved"),
            "wait": wait(),
            "wrong": end("nothing"),
        }
        self.model.calls.append(calls[call])

    @rule(works=st.booleans())
    def the_voice_stops_or_goes_on(self, works):
        self.voice.may_speak.set() if works else self.voice.may_speak.clear()
        self.run(self.settle())

    @precondition(lambda self: self.line.turn is not None)
    @rule(settles=st.booleans())
    def the_line_is_cut_short(self, settles):
        heard, turn = self.line.heard_ms, self.line.turn
        if heard < self.line.ms or self.line.until > self.line.now:
            self.cut.setdefault(turn, heard)
        self.line.until = self.line.now
        self.run(self.do(self.call.talk.interrupt, heard))

    @rule(known=st.booleans())
    def a_tool_answers(self, known):
        call_id = self.asked_for.pop() if known and self.asked_for else "unknown"
        self.run(self.do(self.call.talk.answer_tool, call_id, "found"))

    # --- what always holds --------------------------------------------------------------------------------------------

    @invariant()
    def one_reply_at_a_time_and_one_sentence_ahead(self):
        assert self.model.most_open <= 1
        assert self.voice.most_open <= 2

    @invariant()
    def turns_come_one_after_the_other_and_are_said_once(self):
        speaking, over = None, set()
        for saying in self.call.events:
            if isinstance(saying, AgentAudio):
                number = saying.audio[0]
                assert number not in over
                assert speaking in (None, number), "the turn before never said its words"
                speaking = number
            elif isinstance(saying, AgentSaid) and speaking is not None:
                assert set(re.findall(r"Reply(\d+)", saying.text)) <= {str(speaking)}
                over.add(speaking)
                speaking = None
            elif isinstance(saying, AgentEnded):
                assert speaking is None

    @invariant()
    def what_is_remembered_was_heard(self):
        """A request that was made before the caller cut in is given up, and made again."""
        for turn in self.model.asked[-1] if self.model.open else ():
            if not isinstance(turn, Said) or turn.who != "agent":
                continue
            number = int(re.search(r"Reply(\d+)", turn.text)[1])
            if number in self.cut:
                assert len(turn.text.removesuffix(" —")) * LETTER_MS <= self.cut[number] + 3 * LETTER_MS

    @invariant()
    def every_call_has_one_answer_before_the_model_goes_on(self):
        told = self.model.asked[-1] if self.model.asked else []
        asked = [turn.call_id for turn in told if isinstance(turn, Called)]
        answered = [turn.call_id for turn in told if isinstance(turn, Answered)]
        assert sorted(asked) == sorted(answered)
        assert len(set(asked)) == len(asked)

    def teardown(self):
        try:
            if not self.is_over:
                self.the_end_answers_everything()
        finally:
            self.run(self.opened.__aexit__(None, None, None))
            self.runner.run(asyncio.sleep(0))
            assert not asyncio.all_tasks(self.runner.get_loop())
            assert (self.ears.open, self.model.open, self.voice.open) == (0, 0, 0)
            self.runner.close()

    def the_end_answers_everything(self):
        """Whatever happened, the next words of the caller get an answer that knows all they said."""
        self.model.calls.clear()
        self.voice.may_speak.set()
        for call_id in self.asked_for:
            self.run(self.do(self.call.talk.answer_tool, call_id, "found"))
        self.the_caller_speaks(0.9, began=True, settles=True)
        for _ in range(4):
            self.the_model_writes(12)
            self.time_passes(9000)
        if not self.is_over:
            said = " ".join(turn.text for turn in self.model.asked[-1] if isinstance(turn, Said))
            assert re.findall(r"word\d+", said) == self.words


TestRaces = Races.TestCase
TestRaces.settings = examples(60, stateful_step_count=30)
