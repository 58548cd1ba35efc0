"""Every template: a whole line that could be published as soon as its destinations are approved."""

import pytest

from flows import publishing
from flows.models import Destination, Lookup
from flows.portable import applying
from flows.portable.gallery import template, templates
from flows.spoken import texts_of
from flows.steps import REGISTRY

NAMES = [each.name for each in templates()]
WORDS_A_SECOND = 2.5


def test_there_are_twelve_and_each_says_for_whom_it_is():
    assert len(NAMES) == 12
    assert all(each.file.about and each.file.tests for each in templates())


@pytest.mark.parametrize("name", NAMES)
def test_a_template_lacks_nothing_but_approval(name, db):
    flow = applying.apply(template(name).file).flow

    assert all("not approved yet" in problem.sentence for problem in publishing.draft(flow).problems)
    Destination.objects.update(awaits_approval=False)
    Lookup.objects.update(awaits_approval=False)
    ready = publishing.draft(flow)
    assert ready.problems == []
    assert all(text.strip() for text in texts_of(ready.flow))


@pytest.mark.parametrize("name", NAMES)
def test_callers_hear_a_short_greeting_and_can_always_reach_somebody(name):
    file = template(name).file
    assert file.start == file.steps[0].name
    assert 0 < len(template(name).heard_first.split()) / WORDS_A_SECOND < 15
    kinds = {step.kind for step in file.steps}
    assert kinds & {"transfer", "voicemail"}
    assert kinds <= set(REGISTRY)
    for step in file.steps:
        if step.kind == "menu":
            prompt = step.settings["prompt"]
            assert len(step.choices) <= 5
            assert len(prompt.split()) / WORDS_A_SECOND < 15, prompt
            assert prompt.count("?") <= 1
            # the function first, then the key
            assert not prompt.lower().startswith("press")


def test_every_template_names_steps_that_it_has_in_its_test_calls():
    for each in templates():
        names = {step.name for step in each.file.steps} | set(each.file.destinations)
        for test in each.file.tests:
            for line in test.lines.splitlines():
                if line.startswith(("goes to ", "ends at ")) or line.endswith("is busy"):
                    assert line.split('"')[1] in names, (each.name, line)
