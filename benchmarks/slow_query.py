"""The delay of 20 calls' frames while one of them runs a query of three seconds: `python -m benchmarks.slow_query`"""

from benchmarks.carrier import load
from benchmarks.house import about_this_machine, running

CALLS = 20


def main() -> None:
    """Measure both consumers, and print a line for each."""
    print(about_this_machine())
    print(f"{CALLS} calls, 8 s; after 2 s one of them asks the database something that takes 3 s")
    with running("tutorial", "ours") as servers:
        for server in servers:
            calm = load(server.port, server.pid, CALLS, 3.0)
            measured = load(server.port, server.pid, CALLS, 8.0, key_after=2.0)
            worst = max(measured.delays, default=float("inf")) * 1000
            print(
                f"{server.name:>9}: p50 {measured.delay_ms(0.5):.1f} ms, p99 {measured.delay_ms(0.99):.1f} ms, "
                f"worst {worst:.0f} ms (p99 without the query {calm.delay_ms(0.99):.1f} ms)"
            )


if __name__ == "__main__":
    main()
