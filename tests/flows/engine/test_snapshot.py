import json
from dataclasses import replace

import pytest

from flows.engine.snapshot import dump, dump_state, load, load_state
from flows.engine.stored_settings import SettingsError
from flows.engine.upgrades import SPEC
from tests.builders import flow_of
from tests.calls.flows import FLOWS
from tests.scripted_call import Caller


def through_json(stored):
    return json.loads(json.dumps(stored))


@pytest.fixture(params=sorted(FLOWS))
def flow(request):
    return FLOWS[request.param]()


def test_a_flow_comes_back_whole(flow):
    assert load(through_json(dump(flow))) == flow


def test_a_second_snapshot_is_the_same_as_the_first(flow):
    first = dump(flow)
    assert json.dumps(dump(load(through_json(first)))) == json.dumps(first)


def test_a_snapshot_says_its_format(flow):
    assert dump(flow)["spec"] == SPEC


def test_options_keep_their_order_and_their_phrases():
    menu = load(through_json(dump(FLOWS["clinic"]()))).steps["menu"]
    assert [option.outcome for option in menu.options] == ["1", "2", "3", "204"]
    assert menu.options[2].phrases == ("invoice", "my bill")


def test_a_snapshot_whose_settings_do_not_fit_is_refused(flow):
    stored = dump(flow)
    stored["steps"][flow.start]["settings"]["volume"] = 11
    with pytest.raises(SettingsError, match="no setting called volume"):
        load(stored)


def test_the_state_of_a_call_comes_back_but_for_what_was_being_typed():
    call = Caller(FLOWS["clinic"]()).presses("2#40")
    assert call.state.scratch["keys"] == "40"
    back = load_state(through_json(dump_state(call.state)))
    assert back == replace(call.state, typed="", scratch={})


def test_keys_being_typed_are_not_stored():
    call = Caller(FLOWS["pin"]()).hears().presses("73")
    assert call.state.scratch["keys"] == "73"
    assert "73" not in json.dumps(dump_state(call.state))


def test_keys_typed_ahead_are_not_stored():
    notice = ("say", {"text": "Calls are recorded.", "barge_in": False}, "pin")
    call = Caller(flow_of(notice=notice, pin=("collect_digits", {"do_not_keep": True}))).presses("7391")
    assert call.state.typed == "7391"
    assert "7391" not in json.dumps(dump_state(call.state))
