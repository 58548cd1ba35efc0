from flows.models import Step
from flows.step_words import built_from, capital
from tests.builders import step_of


def test_a_step_of_a_draft_is_read_as_the_engine_sees_it_or_not_at_all():
    assert built_from(Step(kind="say", settings={"text": "Hello."})) == step_of("say", "Hello.")
    assert built_from(Step(kind="say", settings={"text": 7})) is None


def test_a_label_begins_a_line_with_a_capital():
    assert [capital(label) for label in ("the line was busy", "")] == ["The line was busy", ""]
