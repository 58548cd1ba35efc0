"""The first words of calls, ready before anybody is called, also in the voice of a version that went live meanwhile."""

from dataclasses import replace

import pytest

from flows.engine.snapshot import dump
from flows.models import FlowVersion, PhoneNumber
from streams.ai.provider import ProviderRefused
from streams.models import CallList
from streams.outbound import first_words
from tests.builders import flow_of
from tests.streams.outbound.conftest import MINUTE

pytestmark = pytest.mark.django_db


def test_a_version_with_another_language_that_goes_live_has_its_first_words_made_before_the_next_call(
    desk, a_list, voice, version
):
    a_list()
    flow = replace(flow_of(bye=("hang_up", "Adiós.")), language="es-ES")
    PhoneNumber.objects.update(
        version=FlowVersion.objects.create(flow=version.flow, number=2, spec=1, snapshot=dump(flow))
    )
    desk.sweep()
    assert any("Hart Tools" in text and "llamada" in text for text in voice)
    assert len(desk.plivo.orders) == 1


def test_nobody_is_called_while_a_voice_is_away_and_the_page_says_so_until_it_is_back(desk, a_list, monkeypatch):
    a_list()

    def refuse(texts, **how):
        raise ProviderRefused("The voice is away.")

    with monkeypatch.context() as patch:
        patch.setattr(first_words.prompts, "render", refuse)
        desk.sweep()
    made = CallList.objects.get()
    assert (made.state, desk.plivo.orders) == ("running", [])
    assert "The voice is away." in made.why
    desk.sweep(MINUTE)
    assert (CallList.objects.get().why, len(desk.plivo.orders)) == ("", 1)
