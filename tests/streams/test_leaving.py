import pytest

from flows.engine import commands as do
from streams.leaving import pending_of

TRANSFER = {"do": "transfer", "destination": "desk", "ring_seconds": 25}


@pytest.mark.parametrize(
    ("command", "kept"),
    [
        (do.Transfer(destination="desk"), TRANSFER),
        (do.Transfer(destination="desk", listens=True), {**TRANSFER, "listens": True}),
        (do.RecordMessage(max_seconds=9, finish_key="*"), {"do": "record", "max_seconds": 9, "finish_key": "*"}),
        (do.Hangup(reason="the end"), {"do": "hangup", "reason": "the end"}),
        (do.StopPlaying(), {}),
    ],
)
def test_what_is_kept_until_the_carrier_asks(command, kept):
    assert pending_of(command) == kept
