"""CPU of a stream that only listens, beside one that a call is talked on: `python -m benchmarks.listening [--quick]`

A listening stream brings both speakers, two frames every 20 ms, and gets nothing back; what its recogniser does with
them is left out, for a vendor does that. The other is a call at a menu: one frame comes, a prompt goes out. Rounds are
interleaved, since a shared machine changes its speed; read the ratio, not the microseconds.
"""

import argparse
import statistics

from benchmarks.carrier import load
from benchmarks.house import about_this_machine, running

KINDS = {"call": ("inbound",), "listening": ("inbound", "outbound")}  # the server, and the tracks that it gets


def main() -> None:
    """Measure, and print a table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--streams", type=int, default=30)
    options.add_argument("--rounds", type=int, default=6)
    options.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    options.add_argument("--quick", action="store_true", help="two short rounds")
    chosen = options.parse_args()
    rounds, seconds = (2, 2.0) if chosen.quick else (chosen.rounds, chosen.seconds)
    print(about_this_machine())
    seen: dict[str, list[float]] = {name: [] for name in KINDS}
    with running(*KINDS) as servers:
        for number in range(rounds):
            for server in servers if number % 2 else reversed(servers):
                measured = load(server.port, server.pid, chosen.streams, seconds, tracks=KINDS[server.name])
                seen[server.name].append(measured.cpu_seconds / measured.sent * 1e6)
    print(f"\n{chosen.streams} streams, {rounds} interleaved rounds of {seconds:g} s, medians")
    print(f"{'':>9}  {'CPU µs for 20 ms':>16}  {'ratio':>5}")
    base = statistics.median(seen["call"])
    for name, costs in seen.items():
        cost = statistics.median(costs)
        print(f"{name:>9}  {cost:>16.0f}  {cost / base:>5.2f}")


if __name__ == "__main__":
    main()
