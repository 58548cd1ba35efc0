import pytest

from flows.engine import commands as do
from flows.engine import events as on
from flows.engine.consenting import LogConsent
from streams.log_lines import HIDDEN, line_about, line_of
from tests.builders import step_of

MENU = step_of("menu", {"prompt": "Billing is 1."})
PIN = step_of("collect_digits", {"prompt": "Your PIN?", "do_not_keep": True})
SAY = step_of("say", {"text": "Welcome."})
ASK = step_of("consent", {})  # where a 7 is for what comes next


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


@pytest.mark.parametrize(("step", "shown"), [(MENU, "7"), (ASK, HIDDEN), (PIN, HIDDEN), (SAY, HIDDEN), (None, HIDDEN)])
def test_a_key_is_shown_only_at_a_step_that_takes_keys_and_keeps_them(step, shown):
    assert line_of(on.DigitPressed(digit="7"), step) == ("key", {"digit": shown})


@pytest.mark.parametrize(("step", "shown"), [(MENU, "billing"), (PIN, HIDDEN), (SAY, "billing")])
def test_what_is_said_is_hidden_at_a_step_that_keeps_nothing(step, shown):
    line = line_of(on.UtteranceHeard(text="billing", confidence=0.876), step)
    assert line == ("utterance", {"text": shown, "confidence": 0.88})


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (do.LogLeft(step="a", outcome="ok"), ("a", "left", {"outcome": "ok", "goes_to": None})),
        (do.LogMissed(step="a", what="no-input"), ("a", "missed", {"what": "no-input"})),
        (do.LogAnswer(step="a", answers={"x": "1"}), ("a", "answer", {"answers": {"x": "1"}})),
        (
            do.LogAsked(tool="t", verdict="allowed"),
            ("", "tool_asked", {"tool": "t", "arguments": {}, "verdict": "allowed", "why": ""}),
        ),
        (LogConsent(step="a", what="given", by="key"), ("a", "consent_given", {"by": "key"})),
        (LogConsent(step="a", what="unproven", why="x"), ("a", "consent_unproven", {"why": "x"})),
        (do.Transfer(destination="desk", listens=True), ("", "transfer", {"destination": "desk"})),
        (do.RecordMessage(max_seconds=9), ("", "recording", {"max_seconds": 9})),
        (do.StopPlaying(), None),
    ],
)
def test_what_a_command_puts_into_the_log(command, line):
    assert line_about(command) == line
