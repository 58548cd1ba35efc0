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
