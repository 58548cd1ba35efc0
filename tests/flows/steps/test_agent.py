import pytest

from flows.engine import commands as do
from flows.engine import events as on
from flows.engine.commands import AgentOutcome, KnownAnswer
from flows.engine.problems import setting_problems
from flows.engine.snapshot import dump, load
from flows.engine.step import Option
from tests.builders import flow_of, step_of
from tests.scripted_call import Caller

ENDS = {"booked": ("done", "an appointment was made", "book it"), "agent-fee": ("done", "Travel agent", "agent")}


def talk(exits=None, **settings):
    flow = flow_of(
        talk=("agent", {"greeting": "How can I help?", **settings}, {...: "bye", **(exits or {"booked": "done"})}),
        done=("say", "Done.", "bye"),
        bye=("hang_up", "Bye."),
    )
    return Caller(flow)


def speaks(call, cents=0.0):
    return call.feed(on.AgentSpoke(text="Hm.", cents=cents, turn=call.state.turn))


def test_the_agent_is_told_what_the_builder_wrote():
    rows = [{"question": "hours | when open", "answer": "Nine to five."}]
    start = talk(ENDS, instructions="Be kind.", knowledge=rows, engine="local").last(do.StartAgent)
    assert start.instructions == "Be kind."
    assert start.greeting == "How can I help?"
    assert start.knowledge == (KnownAnswer(question="hours | when open", answer="Nine to five."),)
    assert start.engine == "local"
    assert start.outcomes[0] == AgentOutcome(name="booked", label="an appointment was made", phrases=("book it",))


def test_callers_may_interrupt_at_any_time_unless_the_builder_says_otherwise():
    assert talk().last(do.StartAgent).interruption == do.AT_ANY_TIME
    assert talk(interruption=do.NEVER).last(do.StartAgent).interruption == do.NEVER


def test_there_is_no_other_choice_of_when_callers_may_interrupt():
    flow = flow_of(
        talk=("agent", {"greeting": "Hello.", "interruption": "on-sundays"}, {...: "bye"}), bye=("hang_up", "Bye.")
    )
    assert [problem.field for problem in setting_problems(flow.steps["talk"])] == ["interruption"]


def test_a_version_from_before_that_was_asked_lets_callers_interrupt_at_any_time():
    stored = dump(talk().flow)
    del stored["steps"]["talk"]["settings"]["interruption"]
    assert Caller(load(stored)).last(do.StartAgent).interruption == do.AT_ANY_TIME


def test_the_agent_may_end_as_the_builder_named_or_with_a_person_or_unable_to_help():
    names = [end.name for end in talk().last(do.StartAgent).outcomes]
    assert names == ["booked", "person", "could-not-help"]


def test_the_agent_is_told_what_the_caller_already_tried():
    flow = flow_of(
        menu=("menu", {"prompt": "Press 1.", "attempts": 2}, {"1": "bye", ...: "talk"}),
        talk=("agent", {"greeting": "How can I help?"}, "bye"),
        bye=("hang_up", "Bye."),
    )
    start = Caller(flow).presses("9").says("my cat").hears().last(do.StartAgent)
    assert start.tried == ("Asked “Press 1.”, the caller pressed 9, then said “my cat”.",)


def test_a_named_end_is_followed_and_its_answers_are_kept():
    call = talk().agent_ends("booked", name="Ann")
    assert call.step == "done"
    assert call.state.answers == {"name": "Ann"}


@pytest.mark.parametrize("outcome", ["made-up", "", "limit", "next", "booked "])
def test_an_end_that_nobody_named_means_it_could_not_help(outcome):
    assert talk().agent_ends(outcome).way == [("talk", "could-not-help")]


def test_answers_that_are_no_texts_are_kept_as_texts():
    call = talk()
    call.feed(on.AgentFinished(outcome="booked", answers={"age": 7, 1: None}, turn=call.state.turn))
    assert call.state.answers == {"age": "7", "1": "None"}


def test_zero_brings_a_person_and_stops_the_agent():
    call = talk().presses("0")
    assert call.way == [("talk", "person")]
    assert call.last(do.StopAgent)
    assert call.last(do.StopPlaying)


def test_other_keys_are_not_kept_for_the_next_step():
    call = talk().presses("123")
    assert call.step == "talk"
    assert call.state.typed == ""


def test_zero_typed_ahead_never_starts_the_agent():
    flow = flow_of(
        hello=("say", {"text": "Welcome.", "barge_in": False}, "talk"),
        talk=("agent", {"greeting": "How can I help?"}, "bye"),
        bye=("hang_up", "Bye."),
    )
    call = Caller(flow).presses("0").hears()
    assert call.last(do.StartAgent) is None
    assert ("talk", "person") in call.way


def test_the_word_agent_brings_a_person_whatever_the_engine_does():
    assert talk().says("let me talk to a representative").way == [("talk", "person")]


def test_a_builder_may_give_the_word_agent_another_meaning():
    call = talk(ENDS).says("agent")
    assert call.step == "talk"
    assert "agent" not in call.all_commands[1].outcomes[-2].phrases


def test_ordinary_speech_is_left_to_the_agent():
    assert talk().says("what are your hours").commands == []


class TestLimits:
    def test_turns(self):
        call = talk(max_turns=3)
        speaks(speaks(call))
        assert call.commands == []
        speaks(call)
        assert [type(command) for command in call.commands] == [do.StopAgent, do.Play]

    def test_cents(self):
        call = talk(max_cents=25)
        assert speaks(call, cents=24.9).commands == []
        assert speaks(call, cents=25.0).last(do.StopAgent)

    def test_seconds(self):
        call = talk(max_seconds=60)
        assert call.last(do.StartTimer) == do.StartTimer(seconds=60, timer="agent", turn=1)
        assert call.waits("agent").last(do.StopAgent)

    def test_the_exit_is_followed_once_the_closing_text_was_heard(self):
        call = talk().waits("agent")
        assert call.played == ("I have to stop here. One moment, please.",)
        assert call.hears().way == [("talk", "limit")]
        assert call.state.tried == ("Talked with the assistant until the conversation reached its limit.",)

    def test_without_a_closing_text_it_is_followed_at_once(self):
        assert talk(limit_text="").waits("agent").way == [("talk", "limit")]

    def test_what_the_stopped_agent_still_says_is_stale(self):
        call = talk().waits("agent")
        before = call.state.turn - 1
        for event in (on.AgentFinished(outcome="booked", turn=before), on.AgentSpoke(turn=before, cents=99)):
            assert call.feed(event).commands == []

    def test_zero_works_during_the_closing_text(self):
        assert talk().waits("agent").presses("0").way == [("talk", "person")]

    def test_nothing_else_counts_during_the_closing_text(self):
        call = talk().waits("agent")
        assert call.says("agent").agent_ends("booked").waits("agent").step == "talk"


def test_an_engine_that_fails_is_excused_and_has_its_own_exit():
    call = talk().agent_ends("failed")
    assert call.played == ("Sorry, our assistant is not available right now. One moment, please.",)
    assert call.hears().way == [("talk", "failed")]


@pytest.mark.parametrize("name", ["Booked", "two words", "", "1st", "a_b"])
def test_an_end_needs_a_name_for_reports(name):
    step = step_of("agent", {}, Option(outcome=name, label="Booked"))
    assert f"exit:{name}" in {problem.field for problem in setting_problems(step)}


def test_a_question_needs_its_answer():
    step = step_of("agent", {"knowledge": [{"question": "Hours?", "answer": " "}]})
    assert [problem.field for problem in setting_problems(step)] == ["knowledge"]
