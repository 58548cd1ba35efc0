"""CPU a frame, delay and capacity of our consumer beside a tutorial one: `python -m benchmarks.streams [--quick]`

Rounds are interleaved, since a shared machine changes its speed; read the ratios, not the microseconds.
"""

import argparse
import statistics
from collections.abc import Sequence

from benchmarks.carrier import Measured, load
from benchmarks.house import Running, about_this_machine, running

FULL_FRAME_MS = 20.0
NAMES = ("tutorial", "ours", "call")


def main() -> None:
    """Measure, and print a table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--streams", type=int, default=30, help="full-duplex streams in the comparison (usual: 30)")
    options.add_argument("--rounds", type=int, default=6)
    options.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    options.add_argument("--quick", action="store_true", help="two short rounds and no search for the capacity")
    chosen = options.parse_args()
    rounds, seconds = (2, 2.0) if chosen.quick else (chosen.rounds, chosen.seconds)
    print(about_this_machine())
    with running(*NAMES) as servers:
        compare(servers, chosen.streams, rounds, seconds)
        if not chosen.quick:
            for server in servers[:2]:
                print(f"{server.name:>9}: {capacity(server, seconds)} streams on one core with p99 under 20 ms")


def compare(servers: Sequence[Running], streams: int, rounds: int, seconds: float) -> None:
    """Interleaved rounds, medians, and the ratio to the tutorial consumer."""
    seen: dict[str, list[Measured]] = {server.name: [] for server in servers}
    for number in range(rounds):
        for server in servers if number % 2 else reversed(servers):
            seen[server.name].append(load(server.port, server.pid, streams, seconds))
    print(f"\n{streams} streams, {rounds} interleaved rounds of {seconds:g} s, medians")
    print(f"{'':>9}  {'CPU µs/frame':>12}  {'ratio':>5}  {'p50 ms':>7}  {'p99 ms':>7}  {'gaps over 20 ms':>15}")
    base = median(seen["tutorial"], "cpu_us_per_frame")
    for name, measured in seen.items():
        cpu = median(measured, "cpu_us_per_frame")
        row = f"{name:>9}  {cpu:>12.0f}  {cpu / base:>5.2f}"
        if name == "call":  # answers are pieces of a prompt, not frames
            late = sum(gap > 0.02 for one in measured for gap in one.gaps)
            print(f"{row}  {'-':>7}  {'-':>7}  {late:>15}")
        else:
            p50, p99 = (statistics.median(one.delay_ms(q) for one in measured) for q in (0.5, 0.99))
            print(f"{row}  {p50:>7.2f}  {p99:>7.2f}  {'-':>15}")
    print()


def median(measured: Sequence[Measured], name: str) -> float:
    """The median of one figure."""
    return statistics.median(getattr(one, name) for one in measured)


def capacity(server: Running, seconds: float, *, step: int = 10) -> int:
    """The most streams, in steps, whose 99th percentile stays under a frame. Doubles, then halves the interval."""
    low, high = 0, step
    while holds(server, high, seconds) and high < 1000:
        low, high = high, high * 2
    while high - low > step:
        middle = (low + high) // 2 // step * step
        low, high = (middle, high) if holds(server, middle, seconds) else (low, middle)
    return low


def holds(server: Running, streams: int, seconds: float) -> bool:
    """Twice out of three, since one hiccup of the machine must not decide."""
    passed = 0
    for attempt in range(3):
        passed += load(server.port, server.pid, streams, seconds).delay_ms(0.99) < FULL_FRAME_MS
        if passed == 2 or attempt - passed == 1:
            break
    return passed == 2


if __name__ == "__main__":
    main()
