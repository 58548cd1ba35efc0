"""The scribe, with a recogniser that hears what the test says: no time passes but the clock's."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from streams.ai.provider import (
    MULAW_8K,
    HeardGap,
    HeardInterim,
    HeardSpeech,
    HeardUtterance,
    ProviderRefused,
    TranscriberAbilities,
    Used,
)
from streams.audio import mulaw
from streams.listening.scribe import Scribe
from tests.streams.clock import VirtualClock

pytestmark = pytest.mark.usefixtures("no_task_left")

FRAME = mulaw.silence(20)
END = object()
USED = Used(engine="scripted", model="m", unit="seconds", quantity=2.0)


@pytest.fixture
async def no_task_left():
    before = asyncio.all_tasks()
    yield
    assert asyncio.all_tasks() - before <= {asyncio.current_task()}


class Ear:
    """What listens to one track."""

    def __init__(self, options):
        self.options, self.heard = options, asyncio.Queue()
        self.pushed, self.is_finished, self.owed = b"", False, ()

    def push(self, audio):
        self.pushed += audio

    def finish(self):
        self.is_finished = True

    def owing(self):
        owed, self.owed = self.owed, ()
        return owed

    async def __aiter__(self):
        while (one := await self.heard.get()) is not END:
            if isinstance(one, Exception):
                raise one
            yield one


class Engine:
    """Gives an ear for each track, the first first, once it `may_open`."""

    name, takes, can = "scripted", MULAW_8K, TranscriberAbilities(interim=True, free_speech=True)

    def __init__(self):
        self.ears, self.asked, self.refuses = [], [], ()
        self.may_open = asyncio.Event()
        self.may_open.set()

    def transcriber(self, name=""):
        self.asked.append(name)
        return self

    @asynccontextmanager
    async def listen(self, options):
        await self.may_open.wait()
        if self.refuses:
            raise self.refuses[0]
        ear = Ear(options)
        self.ears.append(ear)
        yield ear


class Desk:
    """A scribe, and what it tells."""

    def __init__(self, *, began=0.0, **about):
        self.engine, self.clock = Engine(), VirtualClock()
        self.lines, self.interims = [], []
        self.scribe = self.another(began=began, **about)

    def another(self, *, began, stream="s1", **about):
        scribe = Scribe(
            self.engine,
            began=began,
            clock=self.clock,
            note=lambda kind, **data: self.lines.append((kind, data)),
            interim=lambda who, text: self.interims.append((who, text)),
            stream=stream,
            **about,
        )
        scribe.start()
        return scribe

    async def pass_frames(self, count, *tracks):
        """So many frames of each of these tracks, each when it is due."""
        for _ in range(count):
            self.clock.pass_seconds(0.02)
            for track in tracks:
                self.scribe.hear(track, FRAME)
        await settle()

    async def hears(self, *heard, ear=0):
        for one in heard:
            self.engine.ears[ear].heard.put_nowait(one)
        await settle()

    async def finish(self, within=0.01):
        for ear in self.engine.ears:
            ear.heard.put_nowait(END)
        await self.scribe.finish(within)

    def of(self, kind):
        return [data for found, data in self.lines if found == kind]


async def settle():
    for _ in range(10):
        await asyncio.sleep(0)


def said(text, began, ended, confidence=0.9):
    return HeardUtterance(text=text, began_ms=began, ended_ms=ended, confidence=confidence)


async def test_each_track_is_a_speaker_with_a_recogniser_of_its_own_opened_with_its_first_frame():
    desk = Desk(phrases=("cancel",), language="es-ES", transcriber="deepgram")
    await desk.pass_frames(50, "inbound")
    assert len(desk.engine.ears) == 1
    await desk.pass_frames(50, "inbound", "outbound", "sideways")
    first, second = desk.engine.ears
    assert (len(first.pushed), len(second.pushed)) == (16_000, 8000)
    assert desk.engine.asked == ["deepgram", "deepgram"]
    assert (first.options.language, first.options.phrases, first.options.every_word) == ("es-ES", ("cancel",), True)
    await desk.hears(said("hello", 100, 500))
    await desk.hears(said("good day", 100, 700), ear=1)
    assert [(line["who"], line["text"]) for line in desk.of("overheard")] == [
        ("caller", "hello"),
        ("person", "good day"),
    ]
    await desk.finish()


async def test_times_are_those_of_the_call_and_a_track_that_begins_later_is_no_earlier():
    desk = Desk(began=30.0)
    await desk.pass_frames(50, "inbound")
    await desk.pass_frames(50, "inbound", "outbound")
    await desk.hears(said("I agree", 1200, 1800))
    await desk.hears(said("so do I", 200, 800), ear=1)
    first, second = desk.of("overheard")
    assert first == {
        "at": 32.0,
        "who": "caller",
        "text": "I agree",
        "began": pytest.approx(31.2),
        "ended": pytest.approx(31.8),
        "confidence": 0.9,
        "stream": "s1",
    }
    assert (second["began"], second["ended"]) == (pytest.approx(31.2), pytest.approx(31.8))
    await desk.finish()


async def test_times_hold_over_frames_that_never_came():
    desk = Desk()
    await desk.pass_frames(100, "inbound", "outbound")
    await desk.pass_frames(100, "outbound")
    await desk.pass_frames(100, "inbound", "outbound")
    await desk.hears(said("here I am", 2500, 3000))
    await desk.hears(said("at last", 4500, 5000), ear=1)
    first, second = desk.of("overheard")
    assert first["began"] == pytest.approx(second["began"], abs=0.1)
    await desk.finish()


async def test_what_nobody_understood_is_no_line():
    desk = Desk()
    await desk.pass_frames(50, "inbound")
    await desk.hears(HeardSpeech(), said("", 100, 500, 0.0))
    await desk.finish()
    assert desk.of("overheard") == []


async def test_what_came_before_the_recogniser_was_there_is_heard():
    desk = Desk()
    desk.engine.may_open.clear()
    await desk.pass_frames(50, "inbound")
    desk.engine.may_open.set()
    await settle()
    assert len(desk.engine.ears[0].pushed) == 8000
    await desk.finish()


async def test_more_than_is_kept_is_lost_which_is_told_and_times_hold():
    desk = Desk()
    desk.engine.may_open.clear()
    await desk.pass_frames(65 * 50, "inbound")
    desk.engine.may_open.set()
    await settle()
    await desk.hears(said("at last", 1000, 2000))
    assert desk.of("listening_lost") == [{"at": 65.0, "who": "caller", "began": 0.0, "seconds": 5.0, "stream": "s1"}]
    assert desk.of("overheard")[0]["began"] == pytest.approx(6.0)
    await desk.finish()


async def test_what_a_recogniser_lost_is_told():
    desk = Desk()
    await desk.pass_frames(200, "inbound")
    await desk.hears(HeardGap(began_ms=500, ended_ms=2000))
    assert desk.of("listening_lost")[0] | {"at": 0} == {
        "at": 0,
        "who": "caller",
        "began": pytest.approx(0.5),
        "seconds": 1.5,
        "stream": "s1",
    }
    await desk.hears(HeardGap(began_ms=2000, ended_ms=2500, why="Only keywords."))
    assert desk.of("listening_lost")[1]["why"] == "Only keywords."
    await desk.finish()


async def test_words_that_may_change_are_told_at_once_and_then_four_times_a_second():
    desk = Desk()
    await desk.pass_frames(5, "inbound")
    for count in range(1, 41):
        await desk.hears(HeardInterim(text=f"I {count}"))
        desk.clock.pass_seconds(0.05)
    assert desk.interims[0] == ("caller", "I 1")
    assert 8 <= len(desk.interims) <= 10
    desk.clock.pass_seconds(0.3)
    assert desk.interims[-1] == ("caller", "I 40")
    await desk.finish()


async def test_words_that_became_final_are_not_told_as_words_that_may_change():
    desk = Desk()
    await desk.pass_frames(5, "inbound")
    await desk.hears(HeardInterim(text="I"), HeardInterim(text="I see"), said("I see.", 0, 90))
    desk.clock.pass_seconds(1.0)
    assert desk.interims == [("caller", "I")]
    await desk.finish()
    assert [line["text"] for line in desk.of("overheard")] == ["I see."]


async def test_what_was_used_is_noted_like_that_of_other_ears_also_what_is_owed_at_the_end():
    desk = Desk()
    await desk.pass_frames(5, "inbound")
    await desk.hears(USED)
    desk.engine.ears[0].owed = (USED,)
    await desk.finish()
    assert desk.of("used") == [{"at": 0.1, **USED.as_line()}] * 2


async def test_when_the_stream_is_over_the_last_words_are_waited_for():
    desk = Desk()
    await desk.pass_frames(48, "inbound")
    await desk.hears(HeardInterim(text="good"))
    finishing = asyncio.create_task(desk.scribe.finish(5.0))
    await settle()
    ear = desk.engine.ears[0]
    assert ear.is_finished
    assert len(ear.pushed) == 48 * 160
    await desk.hears(said("goodbye", 100, 900), END)
    await finishing
    assert [(line["text"], "unfinished" in line) for line in desk.of("overheard")] == [("goodbye", False)]


async def test_what_did_not_become_final_in_time_is_kept_as_far_as_it_was_understood():
    desk = Desk(began=10.0)
    await desk.pass_frames(50, "inbound")
    await desk.hears(said("well", 0, 400), HeardSpeech())
    await desk.pass_frames(50, "inbound")
    await desk.hears(HeardInterim(text="good"), HeardInterim(text="goodbye for"))
    await desk.scribe.finish(0.01)
    assert [(line["text"], line["confidence"]) for line in desk.of("overheard")] == [
        ("well", 0.9),
        ("goodbye for", 0.0),
    ]
    last = desk.of("overheard")[-1]
    assert last["unfinished"] is True
    assert (last["began"], last["ended"]) == (pytest.approx(11.0), pytest.approx(12.0))


async def test_audio_that_nobody_answered_for_in_time_is_told_as_lost():
    desk = Desk()
    await desk.pass_frames(50, "inbound")
    await desk.hears(said("well", 0, 400))
    await desk.scribe.finish(0.01)
    assert desk.of("listening_lost")[0] | {"at": 0} == {
        "at": 0,
        "who": "caller",
        "began": pytest.approx(0.4),
        "seconds": pytest.approx(0.6),
        "stream": "s1",
    }


async def test_a_call_that_ends_before_the_recogniser_is_there_is_heard_all_the_same():
    desk = Desk()
    desk.engine.may_open.clear()
    await desk.pass_frames(50, "inbound")
    finishing = asyncio.create_task(desk.scribe.finish(5.0))
    await settle()
    desk.engine.may_open.set()
    await settle()
    assert desk.engine.ears[0].is_finished
    await desk.hears(said("goodbye", 100, 900), END)
    await finishing
    assert [line["text"] for line in desk.of("overheard")] == ["goodbye"]


@pytest.mark.parametrize(
    ("broken", "why"), [(ProviderRefused("Deepgram refused."), "Deepgram refused."), (KeyError("ours"), "broke")]
)
async def test_a_speaker_nobody_can_write_down_any_more_is_told_and_the_other_goes_on(broken, why):
    desk = Desk()
    await desk.pass_frames(50, "inbound", "outbound")
    await desk.hears(HeardInterim(text="I was say"), broken)
    [deaf] = desk.of("listening_deaf")
    assert deaf["who"] == "caller"
    assert why in deaf["why"]
    await desk.pass_frames(50, "inbound", "outbound")
    await desk.hears(said("yes?", 1100, 1500), ear=1)
    assert [(line["who"], line["text"]) for line in desk.of("overheard")] == [
        ("caller", "I was say"),
        ("person", "yes?"),
    ]
    await desk.finish()


async def test_what_a_speaker_said_before_nobody_could_write_it_down_is_told_as_lost():
    desk = Desk()
    await desk.pass_frames(50, "inbound")
    await desk.hears(said("one", 100, 400), ProviderRefused("Deepgram refused."))
    [lost] = desk.of("listening_lost")
    assert (lost["who"], lost["began"], lost["seconds"]) == ("caller", 0.4, 0.6)
    await desk.finish()


async def test_a_recogniser_that_cannot_be_had_costs_the_call_nothing():
    desk = Desk()
    desk.engine.refuses = (ProviderRefused("Set DEEPGRAM_API_KEY."),)
    await desk.pass_frames(50, "inbound")
    assert [line["why"] for line in desk.of("listening_deaf")] == ["Set DEEPGRAM_API_KEY."]
    await desk.pass_frames(50, "inbound")
    await desk.finish()


async def test_when_the_carrier_comes_back_times_go_on_and_no_line_is_doubled():
    desk = Desk(began=10.0)
    await desk.pass_frames(50, "inbound")
    await desk.hears(said("one", 0, 500))
    desk.engine.ears[0].heard.put_nowait(said("two", 600, 900))
    await desk.finish(5.0)
    desk.clock.pass_seconds(3.0)
    desk.scribe = desk.another(began=14.0, stream="s2")
    await desk.pass_frames(50, "inbound")
    await desk.hears(said("three", 500, 900), ear=1)
    await desk.finish()
    told = [(line["text"], line["stream"], line["began"]) for line in desk.of("overheard")]
    assert told == [("one", "s1", 10.0), ("two", "s1", 10.6), ("three", "s2", 14.5)]


async def test_finishing_twice_and_frames_after_it_do_no_harm():
    desk = Desk()
    await desk.pass_frames(5, "inbound")
    await desk.finish()
    await desk.finish()
    await desk.pass_frames(5, "inbound", "outbound")
    assert len(desk.engine.ears) == 1
