"""What a live call speaks and listens with when engines fail: the next best, and operations are told."""

import pytest

from streams import engine_health, engines
from streams.ai.breaker import FAILURES
from streams.ai.provider import MULAW_8K, Fault, HeardUtterance, ListenOptions, ProviderRefused, ProviderUnavailable
from streams.engines import Engine
from streams.live_engines import LiveEngines
from tests.streams.ai.test_fallback import Engine as Scripted

GONE = ProviderUnavailable("gone")


@pytest.fixture(autouse=True)
def healthy(monkeypatch):
    over = []
    monkeypatch.setattr(engine_health.writer, "then", over.append)
    return over


@pytest.fixture
def site(monkeypatch, settings):
    """A site with these engines, by ability; the first of each is the usual one."""

    def set_up(**tables):
        names = {"voice": "SYNTHESIZER_ENGINE", "ears": "TRANSCRIBER_ENGINE", "agent": "AGENT_ENGINE"}
        for ability, made in tables.items():
            table = engines.tables()[ability]
            for name in list(table):
                monkeypatch.delitem(table, name)
            for name, engine in made.items():
                monkeypatch.setitem(table, name, Engine(name.title(), lambda engine=engine: engine))
            setattr(settings, names[ability], next(iter(made)))
        settings.AGENT_FALLBACKS = list(tables.get("agent", {}))[1:]
        return LiveEngines(lambda *told: failures.append(told))

    failures = []
    set_up.failures = failures
    return set_up


async def spoken(live, chosen=""):
    synthesizer, voice = live.voice_of(chosen)
    assert synthesizer.gives == MULAW_8K
    return [piece async for piece in synthesizer.speak("Hello.", voice=voice) if isinstance(piece, bytes)]


async def test_our_own_voice_speaks_when_the_flows_cannot_and_it_is_told(site):
    live = site(voice={"vendor": Scripted("vendor", GONE, GONE), "local": Scripted("local")})
    assert await spoken(live) == [b"local"]
    assert [(ability, engine, str(error)) for ability, engine, error in site.failures] == [
        ("voice", "vendor", "gone")
    ] * 2


async def test_a_voice_whose_engine_is_gone_is_replaced_before_it_is_asked(site):
    live = site(voice={"local": Scripted("local")})
    assert await spoken(live, "vendor:marin") == [b"local"]
    assert site.failures[0][:2] == ("voice", "vendor")


async def test_every_other_recogniser_is_asked_before_our_own(site):
    own = Scripted("local")
    own.hear(HeardUtterance(text="billing"))
    broken = {name: Scripted(name, GONE, GONE) for name in ("usual", "other")}
    live = site(ears={"usual": broken["usual"], "local": own, "other": broken["other"]})
    async with live.transcriber().listen(ListenOptions()) as listening:
        assert await anext(aiter(listening)) == HeardUtterance(text="billing")
    assert [engine for _, engine, _ in site.failures] == ["usual", "usual", "other", "other"]


def test_an_assistant_that_fails_again_and_again_rests(site):
    live = site(agent={"first": object(), "second": object()})
    assert live.agent_ladder() == ("first", "second")
    for _ in range(FAILURES):
        live.report("first", Fault.UNREACHABLE)
    assert live.agent_ladder() == ("second",)


def test_trouble_is_over_when_the_engine_works_again_and_only_then(site, healthy):
    live = site(agent={"first": object()})
    live.report("first", None)
    assert healthy == []
    live.report("first", Fault.SLOW)
    live.report("first", None)
    live.report("first", None)
    assert [work.args for work in healthy] == [("agent", "first")]


def test_a_voice_that_does_not_exist_anywhere_is_refused_by_publishing_but_not_on_a_call(site):
    site(voice={"local": Scripted("local")})
    with pytest.raises(ProviderRefused):
        engines.voice_of("vendor:marin")
