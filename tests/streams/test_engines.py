import pytest

from streams import engines
from streams.ai.provider import ProviderRefused

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
    offered = dict(engines.assistants())
    assert offered["local"] == "Scripted assistant (no AI)"
    assert offered == {name: engine.title for name, engine in engines.AGENTS.items() if engine.is_set_up}
