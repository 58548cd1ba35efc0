"""The form of a step, derived from its kind; and what may be typed into it."""

import pytest

from flows import drafts
from flows.engine.step import REGISTRY, build, params, settings_of
from flows.models import Exit, Flow
from flows.rows import MAX_ROWS
from flows.stepform import EXIT, field_groups, step_form
from tests.flows.pages import _Fields


def shown(step):
    """The step's form as a browser would send it back untouched."""
    form = step_form(step)(instance=step)
    reader = _Fields(None)
    reader.feed(f"<form>{form.as_p()}</form>")
    return reader.sent


def filled(step, **typed):
    sent = {**shown(step), **typed}
    return step_form(step)({name: value for name, value in sent.items() if value is not None}, instance=step)


def saved(form):
    assert form.is_valid(), form.errors
    form.save()
    form.save_exits()
    form.instance.refresh_from_db()
    return form.instance


def option(index, outcome="", label="", phrases="", goes_to=""):
    cells = {"outcome": outcome, "label": label, "phrases": phrases, "goes_to": goes_to}
    return {f"options-{index}-{name}": cell for name, cell in cells.items()}


def choices(step):
    return [(row.outcome, row.label, row.phrases, row.goes_to and row.goes_to.key) for row in drafts.option_rows(step)]


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_every_setting_of_a_kind_stands_in_its_form_with_its_help(kind, line):
    step = drafts.add_step(line, name="New", kind=kind)
    form = step_form(step)(instance=step)
    groups = field_groups(type(form))

    for name, about in params(REGISTRY[kind]).items():
        assert about.help in str(form.fields[name].help_text)
        assert (name in groups["folded"]) == about.fold
    assert sorted(name for group in groups.values() for name in group) == sorted({*form.fields} - {"revision"})


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_a_form_that_is_sent_back_untouched_keeps_the_settings_as_they_are(kind, line):
    step = drafts.add_step(line, name="New", kind=kind)
    exits = list(step.exits.values_list("outcome", "goes_to"))

    stored = saved(filled(step))

    assert stored.settings == settings_of(build(kind, {}))
    assert list(stored.exits.values_list("outcome", "goes_to")) == exits


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_settings_out_of_their_limits_are_refused_beside_their_fields(kind, line):
    step = drafts.add_step(line, name="New", kind=kind)
    too_much = {name: str(about.max + 1) for name, about in params(REGISTRY[kind]).items() if about.max is not None}

    form = filled(step, **too_much)

    assert form.is_valid() == (not too_much)
    assert set(form.errors) == set(too_much)


@pytest.mark.parametrize("text", ["a\x00b", "bell \x07", "escape \x1b[31m"])
def test_text_that_cannot_be_read_aloud_is_refused(text, line):
    form = filled(line.steps.get(key="hello"), text=text)
    assert list(form.errors) == ["text"]


def test_line_ends_of_a_browser_are_as_the_engine_wants_them(line):
    assert saved(filled(line.steps.get(key="hello"), text="One.\r\nTwo.")).settings["text"] == "One.\nTwo."


def test_what_is_missing_is_kept_as_a_problem_and_shown_where_it_is_mended(line):
    hello = saved(filled(line.steps.get(key="hello"), text="", **{f"{EXIT}next": ""}))

    form = step_form(hello)(instance=hello)

    assert hello.settings["text"] == ""
    assert "cw-problem" in form.fields["text"].help_text
    assert "cw-problem" in form.fields[f"{EXIT}next"].help_text


def test_what_the_kind_finds_wrong_stands_beside_its_field(line):
    step = drafts.add_step(line, name="Account", kind="collect_digits")

    form = filled(step, fewest="8", most="6")

    assert list(form.errors) == ["most"]


def test_an_exit_leads_only_to_a_step_of_the_same_flow(line):
    other = Flow.objects.create(name="Other", slug="other")
    drafts.add_step(other, name="Elsewhere", kind="hang_up")

    form = filled(line.steps.get(key="hello"), **{f"{EXIT}next": "elsewhere"})

    assert list(form.errors) == [f"{EXIT}next"]


def test_choices_are_added_in_their_order(menu):
    added = saved(filled(menu, **option(1, "3", "Sales", "sales, buy", "hello"), **option(2, "2", "Support", "", "")))
    assert choices(added) == [
        ("1", "Billing", "billing, my bill", "goodbye"),
        ("3", "Sales", "sales, buy", "hello"),
        ("2", "Support", "", None),
    ]


def test_two_choices_may_exchange_their_keys(menu):
    saved(filled(menu, **option(1, "2", "Support")))

    swapped = saved(filled(menu, **option(0, "2", "Billing"), **option(1, "1", "Support")))

    assert [row[:2] for row in choices(swapped)] == [("2", "Billing"), ("1", "Support")]


