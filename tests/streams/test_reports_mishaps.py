"""What went wrong with engines, told for operations: who failed, why, what the caller heard, how it went on. Pure."""

import pytest

from streams.reports.mishaps import mishaps
from streams.reports.names import names_in
from tests.streams.made import SNAPSHOT
from tests.streams.test_reports import Line

TITLES = {("agent", "openai_realtime"): "OpenAI Realtime", ("agent", "cascade"): "The cascade"}
NAMES = names_in(SNAPSHOT, titles=lambda ability, name: TITLES.get((ability, name), name))


def failed(at, engine, why, ability="agent", step="helper"):
    return Line(at, "engine_failed", step, {"ability": ability, "engine": engine, "fault": "slow", "what": why})


HEARD = Line(10.0, "agent_heard", "helper", {"text": "my saw"})
WAIT = Line(12.0, "house_said", "helper", {"text": "One moment, please.", "prompt": "h"})
SLOW = failed(15.0, "openai_realtime", "It was slow.")
AWAY = failed(20.0, "cascade", "It could not be reached.")
SORRY = Line(20.1, "prompt_started", "helper", {"prompt": "f", "texts": ["Sorry.", "Please hold."]})
LEFT = Line(23.0, "left", "helper", {"outcome": "failed", "goes_to": "support"})


def test_a_call_on_which_nothing_failed_has_no_mishap():
    assert mishaps([HEARD, WAIT, LEFT], NAMES) == []


def test_who_failed_why_and_what_the_caller_heard_are_told_together():
    (told,) = mishaps([HEARD, WAIT, SLOW, AWAY, SORRY, LEFT], NAMES)
    assert (told.job, told.step) == ("The assistant failed", "Helper")
    assert [(one.clock, one.engine, one.why) for one in told.failures] == [
        ("0:15", "OpenAI Realtime", "It was slow."),
        ("0:20", "The cascade", "It could not be reached."),
    ]
    assert told.heard == ("One moment, please.", "Sorry.", "Please hold.")
    assert (told.then, told.delay) == ("Then the caller went on to To Support.", "13 s after the caller’s last words")


def test_what_was_said_before_the_callers_last_words_is_not_part_of_it():
    greeting = Line(2.0, "prompt_started", "helper", {"texts": ["Hello."]})
    (told,) = mishaps([greeting, HEARD, SLOW, LEFT], NAMES)
    assert told.heard == ()


def test_an_engine_that_takes_over_ends_it():
    answer = Line(17.0, "agent_said", "helper", {"text": "Which saw?", "engine": "cascade"})
    later = Line(30.0, "prompt_started", "support", {"texts": ["Putting you through."]})
    (told,) = mishaps([HEARD, WAIT, SLOW, answer, later], NAMES)
    assert told.then == "Then The cascade answered."
    assert told.heard == ("One moment, please.",)
    assert told.delay == "7 s after the caller’s last words"


@pytest.mark.parametrize(("after", "then"), [
    (Line(24.0, "utterance", "menu", {"text": "billing"}), "Then the caller was understood all the same."),
    (Line(24.0, "utterance", "menu", {"text": ""}), "Then the caller was not understood."),
    (Line(24.0, "left", "menu", {"outcome": "caller-hung-up", "goes_to": None}), "Then the caller hung up."),
    (Line(24.0, "caller_hung_up", "menu"), "Then the caller hung up."),
    (Line(24.0, "stream_dropped"), "Then the line was lost."),
    (Line(24.0, "hangup"), "Then the call ended."),
    (Line(24.0, "left", "menu", {"outcome": "solved", "goes_to": None}), "Then the call ended."),
    (Line(24.0, "entered", "menu"), "The call’s log ends here."),
])  # fmt: skip
def test_how_it_went_on_is_always_said(after, then):
    (told,) = mishaps([failed(5.0, "deepgram", "No key.", "ears", "menu"), after], NAMES)
    assert told.then == then


def test_two_abilities_are_two_mishaps_in_their_order():
    told = mishaps([failed(5.0, "deepgram", "No key.", "ears", "menu"), HEARD, SLOW, LEFT], NAMES)
    assert [one.job for one in told] == ["Listening failed", "The assistant failed"]
    assert [one.step for one in told] == ["Main menu", "Helper"]


def test_the_same_failure_in_a_row_is_told_once():
    other = failed(16.0, "openai_realtime", "It refused.")
    (told,) = mishaps([failed(15.0, "cascade", "Away."), failed(15.2, "cascade", "Away."), other, LEFT], NAMES)
    assert [(one.engine, one.times) for one in told.failures] == [("The cascade", 2), ("OpenAI Realtime", 1)]
    assert told.delay == "8 s after the first failure"


def test_a_log_that_ends_there_tells_no_delay():
    (told,) = mishaps([HEARD, SLOW], NAMES)
    assert told.delay == ""
