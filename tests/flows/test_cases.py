"""The table of cases on the page of a decision: each row with its condition and where it leads."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from flows import drafts, publishing
from flows.stepform import EXIT, step_form
from tests.flows.pages import fields, fill_in, text_of
from tests.flows.typing_in import filled, saved, shown


def case(index, answer="", comparison="is", value="", goes_to="", outcome=""):
    cells = {"outcome": outcome, "answer": answer, "comparison": comparison, "value": value, "goes_to": goes_to}
    return {f"cases-{index}-{name}": cell for name, cell in cells.items()}


@pytest.fixture
def decide(line):
    """A decision after a question for an order number."""
    ask = drafts.add_step(line, name="Order", kind="collect_digits")
    ask.settings = {"prompt": "Your order number?", "answer": "order_number"}
    ask.save()
    return drafts.add_step(line, name="Which order?", kind="branch")


def leads(step):
    return {row.outcome: (row.label, row.goes_to and row.goes_to.key) for row in step.exits.all()}


def test_each_row_is_kept_with_where_it_leads(decide):
    stored = saved(
        filled(
            decide,
            **case(0, "order_number", "begins", "9", "goodbye"),
            **case(1, "callers_number", "empty", "", "hello"),
            **{f"{EXIT}otherwise": "hello"},
        )
    )

    assert [row["outcome"] for row in stored.settings["cases"]] == ["case-1", "case-2"]
    assert set(stored.settings["cases"][0]) == {"outcome", "answer", "comparison", "value"}
    assert leads(stored) == {
        "case-1": ("order number begins with 9", "goodbye"),
        "case-2": ("caller’s number is not filled in", "hello"),
        "otherwise": ("none of these", "hello"),
    }


def test_what_was_stored_is_shown_again_and_has_no_second_field(decide):
    stored = saved(filled(decide, **case(0, "order_number", "begins", "9", "goodbye")))
    sent = shown(stored)
    assert {name: sent[f"cases-0-{name}"] for name in ("outcome", "answer", "comparison", "value", "goes_to")} == {
        "outcome": "case-1",
        "answer": "order_number",
        "comparison": "begins",
        "value": "9",
        "goes_to": "goodbye",
    }
    assert [name for name in sent if name.startswith(EXIT)] == [f"{EXIT}otherwise"]


def test_a_row_keeps_its_exit_when_rows_before_it_are_removed_or_changed(decide):
    first, second = case(0, "order_number", "is", "1", "hello"), case(1, "order_number", "is", "2", "goodbye")
    stored = saved(filled(decide, **first, **second))

    stored = saved(filled(stored, **{"cases-0-remove": "on"}, **{"cases-1-value": "3"}))

    assert leads(stored)["case-2"] == ("order number is 3", "goodbye")
    assert "case-1" not in leads(stored)
    again = saved(filled(stored, **case(5, "order_number", "is", "7", "hello")))
    assert [row["outcome"] for row in again.settings["cases"]] == ["case-2", "case-1"]


def test_a_new_row_that_is_sent_twice_is_one_exit(decide):
    new = case(0, "order_number", "is", "1", "hello")
    saved(filled(decide, **new))
    again = saved(step_form(decide)({**shown(decide), **new}, instance=decide))  # the page did not learn its name yet
    assert [row["outcome"] for row in again.settings["cases"]] == ["case-1"]
    assert leads(again)["case-1"] == ("order number is 1", "hello")


@pytest.mark.parametrize("forged", ["otherwise", "case-7", "<b>"])
def test_a_forged_name_of_a_case_is_not_believed(forged, decide):
    stored = saved(filled(decide, **case(0, "order_number", "is", "1", "hello", outcome=forged)))
    assert [row["outcome"] for row in stored.settings["cases"]] == ["case-1"]


def test_a_name_that_is_sent_twice_is_believed_once(decide):
    stored = saved(filled(decide, **case(0, "order_number", "is", "1", "hello")))
    both = {**case(0, "order_number", "is", "1", "hello", "case-1"), **case(1, "order_number", "is", "2", "", "case-1")}
    again = saved(filled(stored, **both))
    assert [row["outcome"] for row in again.settings["cases"]] == ["case-1", "case-2"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (case(1, "", "is", "5"), "What is known: Choose one."),
        (case(1, "order_number", "more", "5"), "This is digits: choose “is”"),
        (case(1, "order_number", "is", "five"), "Write digits only, such as 4711."),
        (case(1, "made_up", "is", "5"), "What is known: This is not on offer. Choose another."),
    ],
)
def test_what_cannot_be_compared_is_marked_in_its_row(row, sentence, decide):
    form = filled(decide, **case(0, "order_number", "is", "1", "hello"), **row)
    assert list(form.errors) == ["cases"]
    [(place, sentences)] = form.fields["cases"].widget.row_errors.items()
    assert place == 1
    assert sentences[0].startswith(sentence)


def test_only_answers_of_this_flow_and_of_every_call_are_offered_and_no_secrets(decide):
    pin = drafts.add_step(decide.flow, name="PIN", kind="collect_digits")
    pin.settings = {"answer": "pin", "do_not_keep": True}
    pin.save()
    column = next(c for c in step_form(decide).base_fields["cases"].columns if c.name == "answer")
    offered = [name for name, _ in column.choices]
    assert offered[:3] == ["", "order_number", "callers_number"]
    assert "pin" not in offered
    assert "today" in offered


def test_an_answer_that_is_asked_for_no_more_stays_until_it_is_changed(decide):
    stored = saved(filled(decide, **case(0, "order_number", "is", "1", "hello")))
    stored.flow.steps.filter(key="order").delete()
    page = step_form(stored)(instance=stored)
    assert "Order number (not on offer any more)" in str(page["cases"])
    assert "No step asks for “order number” any more. Choose something else." in str(page["cases"])
    assert list(filled(stored).errors) == ["cases"]


def test_what_stops_publishing_stands_in_the_row(decide):
    stored = saved(filled(decide, **case(0, "order_number", "is", "1")))
    assert "Choose where callers go next after “order number is 1”." in str(step_form(stored)(instance=stored)["cases"])


def test_the_whole_way_on_the_page(maria, decide):
    url = decide.get_absolute_url()
    hello = decide.flow.steps.get(key="hello")
    hello.exits.update(goes_to=decide)

    answer = fill_in(
        maria, url, "step_form", **case(0, "order_number", "begins", "9", "goodbye"), **{f"{EXIT}otherwise": "goodbye"}
    )

    assert answer.status_code == 302
    flow_page = text_of(maria.get(decide.flow.get_absolute_url()))
    assert "order number begins with 9" in flow_page
    assert [p for p in publishing.draft(decide.flow).problems if p.step == decide.key] == []


def test_what_was_typed_survives_an_error(maria, decide):
    url = decide.get_absolute_url()
    answer = fill_in(maria, url, "step_form", **case(0, "order_number", "more", "5", "goodbye"))
    assert "Mend the marked rows." in text_of(answer)
    sent = fields(answer, "step_form")
    assert (sent["cases-0-value"], sent["cases-0-goes_to"]) == ("5", "goodbye")


def test_a_longer_flow_needs_no_more_queries(maria, decide):
    url = decide.get_absolute_url()
    maria.get(url)
    with CaptureQueriesContext(connection) as before:
        maria.get(url)
    for n in range(5):
        drafts.add_step(decide.flow, name=f"More {n}", kind="ask")
    with CaptureQueriesContext(connection) as after:
        maria.get(url)
    assert len(after) == len(before)


def test_what_is_copied_is_chosen_from_what_is_known_without_a_clock(maria, decide):
    remember = drafts.add_step(decide.flow, name="Keep", kind="set_answer")
    offered = [name for name, _ in step_form(remember).base_fields["source"].choices]
    assert offered == ["", "order_number", "remembered", "callers_number", "number_called", "earlier_calls"]
    fill_in(maria, remember.get_absolute_url(), "step_form", answer="first", how="copy", source="order_number")
    remember.refresh_from_db()
    assert remember.settings == {"answer": "first", "how": "copy", "text": "yes", "source": "order_number"}


def test_texts_are_offered_the_answers_that_they_may_say(maria, decide):
    say = drafts.add_step(decide.flow, name="Tell", kind="say")
    page = maria.get(say.get_absolute_url()).content.decode()
    assert '<option value="[order number]">Order number</option>' in page
    assert "[callers number]" in page
    assert "[today]" not in page
    assert "flows/insert.js" in page


def test_a_text_message_is_offered_the_same_answers(maria, decide):
    text = drafts.add_step(decide.flow, name="Directions", kind="send_text")
    page = maria.get(reverse("admin:flows_studio_step", args=[decide.flow.pk, text.key])).content.decode()
    offered = page[page.index('data-insert="id_text"') :]
    assert "into “What the message says”" in offered
    assert '<option value="[order number]">Order number</option>' in offered[: offered.index("</select>")]


def test_a_flow_that_asks_for_nothing_offers_no_answers(maria, line):
    assert "data-insert" not in maria.get(line.steps.get(key="hello").get_absolute_url()).content.decode()


def test_what_an_assistant_says_first_is_offered_none(maria, decide):
    helper = drafts.add_step(decide.flow, name="Helper", kind="agent")
    page = maria.get(helper.get_absolute_url()).content.decode()
    assert 'data-insert="id_failed_text"' in page
    assert 'data-insert="id_greeting"' not in page


def test_a_marker_that_names_nothing_is_a_problem_beside_the_text(maria, line):
    hello = line.steps.get(key="hello")
    fill_in(maria, hello.get_absolute_url(), "step_form", text="Hello [nobody].")
    assert "No step of this flow asks for “nobody”." in text_of(maria.get(hello.get_absolute_url()))


def test_a_text_that_says_an_answer_cannot_be_recorded(maria, decide):
    say = drafts.add_step(decide.flow, name="Tell", kind="say")
    say.settings = {"text": "It is [order number]."}
    say.save()
    url = f"/admin/flows/step/{say.pk}/record/text/"
    answer = maria.post(url, {"said": "It is [order number]."})
    assert "It cannot be recorded; the voice reads it." in text_of(answer)
