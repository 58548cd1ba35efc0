"""Flows, steps and exits as rows."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, RestrictedError

from flows import publishing
from flows.models import AgentStep, Exit, Flow, Menu


def test_menus_and_ai_steps_stand_under_their_own_names(line, menu):
    assert [step.name for step in Menu.objects.all()] == ["Main menu"]
    assert not AgentStep.objects.exists()


def test_an_exit_says_each_outcome_of_its_step_once(menu):
    with pytest.raises(IntegrityError), transaction.atomic():
        Exit.objects.create(step=menu, outcome="1")


def test_phrases_are_parted_by_commas_and_blanks_are_dropped():
    assert Exit(phrases=" billing, ,my bill,").phrase_list() == ("billing", "my bill")


def test_a_step_that_is_led_to_cannot_be_deleted_but_its_whole_flow_can(line, menu):
    menu.exits.filter(outcome="1").update(goes_to=menu)
    with pytest.raises(RestrictedError):
        line.steps.get(key="goodbye").delete()

    line.delete()

    assert not Flow.objects.exists()


def test_a_published_flow_cannot_be_deleted(line, quick_voice):
    publishing.publish(line, by=None)
    with pytest.raises(ProtectedError):
        line.delete()
