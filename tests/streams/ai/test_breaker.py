from hypothesis import given
from hypothesis import strategies as st

from streams.ai.breaker import FAILURES, REST, WITHIN, Breaker
from streams.ai.provider import Fault


def failing(times=FAILURES, *, at=0.0):
    breaker = Breaker()
    for _ in range(times):
        breaker.note("voice", Fault.BROKE, at)
    return breaker


def test_an_engine_that_keeps_failing_rests_and_others_do_not():
    breaker = failing()
    assert not breaker.may_use("voice", 1)
    assert breaker.may_use("other", 1)


def test_a_few_failures_are_no_reason():
    assert failing(FAILURES - 1).may_use("voice", 1)


def test_nor_are_few_among_many_uses():
    breaker = Breaker()
    for _ in range(FAILURES + 1):
        breaker.note("voice", None, 0)
    for _ in range(FAILURES):
        breaker.note("voice", Fault.SLOW, 1)
    assert breaker.may_use("voice", 2)
    breaker.note("voice", Fault.SLOW, 2)
    assert not breaker.may_use("voice", 2)


def test_old_failures_are_forgotten():
    breaker = failing(FAILURES - 1)
    breaker.note("voice", Fault.BROKE, WITHIN)
    assert breaker.may_use("voice", WITHIN)


def test_a_request_that_was_refused_is_not_the_engines_fault():
    breaker = Breaker()
    for _ in range(20):
        breaker.note("voice", Fault.REFUSED, 0)
    assert breaker.may_use("voice", 0)


def test_after_its_rest_one_call_tries_it_for_all():
    breaker = failing()
    assert [breaker.may_use("voice", REST) for _ in range(3)] == [True, False, False]
    breaker.note("voice", None, REST + 1)
    assert all(breaker.may_use("voice", REST + 1) for _ in range(3))
    assert failing(1, at=REST + 2).may_use("voice", REST + 2)


def test_when_that_one_fails_it_rests_again():
    breaker = failing()
    assert breaker.may_use("voice", REST)
    breaker.note("voice", Fault.KEY, REST + 1)
    assert not breaker.may_use("voice", 2 * REST)
    assert breaker.may_use("voice", 2 * REST + 1)


def test_a_trial_of_which_nobody_heard_again_is_followed_by_another():
    breaker = failing()
    assert breaker.may_use("voice", REST)
    assert breaker.may_use("voice", 2 * REST)


@given(st.lists(st.tuples(st.floats(0, 20), st.sampled_from([None, Fault.BROKE, Fault.REFUSED])), max_size=60))
def test_no_engine_rests_for_ever_and_none_that_works_does(steps):
    breaker, now, tries = Breaker(), 0.0, []
    for wait, fault in steps:
        now += wait
        tries.append(breaker.may_use("voice", now))
        if tries[-1]:
            breaker.note("voice", fault, now)
    assert breaker.may_use("voice", now + REST)
    if not any(fault is Fault.BROKE for _, fault in steps):
        assert all(tries)
