"""A call's log with its numbers hidden, before any of it is put into words."""

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sharing.hiding import hiding
from tests.properties import examples
from tests.streams.sharing.planted import left_of, planted


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


def test_a_time_stays_in_what_was_said_and_not_in_what_was_typed_or_failed():
    said = Line(1, "agent_said", "ai", {"text": "See you at 10:30 am, on 4 May.", "texts": ["10:30 am"]})
    asked = Line(1, "tool_asked", "ai", {"tool": "book", "arguments": {"at": "10:30 am", "day": "4 May"}})
    failed = Line(1, "error", "", {"what": "No line 10:30:11 am"})
    assert hidden(said, asked, failed) == [
        said.data,
        {"tool": "book", "arguments": {"at": "••• am", "day": "••• May"}},
        {"what": "No line ••• am"},
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        {"at": "10:30 am", "day": "14 May", "people": "12 people"},
        {"appointment_time": "10:30"},
        {"slots": [{"start": "2027-05-14T10:30:00+02:00"}]},
        {"note": "Come tomorrow at 10:30."},
    ],
)
def test_a_booked_time_can_be_read_where_it_was_said(arguments):
    booked = Line(1, "tool_asked", "ai", {"tool": "book", "arguments": arguments})
    said = Line(2, "agent_said", "ai", {"text": "So 12 people on 14 May at 10:30 am."})
    assert hidden(booked, said)[1] == said.data


@pytest.mark.parametrize("noted", [{"pin": "10:30"}, {"code": "1030"}, {"pin": 1030}, {"at": "1030"}, {"x": "10:30"}])
def test_a_noted_number_is_hidden_where_it_looks_like_a_time(noted):
    said = Line(2, "agent_said", "ai", {"text": "So at 10:30 am."})
    assert hidden(Line(1, "answer", "pin", {"answers": noted}), said)[1] == {"text": "So at ••• am."}


def test_times_in_what_failed_are_numbers_as_any():
    assert hiding([], shows=False).fault("busy between 10:30 and 11:45") == "busy between •••"


def test_nothing_is_kept_where_the_log_is_not_whole():
    hide = replace(hiding([], shows=False), keeps=False)
    assert hide.text("It's 12:34, that is $120") == "It's •••, that is $•••"
    assert hide.lines([Line(1, "agent_heard", "", {"text": "at 10:30"})])[0].data == {"text": "at •••"}


FIELDS = ["text", "texts", "answers", "arguments", "anything"]


@examples(200)
@given(planted(), st.sampled_from(FIELDS), st.sampled_from(["agent_said", "utterance", "cue", "left"]), st.booleans())
def test_no_planted_secret_survives_in_any_field(plant, name, kind, nested):
    data = {name: [{"x": plant.said}] if nested else plant.said}
    hide = hiding(lines := [Line(1, kind, "", data)], shows=False)
    shown = hide.lines(lines)[0].data[name]
    assert left_of(plant, shown[0]["x"] if nested else shown) == ""
    assert left_of(plant, hide.text(plant.said)) == ""


@examples(100)
@given(planted(fewest=5), st.sampled_from(["what", "why", "reason"]))
def test_no_planted_secret_survives_in_what_failed(plant, name):
    hide = hiding(lines := [Line(1, "error", "", {name: plant.said})], shows=False)
    assert left_of(plant, hide.lines(lines)[0].data[name]) == ""
    assert left_of(plant, hide.fault(plant.said)) == ""


@examples(100)
@given(st.text("0123456789", min_size=4, max_size=4), st.sampled_from(["It's ", "", "uh ", "yes, "]))
def test_no_pin_survives_that_is_written_like_a_time_and_was_asked_for(pin, before):
    said = f"{before}{pin[:2]}:{pin[2:]}"
    lines = [Line(1, "prompt_started", "", {"texts": ["What is your PIN?"]}), Line(2, "utterance", "", {"text": said})]
    hide = hiding(lines, shows=False)
    for shown in (hide.lines(lines)[1].data["text"], hide.text(said), hide.text(f"They said {pin[:2]}:{pin[2:]}.")):
        assert not any(sign.isdigit() for sign in shown)


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
