import pytest

from flows.engine.commands import Hangup, Play, RecordMessage, Transfer
from streams.leaving import pending_of

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
