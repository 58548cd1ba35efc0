import pytest

from flows.steps.agent import ENGINES
from streams import engines
from streams.ai.provider import ProviderRefused


class OtherVoice:
    name = "other"
    voices = {"marin": "Marin"}


ABILITIES = [engines.synthesizer, engines.transcriber, engines.agent, engines.summarizer]


@pytest.mark.parametrize("ability", ABILITIES)
def test_no_name_is_the_sites_usual_engine(ability):
    assert ability().name == ability("local").name == "local"


@pytest.mark.parametrize("ability", ABILITIES)
def test_an_engine_nobody_knows_is_refused_with_those_that_exist(ability):
    with pytest.raises(ProviderRefused, match="no engine called nonsense. Choose one of local"):
        ability("nonsense")


def test_settings_choose_the_usual_one(settings, monkeypatch):
    monkeypatch.setitem(engines.SUMMARIZERS, "other", engines.Engine("Another", lambda: "another"))
    settings.SUMMARIZER_ENGINE = "other"
    assert engines.summarizer() == "another"


def test_making_engines_starts_nothing():
    for ability in ABILITIES:
        ability()
    assert engines.speech() is engines.speech()


def test_every_engine_has_a_title_for_people():
    assert engines.AGENTS["local"].title == "Scripted assistant (no AI)"
    tables = (engines.SYNTHESIZERS, engines.TRANSCRIBERS, engines.AGENTS, engines.SUMMARIZERS)
    assert all(engine.title for table in tables for engine in table.values())


def test_builders_are_offered_the_assistants_that_exist_under_their_own_titles():
    offered = dict(ENGINES)
    offered.pop("")
    assert offered == {name: engine.title for name, engine in engines.AGENTS.items() if name in offered}


@pytest.fixture
def another_voice(monkeypatch):
    """Another engine with a voice of its own, beside the offline one."""
    monkeypatch.setitem(engines.SYNTHESIZERS, "other", engines.Engine("Another", OtherVoice))


def test_builders_choose_among_the_voices_of_every_engine_the_usual_one_first(another_voice, settings):
    offered = engines.voices()
    assert offered[0] == ("local:sam", "Sam, American (Offline voice)")
    assert ("other:marin", "Marin (Another)") in offered
    settings.SYNTHESIZER_ENGINE = "other"
    assert engines.voices()[0] == ("other:marin", "Marin (Another)")


def test_an_engine_without_its_key_offers_no_voice(monkeypatch, settings):
    settings.OPENAI_API_KEY = ""
    needy = engines.Engine("Needy", OtherVoice, needs=("OPENAI_API_KEY",))
    monkeypatch.setitem(engines.SYNTHESIZERS, "other", needy)
    assert "other:marin" not in dict(engines.voices())
    with pytest.raises(ProviderRefused, match="Needy needs OPENAI_API_KEY"):
        engines.voice_of("other:marin")


@pytest.mark.parametrize(
    ("chosen", "engine", "voice"),
    [
        ("", "local", ""),
        ("local:anna", "local", "anna"),
        ("other:marin", "other", "marin"),
        ("anna", "local", "anna"),
        ("marin", "other", "marin"),
        ("nobody", "local", "nobody"),
    ],
)
def test_a_voice_belongs_to_its_engine_and_a_bare_name_to_the_first_that_knows_it(another_voice, chosen, engine, voice):
    synthesizer, name = engines.voice_of(chosen)
    assert (synthesizer.name, name) == (engine, voice)


def test_a_flow_keeps_its_voice_when_another_engine_becomes_the_usual_one(another_voice, settings):
    settings.SYNTHESIZER_ENGINE = "other"
    assert engines.voice_of("anna")[0].name == "local"
