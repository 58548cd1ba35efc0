"""Servers that call themselves compatible send anything: reading is total, in both dialects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.ai.openai.chat import Chat
from streams.ai.openai.dialect import Asked, Counted, Found, Whole
from streams.ai.openai.responses import Responses
from streams.ai.text_model import Called, TextPiece

KEYS = (
    "type delta item response usage choices finish_reason tool_calls index id name arguments function content message "
    "refusal status error code output text input_tokens output_tokens prompt_tokens completion_tokens call_id "
    "input_tokens_details prompt_tokens_details cached_tokens"
)
KINDS = (
    "response.output_text.delta response.output_item.done response.completed response.failed response.incomplete "
    "error function_call output_text refusal stop length tool_calls"
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(KINDS.split())
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS.split()), inner, max_size=5),
    max_leaves=20,
)
DIALECTS = pytest.mark.parametrize("dialect", [Chat(), Responses()], ids=["chat", "responses"])


@DIALECTS
@given(events=st.lists(ANYTHING, max_size=5))
def test_any_event_can_be_read(dialect, events):
    reader = dialect.reader()
    for event in events:
        for piece in reader.read(event):
            match piece:
                case TextPiece(text=text):
                    assert isinstance(text, str)
                    assert text
                case Called(call_id=call_id, name=name, arguments=arguments):
                    assert all(isinstance(text, str) for text in (call_id, name, arguments))
                case Counted():
                    assert 0 <= piece.text_cached <= piece.text_in
                case _:
                    assert isinstance(piece, Whole)


@pytest.mark.parametrize("index", [None, "0", [], {}, True])
def test_the_place_of_a_call_may_be_missing_or_strange(index):
    call = {"index": index, "function": {"name": "f", "arguments": "{}"}}
    [piece, _] = Chat().reader().read({"choices": [{"delta": {"tool_calls": [call]}, "finish_reason": "tool_calls"}]})
    assert (piece.name, piece.arguments) == ("f", "{}")


def test_calls_that_share_a_place_are_told_apart_by_their_ids():
    whole = [{"index": 0, "id": name, "function": {"name": name, "arguments": "{}"}} for name in ("first", "second")]
    chunk = {"choices": [{"delta": {"tool_calls": whole}, "finish_reason": "tool_calls"}]}
    assert [piece.name for piece in Chat().reader().read(chunk) if isinstance(piece, Called)] == ["first", "second"]


@DIALECTS
@given(reply=ANYTHING)
def test_any_reply_can_be_read(dialect, reply):
    found = dialect.found(reply)
    assert isinstance(found, Found)
    assert found.text is None or isinstance(found.text, str)


@DIALECTS
def test_what_a_server_may_not_know_is_left_out_where_it_is_not_set(dialect):
    body = dialect.request(Asked(model="m", effort="", instructions="", turns=(), most=5), stream=False)
    assert not {"reasoning", "reasoning_effort", "tools", "text", "response_format", "stream"} & set(body)
