"""Whose turn it is, without a voice and without a model."""

import pytest

from flows.engine.commands import AgentOutcome
from streams.ai.cascade import floor
from streams.ai.cascade.floor import Due, Floor
from streams.ai.provider import AgentBrief, AgentEnded, AgentSaid, ProviderError, Spoke
from tests.streams.ai.cascade.parts import end, wait

BRIEF = AgentBrief(outcomes=(AgentOutcome(name="solved"),), history=(Spoke(who="agent", text="Welcome."),))


@pytest.fixture
def talk():
    return Floor(BRIEF, sees_words=True)


def notes(talk):
    return [turn.text.strip("()") for turn in talk.memory.turns() if turn.text.startswith("(")]


def test_something_is_due_once_and_only_while_nothing_is_said(talk):
    assert talk.due() is None
    talk.understood("Hello?")
    assert talk.due() == Due()
    talk.understood("Anybody?")
    assert talk.due() is None
    talk.replied([], spoke=True)
    assert talk.due() == Due()


def test_nothing_is_due_while_the_caller_speaks(talk):
    talk.understood("Hello?")
    talk.began()
    assert talk.due() is None
    talk.passed(floor.SPEAKING_MS)
    assert talk.due() == Due()


def test_where_no_words_are_seen_a_caller_may_speak_for_longer():
    talk = Floor(BRIEF, sees_words=False)
    talk.understood("Hello?")
    talk.began()
    talk.passed(floor.SPEAKING_MS)
    assert talk.caller_speaks
    talk.passed(floor.UNSEEN_MS - floor.SPEAKING_MS)
    assert not talk.caller_speaks


def test_patience_begins_when_what_was_said_has_been_heard(talk):
    talk.plays(3000)
    talk.silenced()
    talk.plays(2000)
    talk.understood("Hello?")
    talk.due()
    talk.replied([], spoke=True)
    talk.passed(2000 + floor.PATIENCE_MS - 1)
    assert talk.due() is None
    talk.passed(1)
    assert talk.due() == Due()
    assert notes(talk) == [floor.SILENT]


def test_words_begin_the_count_of_silences_anew(talk):
    for _ in range(2):
        talk.passed(floor.PATIENCE_MS)
        assert talk.due() == Due()
        talk.replied([], spoke=True)
    talk.understood("I am here.")
    talk.due()
    talk.replied([], spoke=True)
    talk.passed(floor.PATIENCE_MS)
    assert talk.due() == Due()
    assert notes(talk) == [floor.SILENT, floor.SILENT_AGAIN, floor.SILENT]


def test_a_caller_who_speaks_over_the_last_goodbye_is_not_left(talk):
    for _ in range(3):
        talk.passed(floor.PATIENCE_MS)
        due = talk.due()
        if due.ends:
            talk.understood("Wait!")
        said = talk.replied([], spoke=True, ends=due.ends)
    assert said == []
    assert talk.due() == Due()


def test_a_model_that_says_nothing_gives_the_turn_back_and_the_line_knows(talk):
    talk.understood("Psst.")
    talk.due()
    assert talk.replied([wait()], spoke=False) == [AgentSaid(text="")]
    assert talk.due() is None


def test_what_was_said_meanwhile_comes_before_the_end(talk):
    talk.understood("Bye.")
    talk.due()
    talk.understood("Oh, one thing!")
    assert talk.replied([end("solved")], spoke=True) == []
    assert talk.due() == Due()
    assert talk.replied([end("solved", "e2")], spoke=True) == [AgentEnded(outcome="solved")]
    talk.understood("Hello?")
    assert talk.due() is None


def test_two_refusals_are_forgiven_when_something_right_follows(talk):
    talk.understood("Hello?")
    for _ in range(3):
        for _ in range(floor.REFUSALS - 1):
            talk.due()
            talk.replied([end("sold")], spoke=False)
        talk.due()
        talk.replied([], spoke=True)
        talk.understood("Go on.")
    for _ in range(floor.REFUSALS - 1):
        talk.due()
        talk.replied([end("sold")], spoke=False)
    with pytest.raises(ProviderError):
        talk.replied([end("sold")], spoke=False)
