"""How long test calls take: 100 of them on a flow of 50 steps, and a search for all that is untested.

.venv/bin/python benchmarks/test_calls.py
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flows.testcalls.coverage import coverage
from flows.testcalls.language import parse
from flows.testcalls.proposals import proposals
from flows.testcalls.runner import run
from tests.builders import flow_of

MENUS, CALLS = 24, 100


def fifty_steps():
    """Menus in a row, each with a desk beside it."""
    steps = {"hello": ("say", "Welcome to Hart Tools.", "menu_0")}
    for place in range(MENUS):
        after = f"menu_{place + 1}" if place + 1 < MENUS else "bye"
        steps[f"menu_{place}"] = (
            "menu",
            "For a person, press 1. To go on, press 2.",
            {"1": f"desk_{place}", "2": after, ...: "bye"},
        )
        steps[f"desk_{place}"] = ("transfer", {"destination": "desk"}, "bye")
    return flow_of(**steps, bye=("hang_up", "Goodbye."))


def main() -> None:
    flow = fifty_steps()
    lines = parse("caller presses 2\n" * (MENUS - 1) + 'caller presses 1\n"Support desk" is busy\ngoes to Bye\nends\n')
    began = time.perf_counter()
    results = [run(flow, lines) for _ in range(CALLS)]
    print(f"{CALLS} test calls of {len(lines)} lines on {len(flow.steps)} steps: {time.perf_counter() - began:.2f} s")
    assert all(result.passed for result in results)
    began = time.perf_counter()
    found = proposals(flow, ())
    took = time.perf_counter() - began
    walked = coverage(flow, [run(flow, parse(one.lines)) for one in found])
    print(f"{len(found)} test calls proposed in {took:.2f} s; they cover {walked.percent}% of the exits")


if __name__ == "__main__":
    main()
