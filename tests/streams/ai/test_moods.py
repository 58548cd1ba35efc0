"""Moods, meanings and promises by the site's own model, at a stand-in of OpenAI that also fails, dawdles and raves."""

import pytest

from streams.ai.provider import ProviderError, ProviderTimedOut
from streams.listening import readers
from streams.listening.cues import Watched
from streams.listening.judging import Heard, ModelJudge
from tests.standins.faults import FAULTS
from tests.standins.openai_by_words import by_words
from tests.standins.openai_http import OpenAIHTTP
from tests.standins.openai_model import Says, script

LEAVES = Watched(key="leaves", name="Leaves", intent="The caller ends the contract.", who="caller")
LINES = [
    Heard(who="caller", text="This is awful, I end the contract.", at=1.0),
    Heard(who="person", text="I will send a good one, thanks.", at=3.0),
]


@pytest.fixture
def standin_parts():
    return [OpenAIHTTP(by_words)]


@pytest.fixture(params=["responses", "chat"])
def judge(request, openai_http, settings):
    settings.OPENAI_TEXT_API, settings.SUMMARIZER_ENGINE, settings.MOOD_ENGINE = request.param, "openai", "openai"
    return readers.mood_judge()


async def test_each_speaker_is_judged_what_is_meant_is_found_and_the_tokens_are_counted(judge, openai_http):
    judged = await judge.judge(LINES, [LEAVES])
    assert [(one.who, one.mood) for one in judged.opinions] == [("caller", "negative"), ("person", "positive")]
    assert judged.meant == ((LEAVES, 0),)
    assert judged.by == "OpenAI gpt-6-luna"
    assert {used.unit for used in judged.used} == {"text_in", "text_out"}
    [seen] = openai_http.seen
    assert seen.body["store"] is False


@pytest.mark.parametrize("fault", ["server error", "too many requests", "wrong key", "no JSON", "null"])
async def test_a_vendor_that_fails_is_an_error(judge, openai_http, fault):
    openai_http.faults = [FAULTS[fault]] * 3
    with pytest.raises(ProviderError):
        await judge.judge(LINES, [LEAVES])


async def test_a_vendor_that_is_slow_is_given_up_and_paid_for(judge, openai_http):
    openai_http.faults = [FAULTS["never answers"]] * 3
    with pytest.raises(ProviderTimedOut) as caught:
        await ModelJudge(judge._model, title="OpenAI", seconds=0.2).judge(LINES)
    assert [used.estimated for used in caught.value.used] == [True]


@pytest.mark.parametrize("said", ["", "nonsense", "[]", '{"speakers": {"who": 7}, "cues": "all"}', "null"])
async def test_nonsense_is_no_opinion_and_paid_for(judge, openai_http, said):
    openai_http.brain = script(Says(text=said))
    judged = await judge.judge(LINES, [LEAVES])
    assert (judged.opinions, judged.meant) == ((), ())
    assert judged.used


def test_promises_are_read_for(judge):
    found, used = readers.promise_reader().find([(line.who, line.text) for line in LINES])
    assert [(one.line, one.due) for one in found] == [(1, "")]
    assert used
