"""How many final words a scribe loses or doubles: `python -m benchmarks.words_lost [utterances]`, 1,000 by default.

Both tracks of a call between people, whose every word is marked, over the real adapters and the vendors' stand-ins on
loopback. Connections are torn at any moment, closed in order and refused; final words come late, twice, and in another
order than they were said; the carrier comes back with another stream. A minute of the call takes a second or two.
"""

import asyncio
import logging
import sys
import time

from tests.streams.listening.breaking_lines import RUNS, hurry, run

UTTERANCES, SEED = 1000, 2026


def main(utterances: int) -> None:
    logging.disable(logging.WARNING)
    hurry()
    print(f"{utterances} utterances over both tracks, each time")
    print(f"{'':<40}{'words':>7}{'connections':>13}{'lost':>6}{'doubled':>9}{'utterances of them':>20}{'seconds':>9}")
    for name in RUNS:
        began = time.monotonic()
        found = asyncio.run(run(name, utterances, SEED))
        words, (short, twice) = sum(found.said.values()), found.utterances
        lost, doubled = len(found.lost), len(found.doubled)
        took = time.monotonic() - began
        print(f"{name:<40}{words:>7}{found.connections:>13}{lost:>6}{doubled:>9}{f'{short}, {twice}':>20}{took:>9.0f}")
        for kind in ("listening_lost", "listening_deaf"):
            if lines := found.of(kind):
                print(f"  {kind}: {len(lines)}, such as {lines[0]}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else UTTERANCES)
