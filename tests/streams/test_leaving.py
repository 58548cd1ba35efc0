import pytest

from flows.engine.commands import Hangup, Play, RecordMessage, Transfer
from streams.leaving import pending_of, sent_on, writes_talks_down
from tests.builders import RESOURCES, flow_of, inside_of

DIAL = {"do": "transfer", "destination": "support", "ring_seconds": 20}


@pytest.mark.parametrize(
    ("command", "pending"),
    [
        (Transfer(destination="support", ring_seconds=20), DIAL),
        (Transfer(destination="support", ring_seconds=20, listens=True), {**DIAL, "listens": True}),
        (RecordMessage(max_seconds=60, finish_key="#"), {"do": "record", "max_seconds": 60, "finish_key": "#"}),
        (Hangup(reason="done"), {"do": "hangup", "reason": "done"}),
        (Play(texts=("hello",)), {}),
    ],
)
def test_what_leaves_the_stream_is_kept_for_the_carrier(command, pending):
    assert pending_of(command) == pending


def talk_of(*, listens):
    exits = dict.fromkeys(("completed", "busy", "no-answer", "failed"), "bye")
    return {"put": ("transfer", {"destination": "desk", "listens": listens}, exits), "bye": ("hang_up", "Goodbye.")}


@pytest.mark.parametrize("listens", [True, False])
def test_whom_the_desk_sends_on_is_written_down_where_the_flow_writes_down_its_own_transfers(listens):
    pending = sent_on(flow_of(**talk_of(listens=listens)), "boss", by="desk")
    assert (pending["do"], pending["destination"], pending["by"]) == ("transfer", "boss", "desk")
    assert pending.get("listens", False) is listens
    assert "listens" not in sent_on(None, "boss", by="desk")


def test_a_transfer_in_a_flow_inside_counts_too():
    inside = {"flow": {"sales": inside_of("Sales", **talk_of(listens=True))}}
    go = ("go_to_flow", {"flow": "sales"}, "bye")
    assert writes_talks_down(flow_of(resources={**RESOURCES, **inside}, go=go, bye=("hang_up", "Bye.")))
