from streams.ai.provider import HeardGap
from streams.ai.untold import Untold
from streams.audio import mulaw


def pushed(seconds, *, limit_ms=60_000, is_heard=True):
    untold = Untold(limit_ms)
    for second in seconds:
        untold.push(second * 8000, is_heard=is_heard)
    return untold


def test_what_was_understood_is_forgotten():
    untold = pushed([b"a", b"b"])
    untold.understood(1500)
    assert untold.audio == b"b" * 4000
    assert (untold.began_ms, untold.ended_ms) == (1500, 2000)


def test_what_was_understood_though_not_all_before_it_is_silent():
    untold = pushed([b"a", b"b", b"c"])
    untold.understood(500)
    untold.silence(1000, 2000)
    assert untold.audio == b"a" * 4000 + mulaw.silence(1000) + b"c" * 8000
    untold.silence(0, 600)
    untold.silence(2900, 9000)
    assert untold.audio[:800] == mulaw.silence(100)
    assert len(untold.audio) == 2500 * 8


def test_what_gives_way_while_an_engine_has_it_is_not_lost_yet():
    untold = pushed([b"a", b"b", b"c"], limit_ms=1000)
    assert untold.audio == b"c" * 8000
    assert untold.lost(None) is None
    assert untold.lost(500) == HeardGap(began_ms=500, ended_ms=2000)


def test_what_gives_way_while_none_has_it_is_lost_and_told_once():
    untold = pushed([b"a", b"b", b"c"], limit_ms=1000, is_heard=False)
    assert untold.lost(None) == HeardGap(began_ms=0, ended_ms=2000)
    assert untold.lost(None) is None
