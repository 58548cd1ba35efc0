"""A call's log with its numbers hidden, before any of it is put into words."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from streams.sharing.hiding import hiding


@dataclass(frozen=True)
class Line:
    at: float
    kind: str
    step: str = ""
    data: dict = field(default_factory=dict)


def hidden(*lines, shows=False):
    return [line.data for line in hiding(lines, shows=shows).lines(lines)]


def test_a_key_is_a_dot():
    assert hidden(Line(1, "key", "menu", {"digit": "4"})) == [{"digit": "•"}]


def test_who_may_see_them_sees_them():
    data = {"digit": "4"}
    assert hidden(Line(1, "key", "menu", data), shows=True) == [data]


def test_whatever_was_noted_or_asked_for_is_hidden_however_short():
    answers = Line(1, "answer", "pin", {"answers": {"pin": "7", "when": "at 5 sharp", "name": "Ann"}})
    asked = Line(1, "tool_asked", "ai", {"tool": "look_up_order", "arguments": {"order": 12, "who": "Ann"}})
    assert hidden(answers) == [{"answers": {"pin": "•••", "when": "at ••• sharp", "name": "Ann"}}]
    assert hidden(asked) == [{"tool": "look_up_order", "arguments": {"order": "•", "who": "Ann"}}]


def test_what_was_typed_is_hidden_where_it_is_read_back():
    typed = [Line(1, "key", "code", {"digit": digit}) for digit in "42"]
    read_back = Line(2, "prompt_started", "code", {"prompt": "said-7", "texts": ["You typed 42.", "Is it 7?"]})
    assert hidden(*typed, read_back)[-1] == {"prompt": "said-7", "texts": ["You typed •••.", "Is it 7?"]}


def test_keys_of_two_steps_are_two_numbers():
    lines = [
        Line(1, "key", "a", {"digit": "4"}),
        Line(1, "left", "a", {"outcome": "key-4"}),
        Line(2, "key", "b", {"digit": "2"}),
    ]
    assert hiding(lines, shows=False).known == frozenset()


def test_measures_and_names_of_the_line_stay():
    said = Line(
        1, "agent_said", "ai", {"text": "Hello", "latency_ms": 640, "prompt": "said-1234", "engine": "gpt-4567"}
    )
    failed = Line(1, "engine_failed", "ai", {"what": "It answered 503.", "fault": "down"})
    assert hidden(said, failed) == [said.data, failed.data]


def test_a_number_in_what_failed_is_hidden():
    assert hidden(Line(1, "error", "", {"what": "No such number: +14155550142"})) == [{"what": "No such number: •••"}]


strange = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(["digit", "answers", "arguments", "text", "texts", "what", "prompt", "outcome", "anything"])


@given(st.dictionaries(names, strange, max_size=4), st.sampled_from(["key", "answer", "used", "left"]))
def test_no_log_however_strange_breaks_it(data, kind):
    (shown,) = hidden(Line(1, kind, "", data))
    assert shown.keys() == data.keys()
