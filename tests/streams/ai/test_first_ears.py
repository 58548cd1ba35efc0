import asyncio
from contextlib import asynccontextmanager

import pytest

from streams.ai import first_ears
from streams.ai.first_ears import AGAIN_MS, ONLY_KEYWORDS, FirstEars
from streams.ai.provider import (
    Fault,
    HeardGap,
    HeardSpeech,
    HeardUtterance,
    ListenOptions,
    ProviderRefused,
    ProviderUnavailable,
    TranscriberAbilities,
    Used,
)
from streams.audio import mulaw
from tests.streams.ai.failing_engines import Engine, Operations, down
from tests.streams.ai.told_ears import END

pytestmark = pytest.mark.usefixtures("no_task_left")


def writer(name, *errors, languages=("en-US",)):
    """An engine that writes down whatever is said."""
    engine = Engine(name, *errors)
    engine.can = TranscriberAbilities(free_speech=True, languages=languages)
    return engine


@asynccontextmanager
async def listening(*engines, every_word=False, **about):
    options = ListenOptions(phrases=("one",), every_word=every_word)
    async with FirstEars(*engines, **about).listen(options) as ears:
        yield ears, aiter(ears)
    assert all(engine.open == 0 for engine in engines)


async def heard(events):
    async with asyncio.timeout(5):
        return await anext(events)


async def test_ears_that_cannot_be_had_are_followed_by_the_next():
    first, second, report = Engine("first", down(), ProviderRefused("no")), Engine("second"), Operations()
    async with listening(first, second, report=report) as (_, events):
        second.hear(HeardSpeech())
        assert await heard(events) == HeardSpeech()
    assert report.told == [("first", Fault.UNREACHABLE), ("first", Fault.REFUSED), ("second", None)]


async def test_what_ears_owe_that_were_left_is_told_and_what_the_last_owe_is_owing():
    first, second = Engine("first"), Engine("second")
    first.debts = (Used(engine="first", model="m", unit="seconds", quantity=3.0),)
    second.debts = (Used(engine="second", model="m", unit="seconds", quantity=4.0),)
    async with listening(first, second) as (ears, events):
        first.hear(END)
        assert await heard(events) == first.debts[0]
    assert ears.owing() == second.debts
    assert ears.owing() == ()


async def test_when_none_can_be_had_it_is_known_on_entry():
    with pytest.raises(ProviderUnavailable):
        async with FirstEars(Engine("only", down(), down())).listen(ListenOptions()):
            pass


@pytest.mark.parametrize("breaks", [down(), END, KeyError("ours")])
async def test_ears_that_break_are_followed_by_the_next_which_hears_the_last_words_again(breaks):
    first, second, report = Engine("first"), Engine("second"), Operations()
    async with listening(first, second, report=report) as (ears, events):
        ears.push(mulaw.silence(5000))
        ears.expect(("two",))
        first.hear(HeardSpeech(), breaks)
        assert await heard(events) == HeardSpeech()
        second.hear(HeardSpeech(), HeardUtterance(text="two", began_ms=500, ended_ms=900))
        assert await heard(events) == HeardUtterance(text="two", began_ms=3500, ended_ms=3900)
        ears.push(b"new")
        assert second.pushed == mulaw.silence(AGAIN_MS) + b"new"
        assert second.asked[0].phrases == ("two",)
        second.hear(HeardSpeech())  # the caller's next words
        assert await heard(events) == HeardSpeech()
    assert [engine for engine, fault in report.told if fault] == ["first"]


async def test_what_was_understood_is_not_heard_again():
    first, second = Engine("first"), Engine("second")
    async with listening(first, second) as (ears, events):
        ears.push(mulaw.silence(1000))
        first.hear(HeardUtterance(text="one", began_ms=100, ended_ms=700), down())
        await heard(events)
        second.hear(HeardSpeech())
        await heard(events)
        assert second.pushed == mulaw.silence(300)


