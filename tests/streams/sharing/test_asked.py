"""A clock time that is said when a secret was asked for may be that secret, on the whole call."""

from dataclasses import dataclass, field

import pytest

from streams.sharing.asked import REACHES, said_when_asked
from streams.sharing.hiding import hiding


@dataclass(frozen=True)
class Line:
    kind: str
    data: dict = field(default_factory=dict)
    at: float = 1.0
    step: str = ""


def heard(text):
    return Line("agent_heard", {"text": text})


def asked(*texts):
    return Line("prompt_started", {"prompt": "said-1", "texts": list(texts)})


@pytest.mark.parametrize(
    "question",
    [
        "What is your PIN?",
        "Please tell me your account number.",
        "¿Cuál es su clave?",
        "Quel est votre numéro de client ?",
        "Wie lautet Ihre Kundennummer?",
        "When were you born?",
    ],
)
def test_a_time_that_answers_such_a_question_is_hidden_wherever_it_is_said_again(question):
    lines = [asked("Hello.", question), heard("It's 12:34."), *[heard("I see.")] * 5, heard("So, 12:34, at 12:34 pm?")]
    hide = hiding(lines, shows=False)
    assert [line.data.get("text", "") for line in hide.lines(lines)][-1] == "So, •••, at ••• pm?"
    assert hide.text("They said 12:34, and come at 10:30.") == "They said •••, and come at 10:30."


def test_a_time_that_answers_another_question_stays():
    lines = [asked("When shall we come?"), heard("10:30."), heard("at 9:05")]
    hide = hiding(lines, shows=False)
    assert [line.data["text"] for line in hide.lines(lines)[1:]] == ["10:30.", "at 9:05"]


def test_a_number_that_is_said_in_pieces_is_followed_to_its_end():
    pieces = [heard("41 22 okay"), *[heard("yes")] * (REACHES - 1), heard("12:34"), heard("okay"), heard("15:16")]
    assert said_when_asked([asked("Your card number?"), *pieces]) == {"1234", "1516"}


def test_what_is_said_long_after_the_question_or_marked_as_a_time_is_none_of_it():
    assert said_when_asked([asked("Your card number?"), *[heard("no")] * REACHES, heard("10:30")]) == set()
    assert said_when_asked([asked("Your card number?"), heard("at 10:30, or 9:05 pm")]) == set()


def test_a_line_that_repeats_what_was_said_does_not_count():
    repeated = [Line("cue", {"text": "hm"}), Line("mood", {"topics": ["x"]})] * REACHES
    assert said_when_asked([asked("Your card number?"), *repeated, heard("10:30")]) == {"1030"}


def test_a_log_of_any_form_is_read():
    assert said_when_asked([Line("x", {"text": 7, "texts": "PIN"}), Line("x", {"texts": [None, {"a": 1}]})]) == set()
