"""One field for each setting, with its help and limits."""

import pytest

from flows import drafts
from flows.engine.step import REGISTRY, params
from flows.stepform import step_form
from flows.stepsections import field_groups
from tests.flows.typing_in import filled


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_every_setting_of_a_kind_stands_in_its_form_with_its_help(kind, line):
    step = drafts.add_step(line, name="New", kind=kind)
    form = step_form(step)(instance=step)
    groups = field_groups(type(form))

    for name, about in params(REGISTRY[kind]).items():
        assert about.help in str(form.fields[name].help_text)
        assert (name in groups["folded"]) == about.fold
    assert sorted(name for group in groups.values() for name in group) == sorted({*form.fields} - {"revision"})


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_settings_out_of_their_limits_are_refused_beside_their_fields(kind, line):
    step = drafts.add_step(line, name="New", kind=kind)
    too_much = {name: str(about.max + 1) for name, about in params(REGISTRY[kind]).items() if about.max is not None}

    form = filled(step, **too_much)

    assert form.is_valid() == (not too_much)
    assert set(form.errors) == set(too_much)


@pytest.mark.parametrize("text", ["a\x00b", "bell \x07", "escape \x1b[31m"])
def test_text_that_cannot_be_read_aloud_is_refused(text, line):
    form = filled(line.steps.get(key="hello"), text=text)
    assert list(form.errors) == ["text"]
