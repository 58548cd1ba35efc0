"""The announcement on the line, in virtual time."""

import pytest

from streams.announcing import ANNOUNCEMENT, HUNG_UP
from streams.brief import Announced
from tests.streams.test_session import SECOND, Line, flow

SMOKE = "Our office is closed because of smoke."


def line_with(**more):
    wanted = Announced(**{"texts": (SMOKE,), "clips": (SECOND,), **more})
    return Line(flow(start="main"), announcement=wanted).begin()


async def test_it_comes_before_the_flow_and_neither_keys_nor_speech_cut_it_short():
    line = line_with()
    line.press("1")
    await line.settle(0.5)
    assert (line.step, line.host.of("prompt_started")[-1]["texts"]) == (None, [SMOKE])
    assert not line.session.speaker.may_barge_in
    await line.settle(1)
    assert (line.step, line.host.kinds().count("announced")) == ("main", 1)


async def test_the_call_may_end_after_it():
    line = line_with(then="hang_up")
    await line.settle(2)
    assert line.host.left[1] == {"do": "hangup", "reason": HUNG_UP}


async def test_callers_may_be_put_through_after_it():
    line = line_with(then="transfer", destination="support")
    await line.settle(2)
    pending = {"do": "transfer", "destination": "support", "ring_seconds": 30, "by": ANNOUNCEMENT}
    assert line.host.left[1] == pending


@pytest.mark.parametrize("then", ["go_on", "hang_up", "transfer"])
async def test_without_its_sound_the_call_goes_on(then):
    line = line_with(texts=(), clips=(), then=then, destination="support", why="not rendered")
    await line.settle(0.5)
    assert (line.step, line.host.of("announced")) == ("main", [{"why": "not rendered"}])
