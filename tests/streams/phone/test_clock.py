import asyncio
import time

import pytest

from streams.phone.clock import Clock


async def test_time_runs_as_many_times_faster():
    clock, began = Clock(100.0), time.monotonic()
    running = asyncio.create_task(clock.run())
    await asyncio.gather(clock.sleep(2.0), clock.sleep(1.0), clock.sleep(-1.0))
    running.cancel()
    assert time.monotonic() - began >= 0.019
    assert clock.now() == pytest.approx(2.0, abs=0.1)
    assert clock.epoch() == pytest.approx(clock.dialled_at + clock.now(), abs=0.5)


def test_a_speed_of_nothing_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        Clock(0)
