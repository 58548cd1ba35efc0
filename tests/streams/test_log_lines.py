import pytest

from flows.engine import events as on
from streams.log_lines import HIDDEN, line_of
from tests.builders import step_of

MENU = step_of("menu", {"prompt": "Billing is 1."})
PIN = step_of("collect_digits", {"prompt": "Your PIN?", "do_not_keep": True})
SAY = step_of("say", {"text": "Welcome."})


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (on.CallAnswered(), ("answered", {})),
        (on.CallAnswered(earlier_calls=2), ("answered", {"earlier_calls": 2})),
        (on.CallResumed(), ("resumed", {})),
        (on.AgentFinished(outcome="solved"), ("agent_finished", {"outcome": "solved"})),
        (on.TransferFinished(result="busy", seconds=3), ("transfer_finished", {"result": "busy", "seconds": 3})),
        (on.RecordingFinished(seconds=12), ("recording_finished", {"seconds": 12})),
        (on.PromptFinished(), None),
    ],
)
def test_what_the_record_of_a_call_needs_is_a_line(event, line):
    assert line_of(event, SAY) == line


@pytest.mark.parametrize(("step", "shown"), [(MENU, "7"), (PIN, HIDDEN), (SAY, HIDDEN), (None, HIDDEN)])
def test_a_key_is_shown_only_at_a_step_that_takes_keys_and_keeps_them(step, shown):
    assert line_of(on.DigitPressed(digit="7"), step) == ("key", {"digit": shown})


@pytest.mark.parametrize(("step", "shown"), [(MENU, "billing"), (PIN, HIDDEN), (SAY, "billing")])
def test_what_is_said_is_hidden_at_a_step_that_keeps_nothing(step, shown):
    line = line_of(on.UtteranceHeard(text="billing", confidence=0.876), step)
    assert line == ("utterance", {"text": shown, "confidence": 0.88})
