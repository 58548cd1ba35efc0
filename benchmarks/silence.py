"""`python -m benchmarks.silence`: how long callers hear nothing when engines fail, one real call for each way.

A real web process, the phone with a voice, the adapters, and stand-ins on loopback that fail: `tests/silence`.
"""

import asyncio
import sys
import tempfile
from itertools import groupby
from pathlib import Path

from tests.silence.calls import call_all
from tests.silence.failures import FAILURES


def main(keys: list[str]) -> None:
    """Call, and print the table; `keys` chooses some of the rows."""
    chosen = tuple(failure for failure in FAILURES if not keys or failure.key in keys)
    with tempfile.TemporaryDirectory(prefix="silence-") as folder:
        told = asyncio.run(call_all(Path(folder), chosen))
    print(f"{'':<9} {'failure':<40} {'silence':>8}  what happened")
    for row in told:
        outcomes = [outcome for outcome, _ in groupby(row.outcomes)]  # once of those that go in a circle
        happened = [*row.said, *(f"({fault})" for fault in row.faults), " > ".join(outcomes) or row.record.ending]
        print(f"{row.failure.key:<9} {row.failure.title:<40} {row.silence:>6.2f} s  {' '.join(happened)}")
        if row.record.failure:
            print(f"{'':>9} {row.record.failure}")
    print(f"The longest: {max(row.silence for row in told):.2f} s.")


if __name__ == "__main__":
    main(sys.argv[1:])
