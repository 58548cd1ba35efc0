import pytest

from flows.engine.problems import problems, setting_problems
from flows.engine.snapshot import make_flow
from tests.builders import flow_of, step_of
from tests.calls.flows import FLOWS

BYE = ("hang_up", "Bye.")


def found(flow):
    return {(problem.step, problem.field) for problem in problems(flow)}


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_a_whole_flow_has_none(name):
    assert problems(FLOWS[name]()) == []


def test_a_flow_needs_a_first_step():
    flow = make_flow(name="Empty", start="", steps={}, exits=[])
    assert [p.sentence for p in problems(flow)] == ["Add the first step: what should callers hear?"]


def test_every_required_exit_must_lead_somewhere():
    flow = flow_of(hello=("say", "Hello."))
    assert [p.sentence for p in problems(flow)] == ["Choose where callers go next after “it was heard”."]
    assert found(flow) == {("hello", "exit:next")}


def test_an_exit_to_a_step_that_is_gone_is_named():
    assert ("hello", "exit:next") in found(flow_of(hello=("say", "Hello.", "gone")))


def test_optional_exits_may_stay_open():
    flow = flow_of(desk=("transfer", {"destination": "desk"}, "bye"), bye=BYE)
    assert problems(flow) == []


def test_what_a_setting_refers_to_must_exist():
    flow = flow_of(desk=("transfer", {"destination": "moon"}, "bye"), bye=BYE)
    assert found(flow) == {("desk", "destination")}


def test_a_step_that_nobody_reaches_is_named_in_the_order_of_the_flow():
    flow = flow_of(hello=("say", "Hello.", "bye"), bye=BYE, lost=("say", "Lost.", "bye"), gone=("say", "Gone.", "bye"))
    assert [p.step for p in problems(flow)] == ["lost", "gone"]


def test_a_step_behind_an_exit_that_no_longer_exists_is_not_reached():
    flow = flow_of(
        menu=("menu", {"prompt": "1?", "offer_person": False}, {"1": "bye", "person": "desk", ...: "bye"}),
        desk=("transfer", {"destination": "desk"}, "bye"),
        bye=BYE,
    )
    assert found(flow) == {("desk", "")}


def test_a_circle_must_wait_for_the_caller():
    flow = flow_of(
        one=("say", "One.", "two"),
        two=("opening_hours", {"hours": "office"}, {"open": "one", "closed": "bye"}),
        bye=BYE,
    )
    circles = [p.step for p in problems(flow) if "circle" in p.sentence]
    assert circles == ["one", "two"]


def test_a_circle_through_a_menu_is_fine():
    flow = flow_of(
        hello=("say", "Hello.", "menu"),
        menu=("menu", "1?", {"1": ("hello", "Again"), ...: "bye"}),
        bye=BYE,
    )
    assert problems(flow) == []


def test_redialling_for_ever_is_a_circle():
    flow = flow_of(desk=("transfer", {"destination": "desk"}, {"busy": "desk", ...: "bye"}), bye=BYE)
    assert found(flow) == {("desk", "")}


def test_a_call_must_be_able_to_end():
    flow = flow_of(menu=("menu", "1?", {"1": ("menu", "Again"), ...: "menu"}))
    assert [p.sentence for p in problems(flow)] == [
        "From here the call can never end. Lead one exit to a step that hangs up."
    ]


def test_an_open_early_exit_asks_again_and_ends_no_call():
    flow = flow_of(
        menu=(
            "menu",
            {"prompt": "1?", "offer_person": False},
            {"1": ("menu", "Again"), "no-input-1": None, ...: "menu"},
        )
    )
    assert found(flow) == {("menu", "")}


def test_a_completed_transfer_ends_the_call_unless_its_exit_leads_on():
    ends = flow_of(
        desk=("transfer", {"destination": "desk"}, "menu"), menu=("menu", "1?", {"1": ("desk", "Desk"), ...: "desk"})
    )
    assert problems(ends) == []
    exits = {"completed": "menu", ...: "menu"}
    round_and_round = flow_of(
        desk=("transfer", {"destination": "desk"}, exits), menu=("menu", "1?", {"1": ("desk", "Desk"), ...: "desk"})
    )
    assert found(round_and_round) == {("desk", ""), ("menu", "")}


@pytest.mark.parametrize(
    ("kind", "settings", "sentence"),
    [
        ("say", {"text": ""}, "This must be filled in."),
        ("transfer", {}, "Choose one."),
        ("say", {"text": "x" * 1501}, "This may have at most 1500 characters; it has 1501."),
        ("say", {"text": "bell\x07"}, "This contains characters that cannot be read aloud. Type the text again."),
        ("transfer", {"destination": "desk", "ring_seconds": 1}, "This must be at least 5."),
        ("transfer", {"destination": "desk", "ring_seconds": 999}, "This must be at most 120."),
        ("voicemail", {"finish_key": "5"}, "This choice is no longer offered. Choose another."),
    ],
)
def test_a_setting_beyond_its_limits_says_what_to_do(kind, settings, sentence):
    assert [p.sentence for p in setting_problems(step_of(kind, settings))] == [sentence]


def test_problems_of_settings_name_their_step():
    flow = flow_of(hello=("say", "", "bye"), bye=BYE)
    assert found(flow) == {("hello", "text")}
