"""What every kind must be, over the registry: a new kind is covered without touching this file."""

import json
from pathlib import Path

import pytest

from flows.engine.problems import setting_problems
from flows.engine.snapshot import dump, load
from flows.engine.step import Outcome, Step, params
from flows.engine.stored_settings import build, settings_of
from flows.steps import REGISTRY
from tests.builders import flow_of, step_of

HERE = Path(__file__).parent
SHAPES = {"box", "diamond", "round"}


@pytest.fixture(params=sorted(REGISTRY))
def kind(request):
    return request.param


@pytest.fixture
def cls(kind):
    return REGISTRY[kind]


def test_the_kinds_of_this_release_are_all_here():
    kinds = {"say", "menu", "collect_digits", "agent", "transfer", "voicemail", "opening_hours", "hang_up"}
    assert kinds <= set(REGISTRY)


def test_it_is_explained_to_builders(cls):
    assert cls.__doc__
    assert cls.__doc__.strip()[0].isupper()
    assert cls.title
    assert cls.question
    assert cls.shape in SHAPES


def test_each_setting_is_explained_in_a_sentence(cls):
    for name, about in params(cls).items():
        assert about.help[:1].isupper(), name
        assert about.help.endswith("."), name
        assert len(about.help) <= 200, name


def test_it_stands_in_its_own_file_with_its_own_tests(kind, cls):
    assert cls.__module__ == f"flows.steps.{kind}"
    assert (HERE / "steps" / f"test_{kind}.py").exists()


def test_every_setting_has_a_default_so_that_a_draft_may_be_half_finished(kind):
    assert isinstance(build(kind, {}), Step)


def test_the_defaults_lack_nothing_but_what_must_be_filled_in(kind, cls):
    step = build(kind, {})
    wanted = {name for name, about in params(cls).items() if about.required and not getattr(step, name)}
    assert {problem.field for problem in setting_problems(step)} - {"options"} == wanted


def test_settings_survive_json(kind):
    step = build(kind, {})
    again = build(kind, json.loads(json.dumps(settings_of(step))))
    assert again == step


def test_numbers_have_limits(cls):
    for name, about in params(cls).items():
        default = getattr(build(cls.kind, {}), name)
        if isinstance(default, int | float) and not isinstance(default, bool):
            assert about.min is not None, name
            assert about.max is not None, name
            assert about.min <= default <= about.max, name


def test_a_default_is_among_the_choices(kind, cls):
    step = build(kind, {})
    for name, about in params(cls).items():
        if about.choices:
            assert getattr(step, name) in dict(about.choices), name


def test_its_outcomes_have_distinct_names_and_a_label_each(kind):
    outcomes = step_of(kind).outcomes()
    assert len({outcome.name for outcome in outcomes}) == len(outcomes)
    assert all(isinstance(outcome, Outcome) and outcome.label for outcome in outcomes)


def test_its_own_outcomes_cover_all_that_no_builder_added(kind, cls):
    assert {outcome.name for outcome in step_of(kind).outcomes()} <= {outcome.name for outcome in cls.own_outcomes}


def test_an_exit_that_may_be_left_open_says_what_happens_then(cls):
    for outcome in cls.own_outcomes:
        assert bool(outcome.when_open) == outcome.optional, outcome.name
        assert outcome.optional or not outcome.ends_call, outcome.name


def test_a_kind_with_options_says_how_one_is_named(cls):
    assert bool(cls.option_outcome) == cls.takes_options


def test_all_that_is_spoken_by_default_is_announced_for_rendering(kind, cls):
    step = build(kind, {})
    spoken = {getattr(step, name) for name, about in params(cls).items() if about.spoken}
    assert set(step.prompts()) >= spoken - {""}
    assert "" not in set(step.prompts())


def test_a_flow_of_this_kind_survives_a_snapshot(kind):
    flow = flow_of(start=(kind, {}, "bye"), bye=("hang_up", ""))
    assert load(json.loads(json.dumps(dump(flow)))) == flow
