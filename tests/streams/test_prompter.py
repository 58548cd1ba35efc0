"""Texts that must be read live, in virtual time: what a caller hears meanwhile."""

import asyncio
from dataclasses import replace

import pytest

from flows.engine import Exit
from flows.engine.events import PromptFinished
from flows.engine.step import State
from streams.ai.provider import HeardSpeech, HeardUtterance
from streams.audio import mulaw
from streams.house_texts import HOLD_ON
from streams.patience import HOLD_AFTER
from tests.streams.scripted_engines import ScriptedEngines
from tests.streams.test_session import SECOND, Line, flow


class SlowVoice(ScriptedEngines):
    """A voice that speaks when the test lets it."""

    def __init__(self):
        super().__init__()
        self.speaks = asyncio.Event()

    async def speak(self, text, *, voice="", language="en-US"):
        await self.speaks.wait()
        yield b"\x20" * 8000


class VoiceWithoutWord(ScriptedEngines):
    """A voice that fails at what holds this word."""

    def __init__(self, word, *, empty=False):
        super().__init__()
        self.word, self.empty = word, empty

    async def speak(self, text, *, voice="", language="en-US"):
        if self.word in text:
            if self.empty:
                return
            raise TimeoutError
        yield SECOND


def house(line):
    return [said["text"] for said in line.host.of("house_said")]


def heard_seconds(line):
    played = b"".join(rest[0] for _, kind, *rest in line.wire.frames if kind == "play")
    return played.count(SECOND[:1]) / mulaw.RATE


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


async def test_what_follows_a_text_that_no_voice_can_read_is_said_all_the_same():
    ask = ("ask", {"prompt": "Your number?", "wants": "number", "read_back": True})
    line = Line(flow(start="ask", ask=ask), engines=ScriptedEngines(broken=["voice"])).begin()
    await line.settle(1.2)
    line.press("42#")
    await line.settle()
    before, number, after = line.host.of("prompt_started")[-1]["texts"]
    assert {before, after} <= set(line.session.flow.steps["ask"].prompts())
    assert "42" in number
    await line.settle(5)
    assert heard_seconds(line) == 4  # the question, what comes before the number, an apology, which key says yes


@pytest.mark.parametrize("empty", [False, True], ids=["it fails", "it gives no sound"])
async def test_one_text_that_no_voice_can_read_costs_no_other_that_must_be_read_too(empty):
    ask = ("ask", {"prompt": "Your number?", "wants": "number", "read_back": True})
    walked = flow(start="ask", ask=ask)
    which_key = walked.steps["ask"].read_back_after
    line = Line(walked, engines=VoiceWithoutWord("42", empty=empty), unrendered=[which_key]).begin()
    await line.settle(1.2)
    line.press("42#")
    await line.settle()
    await line.settle(5)
    assert heard_seconds(line) == 4  # the question, what comes before the number, an apology, which key says yes
    assert {"what": "a prompt could not be rendered"} in line.host.of("error")
    line.press("1")
    assert line.host.of("answer")


def greeted_by_name(text, engines):
    """A caller whose name is known is greeted with this text, and that is all."""
    ask = ("ask", {"prompt": "Your name?", "answer": "name"})
    walked = flow(greeting=("say", {"text": text}), main=("hang_up", {"text": ""}), ask=ask)
    return Line(walked, state=State(answers={"name": "Ann"}), engines=engines).begin()


@pytest.mark.parametrize(("unreadable", "seconds"), [("nobody", 3), ("Ann", 2)])
async def test_an_answer_that_no_voice_reads_is_left_out_of_its_sentence(unreadable, seconds):
    line = greeted_by_name("Hello [name], please hold.", VoiceWithoutWord(unreadable))
    await line.settle()
    assert line.host.of("prompt_started")[0]["texts"] == ["Hello", "Ann", "please hold."]
    await line.settle(5)
    assert heard_seconds(line) == seconds


async def test_a_text_that_is_nothing_but_an_answer_that_no_voice_reads_is_no_silence():
    line = greeted_by_name("[name]", VoiceWithoutWord("Ann"))
    await line.settle()
    await line.settle(5)
    assert heard_seconds(line) == 1  # an apology


ASK = {"ask": ("consent", {"notice": "We write this down."})}


def asking(engines=None, *, deaf=False, greeted=False, **brief):
    """A line that asks before listening, after a greeting or at once."""
    walked = flow("greeting" if greeted else "ask", **ASK)
    exits = {("greeting", "next"): Exit(step="greeting", outcome="next", goes_to="ask")}
    exits |= {("ask", name): Exit(step="ask", outcome=name, goes_to="main") for name in ("agreed", "declined")}
    line = Line(replace(walked, exits={**walked.exits, **exits}), engines=engines, **brief)
    line.wire.deaf = deaf
    return line.begin()


def consent(line):
    return [(kind, data) for kind, _, data in line.host.lines if kind.startswith("consent")]


async def test_a_notice_that_was_heard_to_its_end_is_told_as_such():
    line = asking()
    await line.settle(2.0)
    assert consent(line) == []
    await line.settle(8.0)
    assert consent(line) == [("consent_given", {"by": "notice"})]
    assert [step for kind, step, _ in line.host.lines if kind == "consent_given"] == ["ask"]


async def test_a_notice_that_the_carrier_never_confirms_is_not():
    line = asking(deaf=True)
    await line.settle(10.0)
    assert consent(line) == [
        ("consent_unproven", {"why": "the carrier did not confirm that it was played to its end"})
    ]  # fmt: skip


async def test_a_notice_that_no_voice_could_read_was_not_heard_though_something_was():
    line = asking(VoiceWithoutWord("write"), unrendered=["We write this down."])
    await line.settle(10.0)
    assert [kind for kind, _ in consent(line)] == ["consent_unproven"]
    assert "prompt_heard" in line.host.kinds()


async def test_speech_does_not_cut_the_notice_short_and_a_no_in_it_is_heard():
    line = asking()
    await line.settle(1.0)
    await line.hears(HeardSpeech())
    assert ("clear",) not in [frame[1:] for frame in line.wire.frames]
    await line.hears(HeardUtterance(text="no, please not"))
    assert consent(line) == [("consent_refused", {"by": "word"})]


async def test_what_was_not_confirmed_before_the_notice_is_not_held_against_it():
    line = asking(greeted=True, deaf=True)
    await line.settle(1.5)
    line.wire.deaf = False
    await line.settle(20.0)
    assert "prompt_unconfirmed" in line.host.kinds()
    assert consent(line) == [("consent_given", {"by": "notice"})]


async def test_a_prompt_that_speech_cut_short_was_not_heard_to_its_end():
    line = await Line().at_menu()
    fed, feed = [], line.session.feed
    line.session.feed = lambda event: (fed.append(event), feed(event))
    await line.hears(HeardSpeech())
    assert [event.confirmed for event in fed if isinstance(event, PromptFinished)] == [False]
