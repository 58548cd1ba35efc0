"""One real call for each way in which an engine fails, C1 to C15: what the caller heard, and for how long nothing.

A real web process, the phone with a voice, the real adapters, and stand-ins that fail. All calls run at once, in real
time, since it is time that is judged: about forty seconds, most of them spent waiting.
"""

import asyncio

import pytest

from tests.silence.calls import call_all
from tests.silence.failures import FAILURES

LONGEST = 3.0  # seconds of silence on the line
TOLERANCE = 0.3  # seconds: how late a busy machine may be


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    return {row.failure.key: row for row in asyncio.run(call_all(tmp_path_factory.mktemp("silence")))}


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.key)
def test_no_caller_is_left_in_silence_whatever_fails(told, failure):
    row = told[failure.key]
    assert row.record.failure == "", row.record.failure
    assert row.silence <= LONGEST + TOLERANCE
    assert list(failure.says) == row.said[: len(failure.says)]
    assert set(failure.faults) <= set(row.faults)
    assert row.is_whole
