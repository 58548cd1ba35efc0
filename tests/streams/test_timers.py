from streams.timers import Timers
from tests.streams.clock import VirtualClock


class Fired(list):
    """The names of timers, in the order in which they fired."""

    def __init__(self, clock):
        super().__init__()
        self.timers = Timers(clock)

    def set(self, name, seconds):
        self.timers.start(name, seconds, self.append, name)


def test_a_timer_fires_once_when_its_time_has_come():
    clock = VirtualClock()
    fired = Fired(clock)
    fired.set("wait", 2.0)
    clock.pass_seconds(1.9)
    assert fired == []
    clock.pass_seconds(5.0)
    assert fired == ["wait"]


def test_a_name_has_one_timer():
    clock = VirtualClock()
    fired = Fired(clock)
    fired.set("wait", 2.0)
    fired.set("wait", 4.0)
    clock.pass_seconds(10.0)
    assert fired == ["wait"]
    assert clock.waiting == 0


def test_a_cancelled_timer_never_fires_and_one_that_is_none_may_be_cancelled():
    clock = VirtualClock()
    fired = Fired(clock)
    fired.set("wait", 2.0)
    fired.timers.cancel("wait")
    fired.timers.cancel("wait")
    clock.pass_seconds(10.0)
    assert fired == []


def test_all_but_one_may_be_cancelled():
    clock = VirtualClock()
    fired = Fired(clock)
    for name in ("call", "wait", "agent"):
        fired.set(name, 2.0)
    fired.timers.cancel_all(but="call")
    clock.pass_seconds(10.0)
    assert fired == ["call"]
    fired.set("call", 1.0)
    fired.timers.cancel_all()
    assert clock.waiting == 0


def test_a_time_that_has_passed_already_is_now():
    clock = VirtualClock()
    fired = Fired(clock)
    fired.set("call", -3.0)
    clock.pass_seconds(0.0)
    assert fired == ["call"]