async def test_a_second_sound_is_told_as_long_as_the_ears_are_the_same():
    first = Engine("first")
    async with listening(first) as (_, events):
        first.hear(HeardSpeech(), HeardSpeech())
        assert [await heard(events), await heard(events)] == [HeardSpeech()] * 2


async def test_when_the_last_ears_break_it_is_an_error():
    first, second = Engine("first"), Engine("second")
    async with listening(first, second) as (ears, events):
        first.hear(down())
        second.hear(ProviderRefused("no more"))
        with pytest.raises(ProviderRefused):
            await heard(events)
        ears.push(b"late")
        ears.expect(())


async def test_ears_that_rest_are_not_asked_and_those_not_needed_are_not_tried():
    asked = []

    def may_use(name):
        asked.append(name)
        return name != "first"

    first, second, third = Engine("first"), Engine("second"), Engine("third")
    async with listening(first, second, third, may_use=may_use):
        assert (first.asked, second.open) == ([], 1)
    assert asked == ["first", "second"]


async def test_the_iteration_ends_when_it_is_closed():
    async with listening(Engine("first")) as (_, events):
        pass
    with pytest.raises(StopAsyncIteration):
        await heard(events)


# --- where every word counts ------------------------------------------------------------------------------------------


@pytest.fixture
def hurried(monkeypatch):
    """Whoever is asked again is asked at once."""
    monkeypatch.setattr(first_ears, "PAUSES", (0.0,))
    monkeypatch.setattr(first_ears, "BETTER_SECONDS", 0.0)


def said(text, began, ended):
    return HeardUtterance(text=text, began_ms=began, ended_ms=ended)


async def test_a_minute_is_heard_again_by_whoever_takes_over():
    first, second = writer("first"), writer("second")
    async with listening(first, second, every_word=True) as (ears, events):
        ears.push(mulaw.silence(40_000))
        first.hear(said("one", 500, 10_000), ProviderRefused("no more"))
        second.hear(said("two", 0, 1000))
        assert [await heard(events), await heard(events)] == [said("one", 500, 10_000), said("two", 10_000, 11_000)]
        assert len(second.pushed) == 30_000 * 8


async def test_when_all_are_down_they_are_asked_again_and_hear_what_came_meanwhile(hurried):
    only = writer("only", down(), down(), down())
    async with listening(only, every_word=True) as (ears, events):
        ears.push(mulaw.silence(400))
        only.hear(said("one", 0, 300))
        assert await heard(events) == said("one", 0, 300)
        assert only.pushed == mulaw.silence(400)
        assert len(only.asked) == 4


async def test_refused_by_all_it_is_an_error():
    async with listening(writer("only", ProviderRefused("wrong key")), every_word=True) as (_, events):
        with pytest.raises(ProviderRefused):
            await heard(events)


async def test_who_hears_keywords_only_stands_in_until_a_better_one_hears_the_rest(hurried):
    best, keywords = writer("best", ProviderRefused("resting")), Engine("keywords")
    async with listening(best, keywords, every_word=True) as (ears, events):
        ears.push(b"a" * 8000 + b"b" * 8000 + b"c" * 8000)
        keywords.hear(said("", 0, 1000), said("cancel", 1000, 2000))
        best.hear(said("all of it", 0, 900))
        assert [(await heard(events)).text for _ in range(2)] == ["", "all of it"]
        assert best.pushed == b"a" * 8000 + b"b" * 8000 + b"c" * 8000


async def test_what_the_stand_in_understood_is_not_heard_again(hurried):
    best, keywords = writer("best", ProviderRefused("resting")), Engine("keywords")
    async with listening(best, keywords, every_word=True) as (ears, events):
        ears.push(b"a" * 8000 + b"b" * 8000 + b"c" * 8000)
        keywords.hear(said("cancel", 1000, 2000))
        assert (await heard(events)).text == "cancel"
        best.hear(said("a and c", 0, 3000))
        assert (await heard(events)).text == "a and c"
        assert best.pushed == b"a" * 8000 + mulaw.silence(1000) + b"c" * 8000


