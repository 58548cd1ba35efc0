import time

import pytest

from streams.phone.clock import Clock


async def test_time_runs_as_many_times_faster():
    clock, began = Clock(100.0), time.monotonic()
    await clock.sleep(2.0)
    await clock.until(clock.now() - 1)
    assert time.monotonic() - began < 0.5
    assert clock.now() >= 2.0
    assert clock.epoch() == pytest.approx(clock.dialled_at + clock.now(), abs=0.5)


def test_a_speed_of_nothing_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        Clock(0)
