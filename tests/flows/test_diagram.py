from hypothesis import given

from flows import diagram
from flows.engine.problems import Problem, problems
from tests.builders import flow_of
from tests.flows.strategies import flows

LINE = {
    "hello": ("say", "Welcome to Hart Tools.", "menu"),
    "menu": ("menu", "For billing, press 1.", {"1": ("bye", "Billing", "bill"), ...: "bye"}),
    "bye": ("hang_up", "Goodbye."),
}


def drawn(**changes):
    return diagram.drawing(flow_of(**(LINE | changes)))


def labels(drawing, step):
    return {exit_["label"]: (exit_["goes_to"], exit_["look"]) for exit_ in drawing["exits"] if exit_["step"] == step}


def test_steps_tell_what_they_are_and_what_callers_hear_first():
    drawing = drawn()
    assert drawing["start"] == "hello"
    menu = next(step for step in drawing["steps"] if step["key"] == "menu")
    assert (menu["title"], menu["shape"], menu["says"]) == ("Menu", "diamond", "For billing, press 1.")


def test_exits_bear_the_words_of_their_builder_and_look_like_what_they_are():
    found = labels(drawn(), "menu")
    assert found["1 · Billing"] == ("bye", diagram.CHOICE)
    assert found["no answer at all"] == ("bye", diagram.TROUBLE)
    assert labels(drawn(), "hello") == {"it was heard": ("menu", diagram.ON)}


def test_an_exit_that_must_lead_somewhere_is_drawn_open_and_an_optional_one_is_not():
    found = labels(drawn(menu=("menu", "For billing, press 1.", {"1": ("bye", "Billing")})), "menu")
    assert found["no answer at all"] == (None, diagram.TROUBLE)
    assert "first silence" not in found


def test_problems_stand_on_their_step():
    drawing = diagram.drawing(flow_of(**LINE), [Problem(step="menu", field="prompt", sentence="Mend this.")])
    assert [step["problems"] for step in drawing["steps"]] == [[], ["Mend this."], []]


def test_what_is_new_or_changed_since_a_version_is_told_apart():
    before = flow_of(**LINE)
    after = flow_of(**(LINE | {"hello": ("say", "Good morning.", "menu"), "news": ("say", "News.", "bye")}))
    since = {step["key"]: step["since"] for step in diagram.drawing(after, before=before)["steps"]}
    assert since == {"hello": "changed", "menu": "", "bye": "", "news": "new"}


def test_an_exit_that_leads_elsewhere_changes_its_step():
    before = flow_of(**LINE)
    after = flow_of(**(LINE | {"hello": ("say", "Welcome to Hart Tools.", "bye")}))
    assert diagram.drawing(after, before=before)["steps"][0]["since"] == "changed"


@given(flows())
def test_any_flow_can_be_drawn_and_every_line_ends_at_a_step(flow):
    drawing = diagram.drawing(flow, problems(flow), flow)
    keys = {step["key"] for step in drawing["steps"]}
    assert keys == set(flow.steps)
    assert all(exit_["step"] in keys and exit_["goes_to"] in {None, *keys} for exit_ in drawing["exits"])
    assert not any(step["since"] for step in drawing["steps"])
