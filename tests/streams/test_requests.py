from streams.requests import Requests


def test_the_caller_waits_only_while_everything_that_was_asked_is_being_found_out():
    requests = Requests()
    assert not requests.is_callers_turn
    requests.asked("one")
    assert requests.is_callers_turn
    assert requests.takes_time("one")
    assert requests.is_finding_out
    assert not requests.is_callers_turn
    assert requests.answered("one")
    assert not requests


def test_an_answer_is_of_no_use_to_an_engine_that_did_not_ask():
    requests = Requests()
    requests.asked("one")
    requests.changed_engine()
    assert not requests.answered("one")
    assert not requests.takes_time("never asked")
