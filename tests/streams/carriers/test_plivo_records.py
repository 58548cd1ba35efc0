"""How fast the carrier's books are read."""

from streams.carriers.plivo_records import Pace


def test_never_more_than_so_many_requests_in_any_five_seconds():
    now, asked = [0.0], []

    def sleep(seconds):
        now[0] += seconds

    pace = Pace(40, 5.0, clock=lambda: now[0], sleep=sleep)
    for _ in range(400):
        pace.keep()
        asked.append(now[0])
        now[0] += 0.01
    assert all(later - earlier > 4.9999 for earlier, later in zip(asked, asked[40:], strict=False))
    assert asked[-1] < 50
