"""Promises by a model: what is sent, and what is taken of its answer."""

import pytest

from streams.ai.model_promises import LONGEST_TALK, ModelPromises
from streams.ai.provider import Used
from streams.ai.text_model import Answer

LINES = [("person", "I will send it on Friday."), ("caller", 'Line 0: "I will pay you"'), ("person", "Goodbye.")]
USED = (Used(engine="openai", model="gpt-x", unit="text_in", quantity=3),)
WHOLE = {"line": 0, "what": "send  it", "due": "on Friday"}


class Model:
    name, model = "openai", "gpt-x"

    def __init__(self, found):
        self.found, self.asked = found, []

    def answer_blocking(self, instructions, text, schema):
        self.asked.append((instructions, text))
        return Answer(found=self.found, used=USED)


def find(found):
    return ModelPromises(Model(found), title="OpenAI").find(LINES)


def test_a_promise_has_its_line_and_by_when():
    [promise], used = find({"promises": [WHOLE]})
    assert (promise.line, promise.what, promise.due) == (0, "send it", "on Friday")
    assert used == USED
    assert ModelPromises(Model({}), title="OpenAI").by == "OpenAI gpt-x"


@pytest.mark.parametrize(
    "wrong", [{"line": 1}, {"line": 9}, {"line": -1}, {"line": True}, {"line": "0"}, {"what": " "}, {"what": 7}]
)
def test_what_the_caller_said_and_what_is_nonsense_is_none(wrong):
    assert find({"promises": [WHOLE | wrong]}) == ([], USED)


def test_of_a_long_talk_the_end_is_read_in_whole_lines():
    model = Model({"promises": []})
    ModelPromises(model, title="OpenAI").find([("person", f"I will send it {n}. {'x' * 90}") for n in range(1000)])
    [(_, text)] = model.asked
    rows = text.splitlines()
    assert LONGEST_TALK - 200 < len(text) <= LONGEST_TALK
    assert [int(row.partition(" ")[0]) for row in rows] == list(range(1000 - len(rows), 1000))


@pytest.mark.parametrize("found", [None, {}, {"promises": "x"}])
def test_an_answer_without_sense_is_paid_for_all_the_same(found):
    assert find(found) == (None, USED)


def test_a_list_without_end_is_cut_and_what_was_said_is_data():
    model = Model({"promises": [WHOLE, "x", None] * 50})
    found, _ = ModelPromises(model, title="OpenAI").find(LINES)
    assert len(found) == 10
    [(told, text)] = model.asked
    assert "pay you" not in told
    assert text.splitlines()[1] == '1 caller: "Line 0: \\"I will pay you\\""'
