"""The form of a step: its choices, where its exits lead, what is refused and what is only missing."""

import pytest

from flows import drafts, publishing
from flows.engine.step import REGISTRY
from flows.engine.stored_settings import build, settings_of
from flows.models import Flow
from flows.stepform import EXIT, step_form
from flows.stepsections import counted_in_words, field_groups, folded_in_words, left_open_in_words
from tests.flows.typing_in import choices, filled, option, saved


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_a_form_that_is_sent_back_untouched_keeps_the_settings_as_they_are(kind, line):
    step = drafts.add_step(line, name="New", kind=kind)
    exits = list(step.exits.values_list("outcome", "goes_to"))

    stored = saved(filled(step))

    assert stored.settings == settings_of(build(kind, {}))
    assert list(stored.exits.values_list("outcome", "goes_to")) == exits


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


def test_a_key_that_stands_for_two_choices_is_marked_in_both_rows(menu):
    form = filled(menu, **option(1, "1", "Support"))

    assert list(form.errors) == ["options"]
    assert set(form.fields["options"].widget.row_errors) == {0, 1}


@pytest.mark.parametrize("key", ["x", "12345", "no-input", "😀", "1;2"])
def test_a_choice_needs_a_key_of_the_phone(key, menu):
    form = filled(menu, **option(1, key, "Support"))

    assert list(form.errors) == ["options"]
    assert list(form.fields["options"].widget.row_errors) == [1]


def test_words_that_mean_two_choices_are_marked(menu):
    form = filled(menu, **option(1, "2", "Invoices", "my bill"))
    assert not form.is_valid()
    assert "my bill" in str(form["options"])


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


def test_exits_follow_the_settings_when_a_person_is_no_longer_offered(menu):
    assert menu.exits.filter(outcome="person").exists()

    without = saved(filled(menu, offer_person=None))
    assert not without.exits.filter(outcome="person").exists()

    again = saved(filled(without, offer_person="on"))
    assert again.exits.get(outcome="person").goes_to is None


def test_exits_that_were_left_open_are_folded_under_what_happens_instead(menu):
    groups = field_groups(step_form(menu))
    assert groups["left open"] == ["exit:no-input-1", "exit:no-input-2", "exit:no-match-1", "exit:no-match-2"]
    assert not set(groups["left open"]) & set(groups["exits"])
    assert left_open_in_words(step_form(menu)) == "4 more exits: left open, so callers are asked again"


def test_an_exit_that_was_connected_is_folded_no_more(menu):
    saved(filled(menu, **{f"exit:no-input-{n}": "goodbye" for n in (1, 2)}, **{"exit:no-match-1": "goodbye"}))
    menu.refresh_from_db()
    form = step_form(menu)
    assert "exit:no-match-1" in field_groups(form)["exits"]
    assert left_open_in_words(form) == "Second answer that did not fit: left open, so callers are asked again"


def test_an_ai_step_is_read_from_what_it_is_for_to_how_it_ends(line):
    groups = field_groups(step_form(drafts.add_step(line, name="Helper", kind="agent")))
    headings = ["settings", "What it knows", "How it speaks", "What it may do", "How far it may go"]
    headings += ["options", "exits", "What reports count"]
    assert [title for title, names in groups.items() if names and title != "folded"] == headings
    assert groups["settings"] == ["name", "instructions"]
    assert groups["How far it may go"] == ["max_turns", "max_seconds", "max_cents"]


def test_a_menu_is_read_as_a_caller_meets_it(menu):
    groups = field_groups(step_form(menu))
    assert [title for title, names in groups.items() if names] == [
        "settings", "options", "How callers may answer", "exits", "left open", "folded", "What reports count",
    ]  # fmt: skip
    assert groups["settings"] == ["name", "prompt"]
    assert groups["How callers may answer"] == ["speech", "barge_in", "offer_person"]


def test_the_form_says_what_callers_hear_when_no_assistant_can_be_reached(line):
    step = drafts.add_step(line, name="Helper", kind="agent")
    step.settings = {"failed_text": "Please hold the line."}
    form = step_form(step)(instance=step)
    assert "Callers first hear “Please hold the line.”" in form.fields[f"{EXIT}failed"].help_text


def test_a_number_out_of_bounds_is_told_its_bound(line):
    form = filled(drafts.add_step(line, name="Helper", kind="agent"), max_turns="99", max_seconds="1", max_cents="x")
    assert form.errors == {
        "max_turns": ["At most 50."],
        "max_seconds": ["At least 10."],
        "max_cents": ["Write a number."],
    }


def test_what_is_folded_tells_its_values_in_its_heading(line):
    step = drafts.add_step(line, name="New", kind="menu")
    told = folded_in_words(step)
    assert told.startswith("Timing and details: how often to ask 3, wait for the first key 6 s, wait between keys 3 s")
    assert told.endswith("the usual 6 texts")

    changed = saved(filled(step, first_key_seconds="8", no_input_1="Hello?"))
    assert "wait for the first key 8 s" in folded_in_words(changed)
    assert folded_in_words(changed).endswith("1 of 6 texts changed")


def test_settings_that_do_not_fit_leave_the_heading_as_it_is(line):
    step = drafts.add_step(line, name="New", kind="menu")
    step.settings = {"no such thing": 1}
    assert folded_in_words(step) == "Timing and details"


def test_a_step_can_be_marked_as_a_goal_and_unmarked_again(menu):
    before = dict(menu.settings)
    marked = saved(filled(menu, goal="on"))
    assert marked.settings["goal"] is True
    assert counted_in_words(marked) == "What reports count: this step is a goal"
    assert publishing.draft(marked.flow).flow.steps[marked.key].goal
    unmarked = saved(filled(marked))
    assert "goal" not in unmarked.settings  # so that versions without goals stay as they were
    assert counted_in_words(unmarked) == "What reports count: this step is no goal of the flow"
