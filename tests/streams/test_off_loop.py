import asyncio

import pytest

from streams.off_loop import query


async def test_who_is_to_end_ends_also_at_the_moment_when_an_answer_comes(monkeypatch):
    loop = asyncio.get_running_loop()
    answer = loop.create_future()
    monkeypatch.setattr(loop, "run_in_executor", lambda *_: answer)
    asking = asyncio.create_task(query(lambda: 1))
    await asyncio.sleep(0)
    answer.set_result(1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
