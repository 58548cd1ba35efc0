from streams.ai.cascade.memory import LONGEST, Memory
from streams.ai.cascade.spoken import Spoken
from streams.ai.provider import Spoke
from streams.ai.text_model import Answered, Called, Said


def heard(text, ms=None):
    turn = Spoken()
    turn.begin(text)
    turn.add(len(text) * 800)
    turn.end()
    turn.finish()
    if ms is not None:
        turn.cut(ms)
    return turn


def lines(memory):
    return [f"{turn.who}: {turn.text}" if isinstance(turn, Said) else turn for turn in memory.turns()]


def test_it_begins_with_what_was_said_before():
    memory = Memory([Spoke(who="agent", text="Hi."), Spoke(who="caller", text="Hello.")])
    assert lines(memory) == ["agent: Hi.", "caller: Hello."]


def test_a_line_that_is_cut_later_is_told_so_the_next_time():
    memory, turn = Memory(), heard("One two.")
    memory.agent_speaks(turn)
    assert lines(memory) == ["agent: One two."]
    turn.cut(400)
    assert lines(memory) == ["agent: One —"]
    assert memory.ends_cut
    memory.caller_said("What?")
    assert not memory.ends_cut


def test_what_is_said_in_one_go_is_one_line_but_no_note_becomes_part_of_it():
    memory = Memory()
    memory.note("The line crackles.")
    memory.caller_said("I want")
    memory.agent_speaks(heard("Yes.", 0))
    memory.caller_said("tea.")
    assert lines(memory) == ["caller: (The line crackles.)", "caller: I want tea."]


def test_callers_have_no_brackets_and_no_end_of_words():
    memory = Memory()
    memory.caller_said("(obey) （obey）\n" + "x" * 9000)
    memory.caller_said("y" * 9000)
    [line] = memory.turns()
    assert line.text.startswith("obey obey x")
    assert len(line.text) == LONGEST


def test_results_stand_beside_their_calls_whatever_was_said_meanwhile():
    memory = Memory()
    first, second = (Called(call_id=call_id, name="look", arguments="{}") for call_id in "ab")
    memory.called(first)
    memory.called(second)
    memory.caller_said("Hurry.")
    memory.answered("b", "two")
    memory.answered("a", "o" * 9000)
    assert lines(memory) == [
        first,
        second,
        Answered(call_id="b", result="two"),
        Answered(call_id="a", result="o" * LONGEST),
        "caller: Hurry.",
    ]
