"""One real request to an engine, and its answer as a sentence."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from streams import engine_tests, engines
from streams.ai.provider import Fault, ProviderRefused, Understanding
from streams.engines import Engine
from tests.streams.scripted_engines import END, ScriptedEngines

NO_KEY = ProviderRefused("OpenAI refuses the key. Check OPENAI_API_KEY.", fault=Fault.KEY)


@pytest.fixture
def engine(monkeypatch):
    """Puts an engine called "it" into the table for an ability."""

    def put(ability, made):
        def make():
            if isinstance(made, Exception):
                raise made
            return made

        monkeypatch.setitem(engines.tables()[ability], "it", Engine("It", make))

    return put


@pytest.mark.parametrize("ability", engine_tests.TESTS)
def test_an_engine_that_says_no_is_quoted(engine, ability):
    engine(ability, NO_KEY)
    assert engine_tests.test(ability, "it") == engine_tests.Verdict(False, str(NO_KEY))


@pytest.mark.parametrize("ability", engine_tests.TESTS)
def test_an_engine_that_breaks_is_told_without_its_words(engine, ability):
    engine(ability, KeyError("my secret"))
    verdict = engine_tests.test(ability, "it")
    assert verdict.works is False
    assert "secret" not in verdict.sentence


@pytest.mark.parametrize(
    ("ability", "said"),
    [("voice", "the first sound came after"), ("ears", "it heard “billing”"), ("agent", "It said “I am an automated")],
)
def test_the_offline_engines_pass(ability, said):
    verdict = engine_tests.test(ability, "local")
    assert verdict.works, verdict.sentence
    assert said in verdict.sentence


def test_the_offline_summary_passes():
    assert engine_tests.test("summary", "local").works


def test_what_is_understood_is_told_by_its_label(engine):
    class Knows:
        async def understand(self, question):
            return Understanding(answer="1", confidence=0.9)

    engine("understand", Knows())
    assert "for Billing" in engine_tests.test("understand", "it").sentence


def test_an_engine_that_hangs_is_told_in_time(engine, monkeypatch):
    class Hangs(ScriptedEngines):
        @asynccontextmanager
        async def converse(self, brief):
            await asyncio.Event().wait()
            yield

    monkeypatch.setattr(engine_tests, "DEADLINE", 0.01)
    engine("agent", Hangs())
    assert "did not answer within" in engine_tests.test("agent", "it").sentence


def test_an_engine_that_hangs_up_at_once_does_not_work(engine):
    class HangsUp(ScriptedEngines):
        def converse(self, brief):
            self.mouth.queue.put_nowait(END)
            return super().converse(brief)

    async def made():
        return HangsUp()

    engine("agent", asyncio.run(made()))
    assert engine_tests.test("agent", "it").works is False
