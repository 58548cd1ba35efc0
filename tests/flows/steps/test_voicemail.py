import pytest

from flows.engine import commands as do
from flows.engine import events as on
from tests.builders import flow_of
from tests.scripted_call import Caller


def message(**settings):
    flow = flow_of(
        message=(
            "voicemail",
            {"prompt": "After the tone.", **settings},
            {"recorded": "thanks", "nothing-recorded": "bye"},
        ),
        thanks=("say", "Thank you.", "bye"),
        bye=("hang_up", "Bye."),
    )
    return Caller(flow)


def test_it_records_once_the_prompt_was_heard():
    call = message(max_seconds=90, finish_key="*")
    assert call.last(do.RecordMessage) is None
    assert call.hears().last(do.RecordMessage) == do.RecordMessage(max_seconds=90, finish_key="*", turn=1)


def test_it_records_only_once():
    call = message().hears()
    assert call.hears().presses("#").commands == []


def test_the_finish_key_skips_the_prompt():
    assert [type(c) for c in message().presses("#").commands] == [do.StopPlaying, do.RecordMessage]


def test_other_keys_neither_skip_it_nor_go_on_to_the_next_step():
    call = message().presses("12")
    assert call.commands == []
    assert call.state.typed == ""


@pytest.mark.parametrize(("seconds", "step"), [(0, "bye"), (1, "thanks"), (119, "thanks"), (-1, "bye")])
def test_a_message_of_less_than_a_second_is_none(seconds, step):
    assert message().hears().feed(on.RecordingFinished(seconds=seconds)).step == step


def test_an_empty_prompt_records_at_once():
    assert message(prompt="").last(do.RecordMessage)
