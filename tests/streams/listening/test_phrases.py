from streams.listening import phrases
from tests.builders import flow_of


def test_what_may_be_said_at_any_step_is_expected_once():
    flow = flow_of(
        menu=(
            "menu",
            "Billing is 1.",
            {"1": ("bye", "Billing", "my bill", "invoice"), "2": ("bye", "invoice"), ...: "bye"},
        ),
        bye=("hang_up", "Goodbye."),
    )
    assert phrases.of(flow) == ("Billing", "my bill", "invoice")


def test_what_a_transfer_expects_comes_first_line_by_line():
    back = dict.fromkeys(("completed", "busy", "no-answer", "failed"), "bye")
    flow = flow_of(
        put=("transfer", {"destination": "desk", "expected": "Bolt Brothers\n\n That is too expensive "}, back),
        menu=("menu", "Billing is 1.", {"1": ("put", "Billing"), ...: "bye"}),
        bye=("hang_up", "Goodbye."),
    )
    assert phrases.of(flow) == ("Bolt Brothers", "That is too expensive", "Billing")
