"""Looking on while people talk: marks at once, moods now and then, and no trouble for anybody when a model has some."""

import asyncio

import pytest

from streams.ai.provider import ProviderUnavailable, Used
from streams.listening.cues import Watched
from streams.listening.judging import WORD_LIST, Heard, Judgement, Opinion
from streams.listening.observer import EVERY_SECONDS, MOST_EARLY, MOST_MARKS, Observer, Watch, heard_in
from tests.streams.clock import VirtualClock

CANCEL = Watched(key="cancel", name="Cancel", phrases=("cancel",), intent="Leaves.", alerts=True)
OWED = Used(engine="openai", model="m", unit="text_in", quantity=5, estimated=True)
USED = Used(engine="openai", model="m", unit="text_in", quantity=7)


class Judge:
    def __init__(self):
        self.asked, self.fails, self.gate, self.meant, self.has_opinions = [], None, None, (), True

    async def judge(self, lines, intents=(), *, new=0):
        self.asked.append(([line.text for line in lines], new))
        if self.gate is not None:
            await self.gate.wait()
        if self.fails is not None:
            raise self.fails
        opinions = tuple(
            Opinion(who=who, mood="positive", score=0.6) for who in dict.fromkeys(line.who for line in lines)
        )
        return Judgement(by="Model", opinions=opinions if self.has_opinions else (), meant=self.meant, used=(USED,))

    def owing(self, lines, intents=()):
        return (OWED,)


class Scene:
    """An observer, its judge, and what it noted."""

    def __init__(self, judge=None, load=None, judgements=60):
        self.judgements = judgements
        self.judge, self.clock, self.noted, self.at = judge, VirtualClock(), [], 0.0
        self.observer = Observer(load or self._watch, self._note, clock=self.clock)

    async def _watch(self):
        return Watch(cues=(CANCEL,), judge=self.judge, judgements=self.judgements)

    def _note(self, kind, heard, data):
        self.noted.append((kind, heard, data))

    def of(self, kind):
        return [data for noted, _, data in self.noted if noted == kind]

    async def say(self, *texts, who="caller"):
        for text in texts:
            self.at += 1
            self.observer.hear(Heard(who=who, text=text, at=self.at, step="put"))
        await settle()


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_mark_is_raised_at_once_with_the_words_and_the_step():
    scene = Scene()
    await scene.say("hello there", "I want to cancel")
    [(kind, heard, data)] = scene.noted
    assert (kind, heard.at, heard.step) == ("cue", 2.0, "put")
    assert data == {"cue": "cancel", "name": "Cancel", "who": "caller", "text": "I want to cancel", "alerts": True}


async def test_moods_come_every_fourth_utterance_with_what_they_cost():
    scene = Scene(Judge())
    await scene.say("one of four", "two of four", "three of four")
    assert scene.judge.asked == []
    await scene.say("thanks for that", who="person")
    assert len(scene.judge.asked) == 1
    assert [(data["who"], data["mood"], data["by"]) for data in scene.of("mood")] == [
        ("caller", "positive", "Model"),
        ("person", "positive", "Model"),
    ]
    assert scene.of("used") == [{**USED.as_line(), "for": "mood"}]
    await scene.say("a", "b", "c", "d")
    assert scene.judge.asked[1] == ([*scene.judge.asked[0][0], "a", "b", "c", "d"], 4)  # the last four are shown again


async def test_a_slow_talk_is_judged_after_twenty_seconds_and_a_mere_yes_is_not():
    scene = Scene(Judge())
    await scene.say("yes")
    scene.clock.pass_seconds(EVERY_SECONDS)
    await settle()
    assert scene.judge.asked == []
    await scene.say("that is so nice")
    scene.clock.pass_seconds(EVERY_SECONDS)
    await settle()
    assert scene.judge.asked == [(["yes", "that is so nice"], 0)]


async def test_one_request_at_a_time_and_marks_do_not_wait_for_it():
    scene = Scene(Judge())
    scene.judge.gate = asyncio.Event()
    await scene.say(*(f"this is line {n}" for n in range(4)))
    await scene.say("cancel it now", *(f"and this is line {n}" for n in range(8)))
    assert len(scene.judge.asked) == 1
    assert len(scene.of("cue")) == 1
    scene.judge.gate.set()
    await settle()
    assert [len(lines) for lines, _ in scene.judge.asked] == [4, 13]