def test_a_choice_is_removed_by_its_box_or_by_emptying_its_row(menu):
    saved(filled(menu, **option(1, "2", "Support"), **option(2, "3", "Sales")))

    left = saved(filled(menu, **{"options-0-remove": "on"}, **option(1)))

    assert [row[:2] for row in choices(left)] == [("3", "Sales")]


def test_a_key_that_stands_for_two_choices_is_marked_in_both_rows(menu):
    form = filled(menu, **option(1, "1", "Support"))

    assert list(form.errors) == ["options"]
    assert set(form.fields["options"].widget.row_errors) == {0, 1}


@pytest.mark.parametrize("key", ["x", "12345", "no-input", "😀", "1;2"])
def test_a_choice_needs_a_key_of_the_phone(key, menu):
    form = filled(menu, **option(1, key, "Support"))

    assert list(form.errors) == ["options"]
    assert list(form.fields["options"].widget.row_errors) == [1]


def test_a_choice_without_a_label_is_marked_and_what_was_typed_is_kept(menu):
    form = filled(menu, **option(1, "2", "", "support"))

    assert not form.is_valid()
    html = str(form["options"])
    assert "Label: This field is required." in html
    assert 'value="support"' in html


def test_words_that_mean_two_choices_are_marked(menu):
    form = filled(menu, **option(1, "2", "Invoices", "my bill"))
    assert not form.is_valid()
    assert "my bill" in str(form["options"])


def test_more_rows_than_anybody_types_are_refused(menu):
    flood = {key: cell for n in range(1, MAX_ROWS + 2) for key, cell in option(n, str(n), f"Choice {n}").items()}
    assert list(filled(menu, **flood).errors) == ["options"]


def test_the_ends_of_an_ai_step_are_named_by_their_labels_and_keep_their_names(line):
    step = drafts.add_step(line, name="Helper", kind="agent")
    stored = saved(filled(step, **option(0, "", "The caller is helped", "thanks")))
    assert choices(stored)[0][0] == "the-caller-is-helped"

    renamed = saved(filled(stored, **option(0, "the-caller-is-helped", "All is well", "thanks")))

    assert choices(renamed)[0][:2] == ("the-caller-is-helped", "All is well")


@pytest.mark.parametrize("forged", ["failed", "person", "x" * 40, "<script>"])
def test_a_forged_name_of_an_end_is_not_believed(forged, line):
    step = drafts.add_step(line, name="Helper", kind="agent")

    stored = saved(filled(step, **option(0, forged, "Booked")))

    assert [row[0] for row in choices(stored)] == ["booked"]
    assert {"failed", "person"} <= set(stored.exits.values_list("outcome", flat=True))


def test_questions_and_answers_are_rows_and_half_a_row_is_marked(line):
    step = drafts.add_step(line, name="Helper", kind="agent")
    row = {"knowledge-0-question": "warranty", "knowledge-0-answer": "Three years."}

    assert saved(filled(step, **row)).settings["knowledge"] == [{"question": "warranty", "answer": "Three years."}]
    form = filled(step, **row, **{"knowledge-1-question": "delivery"})
    assert list(form.errors) == ["knowledge"]
    assert "Answer: This field is required." in str(form["knowledge"])


def test_exits_follow_the_settings_when_a_person_is_no_longer_offered(menu):
    assert menu.exits.filter(outcome="person").exists()

    without = saved(filled(menu, offer_person=None))
    assert not without.exits.filter(outcome="person").exists()

    again = saved(filled(without, offer_person="on"))
    assert again.exits.get(outcome="person").goes_to is None


def test_every_cell_of_a_table_has_a_label(menu):
    html = str(step_form(menu)(instance=menu)["options"])
    assert html.count('<label class="cw-cell">') == html.count('class="cw-input"')


def test_what_others_typed_is_escaped(menu):
    Exit.objects.filter(step=menu, outcome="1").update(label="<script>alert(1)</script>")
    assert "<script>" not in str(step_form(menu)(instance=menu)["options"])


def test_a_save_in_between_shows_both_and_stores_nothing(menu, builder):
    opened = shown(menu)
    saved(filled(menu, prompt="For billing, press 1. Or just say it."))
    drafts.touch(menu.flow, by=builder, what="Main menu")
    menu.refresh_from_db()

    form = step_form(menu)({**opened, "prompt": "Press 1 for bills."}, instance=menu)

    assert not form.is_valid()
    assert "Maria Lopez saved “Main menu”" in form.non_field_errors()[0]
    assert form.errors["prompt"] == ["Stored meanwhile: “For billing, press 1. Or just say it.”"]
    assert form["prompt"].value() == "Press 1 for bills."
    again = step_form(menu)(form.data, instance=menu)
    assert saved(again).settings["prompt"] == "Press 1 for bills."


@pytest.mark.parametrize("revision", ["", "0", "-1", "9" * 30, "abc"])
def test_a_made_up_revision_overwrites_nothing(revision, line):
    form = filled(line.steps.get(key="hello"), text="Overwritten.", revision=revision)
    assert not form.is_valid()
