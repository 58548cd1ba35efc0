"""The first step of a call that the line makes: what a list says of people, and answering machines."""

from dataclasses import replace

import pytest

from flows.engine import commands as do
from flows.engine.answers import known_answers
from flows.engine.events import CallAnswered, MachineAnswered
from flows.engine.machine import advance
from flows.engine.problems import problems
from flows.engine.step import State
from tests.builders import flow_of
from tests.scripted_call import Caller

NAME = {"known": [{"answer": "name", "otherwise": "there"}, {"answer": "order", "otherwise": ""}]}


def calling(exits=None, settings=None):
    return flow_of(
        start=("call_out", settings or NAME, exits or {"next": "hello", "machine": "message"}),
        hello=("say", "Hello [name], about [order].", "menu"),
        menu=("menu", "To confirm, press 1.", {"1": "bye", ...: "bye"}),
        message=("say", "Please call us back, [name].", "bye"),
        bye=("hang_up", "Goodbye."),
    )


def called(flow, **answers):
    return advance(flow, State(answers=answers), CallAnswered(began=1.0, caller="+14155550142"))


def texts(commands):
    return [text for command in commands if isinstance(command, do.Play) for text in command.texts]


def test_texts_say_what_the_list_knows():
    _, commands = called(calling(), name="Ann", order="Order 12")
    assert texts(commands) == ["Hello", "Ann", "about", "Order 12"]


def test_where_the_list_has_nothing_the_step_says_what_instead():
    state, commands = called(calling())
    assert texts(commands) == ["Hello", "there", "about"]
    assert state.answers == {"name": "there"}


def test_who_calls_in_hears_the_same():
    assert Caller(calling()).played == ("Hello", "there", "about")


def test_a_flow_whose_texts_name_what_neither_flow_nor_list_gives_cannot_be_published():
    assert not list(problems(calling()))
    flow = calling(settings={"known": [{"answer": "name", "otherwise": ""}]})
    assert [(found.step, "order" in found.sentence) for found in problems(flow)] == [("hello", True)]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([{"answer": "Name", "otherwise": ""}], "small letters"),
        ([{"answer": "today", "otherwise": ""}], "known of every call"),
        ([{"answer": "name", "otherwise": ""}, {"answer": "name", "otherwise": "you"}], "twice"),
    ],
)
def test_names_are_checked(rows, sentence):
    assert sentence in " ".join(found.sentence for found in calling(settings={"known": rows}).steps["start"].problems())


def test_what_it_names_is_known_to_the_whole_flow():
    assert {"name", "order"} <= set(known_answers(calling().steps.values()))


# --- Machines ---------------------------------------------------------------------------------------------------------


def test_a_machine_is_told_its_message_wherever_the_call_is():
    call = Caller(calling())
    call.feed(MachineAnswered())
    assert call.state.step == "message"
    assert any(isinstance(command, do.StopPlaying) for command in call.commands)
    assert call.played == ("Please call us back,", "there")
    left = call.last(do.LogLeft)
    assert (left.step, left.outcome, left.goes_to) == ("start", "machine", "message")


def test_where_nothing_is_said_to_machines_the_call_ends():
    call = Caller(calling(exits={"next": "hello", "machine": None}))
    call.feed(MachineAnswered())
    assert call.state.step is None
    assert call.last(do.Hangup).reason == "Start: an answering machine picks up"


def test_a_flow_without_this_step_goes_on_as_with_a_person():
    flow = flow_of(hello=("say", "Hello.", "bye"), bye=("hang_up", "Goodbye."))
    state, _ = called(flow)
    assert advance(flow, state, MachineAnswered()) == (replace(state), [])


def test_before_the_answer_and_after_the_end_nothing_happens():
    assert advance(calling(), State(), MachineAnswered()) == (State(), [])
