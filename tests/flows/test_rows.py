"""Tables of inputs: choices, questions and answers."""

from flows import drafts
from flows.models import Exit
from flows.rows import MAX_ROWS
from flows.stepform import step_form
from tests.flows.typing_in import choices, filled, option, saved


def test_a_choice_is_removed_by_its_box_or_by_emptying_its_row(menu):
    saved(filled(menu, **option(1, "2", "Support"), **option(2, "3", "Sales")))

    left = saved(filled(menu, **{"options-0-remove": "on"}, **option(1)))

    assert [row[:2] for row in choices(left)] == [("3", "Sales")]


def test_a_choice_without_a_label_is_marked_and_what_was_typed_is_kept(menu):
    form = filled(menu, **option(1, "2", "", "support"))

    assert not form.is_valid()
    html = str(form["options"])
    assert "Label: This must be filled in." in html
    assert 'value="support"' in html


def test_more_rows_than_anybody_types_are_refused(menu):
    flood = {key: cell for n in range(1, MAX_ROWS + 2) for key, cell in option(n, str(n), f"Choice {n}").items()}
    assert list(filled(menu, **flood).errors) == ["options"]


def test_questions_and_answers_are_rows_and_half_a_row_is_marked(line):
    step = drafts.add_step(line, name="Helper", kind="agent")
    row = {"knowledge-0-question": "warranty", "knowledge-0-answer": "Three years."}

    assert saved(filled(step, **row)).settings["knowledge"] == [{"question": "warranty", "answer": "Three years."}]
    form = filled(step, **row, **{"knowledge-1-question": "delivery"})
    assert list(form.errors) == ["knowledge"]
    assert "What it answers: This must be filled in." in str(form["knowledge"])


def test_every_cell_of_a_table_has_a_label(menu):
    html = str(step_form(menu)(instance=menu)["options"])
    assert html.count('<label class="cw-cell') == html.count('class="cw-input"')


def test_what_others_typed_is_escaped(menu):
    Exit.objects.filter(step=menu, outcome="1").update(label="<script>alert(1)</script>")
    assert "<script>" not in str(step_form(menu)(instance=menu)["options"])


def test_line_ends_of_a_browser_are_as_the_engine_wants_them(line):
    assert saved(filled(line.steps.get(key="hello"), text="One.\r\nTwo.")).settings["text"] == "One.\nTwo."


def test_ways_to_ask_stand_on_lines_of_their_own_and_are_stored_as_ever(line):
    step = drafts.add_step(line, name="Helper", kind="agent")
    row = {
        "knowledge-0-question": "warranty\r\n\r\n how long \r\nguarantee",
        "knowledge-0-answer": "Three years.",
    }

    stored = saved(filled(step, **row))

    assert stored.settings["knowledge"] == [{"question": "warranty|how long|guarantee", "answer": "Three years."}]
    assert ">warranty\nhow long\nguarantee</textarea>" in str(step_form(step)(instance=stored)["knowledge"])
    assert "knowledge" not in filled(stored).changed_data
