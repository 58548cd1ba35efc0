"""What of a talk was not written down, and why, as its page says it."""

import pytest

from streams.reports.unwritten import CUT_OFF, LEFT_OUT, NOBODY, NOTHING, ONLY_KEYWORDS, STOOD_IN, TOO_SLOW, unwritten
from tests.streams.test_reports import lines

DOWN = "OpenAI cannot be reached."
ENDED = (90.0, "listening_ended", "put", {"stream": "s-1", "why": "carrier"})
HEARD = (20.0, "overheard", "put", {"who": "person", "text": "Hello.", "stream": "s-1"})
FAILED = (11.0, "engine_failed", "put", {"ability": "ears", "engine": "openai", "what": DOWN, "stream": "s-1"})
DEAF = (70.0, "listening_deaf", "put", {"who": "caller", "why": DOWN, "stream": "s-1"})


PARTLY = "Not written down: 41 s of what the caller said."


def by_the_offline(at=30.0, **more):
    return (at, "used", "put", {"engine": "local", "model": "pocketsphinx", "quantity": 2.0, **more})


def began(engine="openai"):
    return (10.0, "listening_began", "put", {"stream": "s-1", "engine": engine})


def lost(who="caller", seconds=41.0, **more):
    return (80.0, "listening_lost", "put", {"who": who, "seconds": seconds, "stream": "s-1", **more})


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ((began(), FAILED, lost(why=DOWN), lost("person", why=DOWN), ENDED), f"{NOTHING} {DOWN}"),
        ((began(), FAILED, ENDED), f"{NOTHING} {DOWN}"),
        ((began(), lost(), ENDED), f"{NOTHING} {TOO_SLOW}"),
        ((began(), ENDED), f"{NOTHING} {NOBODY}"),
        ((began("local"), ENDED), f"{NOTHING} {ONLY_KEYWORDS}"),
        ((began(), HEARD, lost(), ENDED), f"{PARTLY} {TOO_SLOW}"),
        (
            (began(), HEARD, lost(seconds=2.0, why=DOWN), DEAF, ENDED),
            f"Not written down: 2 s of what the caller said, and all that the caller said from 1:10 on. {DOWN}",
        ),
        ((began(), HEARD, by_the_offline(), ENDED), STOOD_IN),
        ((began(), HEARD, lost(), by_the_offline(), ENDED), f"{PARTLY} {TOO_SLOW} {STOOD_IN}"),
        (((5.0, "listening_left_out", "put", {"why": "The caller said no."}),), f"{LEFT_OUT} The caller said no."),
    ],
    ids=["down", "down, silent", "slow", "silent", "offline", "partly", "deaf", "stood in", "both", "left out"],
)
def test_it_says_what_is_missing_and_why(told, sentence):
    assert unwritten(lines(*told)) == [sentence]


@pytest.mark.parametrize(
    "told",
    [
        (),
        (began(), FAILED),
        (began(), HEARD, FAILED, ENDED),
        (began(), HEARD, lost(seconds=0.4), ENDED),
        (by_the_offline(3.0), began(), HEARD, ENDED, by_the_offline(95.0), by_the_offline(50.0, **{"for": "summary"})),
        (began("local"), HEARD, by_the_offline(), ENDED),
    ],
    ids=["no talk", "goes on", "all of it", "a moment", "in the menu", "offline anyway"],
)
def test_it_says_nothing_where_nothing_is_missing_or_it_is_too_early(told):
    assert unwritten(lines(*told)) == []


def test_each_stream_and_each_refusal_is_told_once_whatever_its_lines_hold():
    left_out = (5.0, "listening_left_out", "put", {})
    odd = (6.0, "listening_lost", "put", {"who": 7, "seconds": "x", "stream": None})
    assert unwritten(lines(left_out, left_out, odd, began(), ENDED)) == [LEFT_OUT, f"{NOTHING} {NOBODY}"]
    assert unwritten(lines((5.0, "listening_began", "put", {}), (6.0, "listening_ended", "put", {"stream": 7}))) == []


def overheard(who, began_, ended, stream="s-1"):
    return (ended, "overheard", "put", {"who": who, "began": began_, "ended": ended, "text": "Hm.", "stream": stream})


BROKE = (60.0, "listening_broke", "put", {"stream": "s-1"})
AGAIN = (75.0, "listening_began", "put", {"stream": "s-2", "engine": "openai"})
BOTH = (began(), overheard("caller", 20.0, 22.0), overheard("person", 40.0, 51.0))
LATER = (overheard("caller", 80.0, 82.0, "s-2"), (99.0, "listening_ended", "put", {"stream": "s-2"}))
OVER = (95.0, "transfer_finished", "put", {"result": "completed"})
UNKNOWN = "Not written down: what the caller said from 0:22"


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ((*BOTH, BROKE, AGAIN, *LATER), f"{UNKNOWN} to 1:15, and what the person said from 0:51 to 1:15."),
        ((*BOTH, AGAIN, *LATER), f"{UNKNOWN} to 1:15, and what the person said from 0:51 to 1:15."),
        ((*BOTH, BROKE), f"{UNKNOWN} on, and what the person said from 0:51 on."),
        ((*BOTH, BROKE, OVER, AGAIN, *LATER), f"{UNKNOWN} to 1:35, and what the person said from 0:51 to 1:35."),
        ((*BOTH, BROKE, AGAIN, ENDED, *LATER), "Not written down: what was said from 1:00 to 1:15."),
        ((began(), BROKE, AGAIN, *LATER), "Not written down: what was said from 0:10 to 1:15."),
        ((BROKE, AGAIN, *LATER), "Not written down: what was said from 1:00 to 1:15."),
    ],
    ids=["killed", "nobody told", "goes on without", "another talk", "the network", "nothing yet", "at once"],
)
def test_it_says_what_was_said_between_two_streams_of_one_talk(told, sentence):
    assert unwritten(lines(*told)) == [f"{sentence} {CUT_OFF}"]


def test_a_process_that_died_and_of_which_nobody_told_is_found_once_the_record_is_whole():
    assert unwritten(lines(*BOTH, OVER)) == []
    (sentence,) = unwritten(lines(*BOTH, OVER), is_whole=True)
    assert sentence == f"{UNKNOWN} to 1:35, and what the person said from 0:51 to 1:35. {CUT_OFF}"


def test_a_connection_that_broke_as_they_hung_up_hides_nothing():
    assert unwritten(lines(*BOTH, (94.5, *BROKE[1:]), ENDED, OVER)) == []