async def test_a_model_that_fails_is_stood_in_for_and_rests_and_what_it_used_is_kept():
    scene = Scene(Judge())
    scene.judge.fails = ProviderUnavailable("No.", used=(USED,))
    await scene.say("this is terrible", "a b c", "d e f", "g h i")
    assert [(data["mood"], data["by"]) for data in scene.of("mood")] == [("negative", WORD_LIST)]
    assert len(scene.of("used")) == 1
    await scene.say("a b c", "d e f", "g h i", "j k l")
    assert len(scene.judge.asked) == 1
    scene.judge.fails = None
    scene.clock.pass_seconds(61)
    await scene.say("a b c", "d e f", "g h i", "j k l")
    assert scene.of("mood")[-1]["by"] == "Model"


async def test_a_model_is_asked_so_often_and_no_more():
    scene = Scene(Judge(), judgements=2)
    for _ in range(4):
        await scene.say("this is terrible", "a b c", "d e f", "cancel it")
    assert len(scene.judge.asked) == 2
    assert [data["by"] for data in scene.of("mood")] == ["Model", "Model", WORD_LIST, WORD_LIST]
    assert (len(scene.of("used")), len(scene.of("cue"))) == (2, 4)


async def test_what_is_meant_marks_once_though_it_was_said_too():
    scene = Scene(Judge())
    scene.judge.meant = ((CANCEL, 0), (CANCEL, 3))
    await scene.say("cancel it", "a b c", "d e f", "I am leaving you")
    assert [data["text"] for data in scene.of("cue")] == ["cancel it", "I am leaving you"]


async def test_what_is_meant_counts_where_the_model_has_no_opinion_of_the_mood():
    scene = Scene(Judge())
    scene.judge.meant, scene.judge.has_opinions = ((CANCEL, 3),), False
    await scene.say("this is terrible", "a b c", "d e f", "I am leaving you")
    assert [data["text"] for data in scene.of("cue")] == ["I am leaving you"]
    assert [data["by"] for data in scene.of("mood")] == [WORD_LIST]
    assert scene.of("used") == [{**USED.as_line(), "for": "mood"}]


async def test_who_says_it_all_day_fills_no_log():
    scene = Scene()
    await scene.say("hello")
    await scene.say(*["cancel"] * (MOST_MARKS + 20))
    assert len(scene.of("cue")) == MOST_MARKS


async def test_a_database_that_is_away_leaves_the_word_list():
    async def away():
        raise OSError

    scene = Scene(load=away)
    await scene.say("cancel", "this is great", "a b c", "thanks a lot")
    assert scene.of("cue") == []
    assert scene.of("mood")[0]["by"] == WORD_LIST


async def test_what_is_said_before_the_cues_are_known_is_looked_at_then():
    ready = asyncio.Event()

    async def slow():
        await ready.wait()
        return Watch(cues=(CANCEL,))

    scene = Scene(load=slow)
    await scene.say(*["x"] * MOST_EARLY, "cancel")
    assert scene.noted == []
    ready.set()
    await settle()
    assert len(scene.of("cue")) == 1


async def test_the_end_judges_what_is_left_and_nothing_comes_after_it():
    scene = Scene(Judge())
    await scene.say("this is so great", who="person")
    await scene.observer.finish()
    assert [data["who"] for data in scene.of("mood")] == ["person"]
    await scene.say("cancel")
    assert scene.of("cue") == []
    assert scene.clock.waiting == 0


async def test_a_model_that_hangs_does_not_hold_the_end_up():
    scene = Scene(Judge())
    scene.judge.gate = asyncio.Event()
    await scene.say("this is so great", "a b c", "d e f", "g h i")
    await scene.observer.finish(within=0.01)
    assert scene.of("mood") == []
    assert scene.of("used") == [{**OWED.as_line(), "for": "mood"}]


async def test_an_end_that_waits_for_nothing_asks_nothing():
    scene = Scene(Judge())
    await scene.say("this is so great")
    await scene.observer.finish(0)
    assert (scene.judge.asked, scene.noted) == ([], [])


@pytest.mark.parametrize(
    ("kind", "data", "who"),
    [
        ("overheard", {"who": "person", "text": "Hi"}, "person"),
        ("utterance", {"text": "Hi"}, "caller"),
        ("agent_heard", {"text": "Hi"}, "caller"),
    ],
)
def test_lines_with_words_are_heard(kind, data, who):
    assert heard_in(kind, 1.0, "s", data) == Heard(who=who, text="Hi", at=1.0, step="s")


@pytest.mark.parametrize(("kind", "data"), [("key", {"text": "1"}), ("utterance", {}), ("overheard", {"text": 7})])
def test_other_lines_are_not(kind, data):
    assert heard_in(kind, 1.0, "s", data) is None