async def all_heard(events):
    async with asyncio.timeout(5):
        return [one async for one in events]


async def test_what_the_stand_in_could_not_make_out_and_nobody_hears_again_is_told_as_a_gap():
    best, keywords = writer("best", ProviderRefused("wrong key")), Engine("keywords")
    async with listening(best, keywords, every_word=True) as (ears, events):
        ears.push(mulaw.silence(7000))
        ears.finish()
        keywords.hear(said("", 500, 2500), said("cancel", 3000, 4000), said("", 5000, 6000), END)
        assert (await all_heard(events))[-1] == HeardGap(began_ms=500, ended_ms=6000, why=ONLY_KEYWORDS)


async def test_a_better_one_hears_again_what_is_still_there_and_the_rest_is_told_as_a_gap(hurried):
    best, keywords, resting = writer("best"), Engine("keywords"), {"best"}
    may_use = lambda name: name not in resting  # noqa: E731
    async with listening(best, keywords, every_word=True, may_use=may_use) as (ears, events):
        keywords.hear(said("one", 0, 100))
        assert await heard(events) == said("one", 0, 100)
        for _ in range(70):
            ears.push(mulaw.silence(1000))
        resting.clear()
        keywords.hear(said("", 2000, 30_000))
        assert (await heard(events)).text == ""
        assert await heard(events) == HeardGap(began_ms=2000, ended_ms=10_000, why=ONLY_KEYWORDS)


@pytest.mark.parametrize("others", [(), (writer("another"),)], ids=["alone", "chosen before others"])
async def test_who_knows_only_keywords_and_stands_in_for_nobody_loses_nothing(others):
    keywords = Engine("keywords")
    async with listening(keywords, *others, every_word=True) as (ears, events):
        ears.push(mulaw.silence(3000))
        ears.finish()
        keywords.hear(said("", 500, 2500), END)
        assert await all_heard(events) == [said("", 500, 2500)]


async def test_what_gave_way_while_nobody_listened_is_told(hurried):
    async def much(ears):
        for _ in range(70):
            ears.push(mulaw.silence(1000))

    only = writer("only", down())
    async with listening(only, every_word=True) as (ears, events):
        await much(ears)
        only.hear(said("one", 0, 100))
        assert await heard(events) == HeardGap(began_ms=0, ended_ms=10_000)
        assert await heard(events) == said("one", 10_000, 10_100)


async def test_when_no_more_comes_the_rest_is_told_and_it_ends():
    only = writer("only")
    async with listening(only, every_word=True) as (ears, events):
        ears.push(mulaw.silence(400))
        ears.finish()
        only.hear(said("one", 0, 300), END)
        assert await heard(events) == said("one", 0, 300)
        with pytest.raises(StopAsyncIteration):
            await heard(events)
    assert only.is_finished


async def test_whoever_takes_over_at_the_end_is_told_that_it_is_the_end():
    first, second = writer("first"), writer("second")
    async with listening(first, second, every_word=True) as (ears, events):
        ears.push(mulaw.silence(400))
        ears.finish()
        first.hear(ProviderRefused("no more"))
        second.hear(said("one", 0, 300), END)
        assert await heard(events) == said("one", 0, 300)
        with pytest.raises(StopAsyncIteration):
            await heard(events)
    assert second.is_finished
    assert second.pushed == mulaw.silence(400)


async def test_who_does_not_know_the_language_is_not_asked():
    english, spanish = Engine("english"), writer("spanish", languages=("es-ES",))
    async with FirstEars(english, spanish).listen(ListenOptions(language="es-MX")):
        assert (english.asked, spanish.open) == ([], 1)
    with pytest.raises(ProviderRefused, match="understands fr-FR"):
        async with FirstEars(english, spanish).listen(ListenOptions(language="fr-FR")):
            pass
