"""A real call for each way in which an engine fails, C1 to C15, with nothing played but the vendors and the carrier.

The web process, its database, the adapters and the phone with a voice are real; several calls go on at a time and in
real time, because how long a caller hears nothing is what is measured. The phone counts in the audio's own time.

`make realtime` runs this, with nothing beside it: a machine that has other things to do is late, and its lateness would
be counted as the line's silence.
"""

import asyncio
import faulthandler
from pathlib import Path

import pytest

from tests.silence.calls import Told, call_all
from tests.silence.failures import FAILURES

LONGEST_SILENCE = 3.0  # seconds
WITHIN = 150.0  # seconds for everything
BUSY_MACHINE = 0.3  # seconds that may be the fault of a machine on which everything runs at once


def wrong(told: Told) -> list[str]:
    """What did not go as the table says."""
    failure, found = told.failure, []
    if told.record.failure:
        found.append(told.record.failure)
    if told.silence > LONGEST_SILENCE + BUSY_MACHINE:
        found.append(f"nothing was heard for {told.silence:.2f} s, until {told.record.timings.silence_ended_at:.1f} s")
    if failure.outcome and failure.outcome not in told.outcomes:
        found.append(f"the outcome {failure.outcome} was expected, but: {', '.join(told.outcomes) or 'none'}")
    found += [f"“{text}” was not said" for text in failure.says if text not in told.said]
    found += [f"no engine was noted as {fault}" for fault in failure.faults if fault not in told.faults]
    found += [f"the log holds no {kind}" for kind in failure.logs if not told.of(kind)]
    found += [f"the log holds a {kind}" for kind in failure.lacks if told.of(kind)]
    return [f"{failure.key}, {failure.title}: {sentence}" for sentence in found]


@pytest.mark.alone
def test_whichever_way_an_engine_fails_callers_hear_something_and_come_to_an_end(tmp_path: Path) -> None:
    faulthandler.cancel_dump_traceback_later()  # these calls take a minute
    told = asyncio.run(asyncio.wait_for(call_all(tmp_path), WITHIN))
    assert len(told) == len(FAILURES)
    assert "\n".join(sentence for row in told for sentence in wrong(row)) == ""
