"""The prompt library: every text once, found, heard, recorded, and said anew everywhere."""

import pytest
from django.urls import reverse

from flows import drafts, history, publishing, recordings
from flows.models import Flow
from flows.written_texts import Text
from tests.flows.pages import client_of, fields, text_of

LIBRARY = "admin:flows_library"


@pytest.fixture
def other(line):
    """A second flow that ends with the same words."""
    flow = Flow.objects.create(name="Night line", slug="night-line")
    bye = drafts.add_step(flow, name="The end", kind="hang_up")
    bye.settings = {"text": "Goodbye."}
    bye.save()
    return flow


def reword_url(text):
    return reverse("admin:flows_reword", args=[Text(text).digest])


def found(client, **query):
    return text_of(client.get(reverse(LIBRARY), query))


def test_a_text_of_several_flows_stands_once_with_its_places(maria, other, number, quick_voice):
    main = Flow.objects.get(name="Main line")
    publishing.go_live(number, publishing.publish(main, by=None), by=None)
    page = maria.get(reverse(LIBRARY))
    assert page.content.decode().count('id="text-') == 2
    shown = text_of(page)
    assert "Main line · Goodbye" in shown
    assert "Night line · The end" in shown
    assert "live v1" in shown
    assert "2 texts" in shown


def test_texts_are_found_by_words_flow_place_and_sound(maria, other, number, scripted_voice):
    main = Flow.objects.get(name="Main line")
    assert "2 of 2 texts" in found(maria, how="missing")
    publishing.go_live(number, publishing.publish(main, by=None), by=None)
    assert "Nothing fits" in found(maria, how="missing")
    assert "Welcome" in found(maria, q="hart TOOLS")
    assert "Goodbye" not in found(maria, q="hart tools")
    assert "Welcome" not in found(maria, flow=other.pk)
    assert "Welcome" in found(maria, flow=main.pk, where="live", how="voice")
    assert "Nothing fits" in found(maria, how="recorded")

    bye = main.steps.get(key="goodbye")
    recordings.record(bye, "text", text="Goodbye.", audio=b"\x55" * 12_000, name="a.wav", by=None)
    shown = found(maria, how="recorded")
    assert "1 of 2 texts" in shown
    assert "1.5 s" in shown
    assert "Change the recording" in shown
    assert "2 texts" in found(maria, flow="x", where="mars")

    bye.settings = {"text": "Bye bye."}
    bye.save()
    shown = found(maria, how="outdated")
    assert "1 of 3 texts" in shown
    assert "Record it again" in shown


def test_the_library_asks_as_much_of_many_texts_as_of_few(maria, line, number, quick_voice, django_assert_num_queries):
    publishing.go_live(number, publishing.publish(line, by=None), by=None)
    with django_assert_num_queries(8):
        maria.get(reverse(LIBRARY))
    for index in range(30):
        step = drafts.add_step(line, name=f"Step {index}", kind="say")
        step.settings = {"text": f"Text {index}."}
        step.save()
    with django_assert_num_queries(8):
        answer = maria.get(reverse(LIBRARY))
    assert "Page 1 of 2" in text_of(answer)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "Text 29." in found(maria, page=2)


def test_a_text_is_changed_everywhere_after_it_was_shown_where(maria, other):
    main = Flow.objects.get(name="Main line")
    before = {flow.pk: flow.revision for flow in (main, other)}
    shown = maria.get(reword_url("Goodbye."))
    sent = {**fields(shown, "reword_form"), "new": "Good bye, and thank you.", "at": _places(shown)}
    preview = maria.post(reword_url("Goodbye."), {**sent, "_preview": "1"})
    assert "2 places change" in text_of(preview)
    assert "The end of Night line" in text_of(preview)
    assert _said(main, "goodbye") == "Goodbye."

    longer = {**fields(preview, "reword_form"), **sent, "new": "Nobody saw this.", "_save": "1"}
    assert "2 places change" in text_of(maria.post(reword_url("Goodbye."), longer))
    assert _said(main, "goodbye") == "Goodbye."

    answer = maria.post(reword_url("Goodbye."), {**_shown(maria, sent), "_save": "1"}, follow=True)
    assert "Changed in 2 places of Main line , Night line" in text_of(answer)
    assert _said(main, "goodbye") == _said(other, "the-end") == "Good bye, and thank you."
    assert {flow.pk: flow.revision - 1 for flow in Flow.objects.all()} == before

    undone = history.undo(Flow.objects.get(pk=other.pk), by=None)
    assert undone.what == "“Good bye, and thank you.” in The end"
    assert _said(other, "the-end") == "Goodbye."
    assert _said(main, "goodbye") == "Good bye, and thank you."


def test_two_steps_of_one_flow_change_as_one_and_are_undone_as_one(maria, line):
    second = drafts.add_step(line, name="Second end", kind="hang_up")
    second.settings = {"text": "Goodbye."}
    second.save()
    shown = maria.get(reword_url("Goodbye."))
    sent = {**fields(shown, "reword_form"), "new": "Bye.", "at": _places(shown)}
    maria.post(reword_url("Goodbye."), {**_shown(maria, sent), "_save": "1"})
    assert _said(line, "goodbye") == _said(line, "second-end") == "Bye."
    history.undo(Flow.objects.get(pk=line.pk), by=None)
    assert _said(line, "goodbye") == _said(line, "second-end") == "Goodbye."


def test_nothing_is_changed_when_somebody_changed_one_of_the_steps_meanwhile(maria, other):
    main = Flow.objects.get(name="Main line")
    for flow in (main, other):
        drafts.touch(flow, by=None, what="as it was")
    shown = maria.get(reword_url("Goodbye."))
    sent = _shown(maria, {**fields(shown, "reword_form"), "new": "Bye.", "at": _places(shown)}) | {"_save": "1"}
    end = other.steps.get(key="the-end")
    end.name = "The very end"
    end.save()
    drafts.touch(other, by=None, what="The very end")
    answer = maria.post(reword_url("Goodbye."), sent)
    assert "Nothing was changed." in text_of(answer)
    assert _said(main, "goodbye") == "Goodbye."

    maria.post(reword_url("Goodbye."), {**fields(answer, "reword_form"), "at": sent["at"], "_save": "1"})
    assert _said(main, "goodbye") == _said(other, "the-end") == "Bye."


def test_what_cannot_stand_in_a_place_is_said_and_what_must_be_minded_is_shown(maria, line):
    url = reword_url("Goodbye.")
    sent = {**fields(maria.get(url), "reword_form"), "at": _places(maria.get(url)), "_preview": "1"}
    assert "This is what it says already." in text_of(maria.post(url, {**sent, "new": "Goodbye."}))
    assert "Choose at least one place." in text_of(maria.post(url, {**sent, "new": "Bye.", "at": []}))
    assert "No step of this flow asks for “order number”." in text_of(
        maria.post(url, {**sent, "new": "Bye, [order number]."})
    )
    bye = line.steps.get(key="goodbye")
    recordings.record(bye, "text", text="Goodbye.", audio=b"\x55", name="a.wav", by=None)
    assert "The recording in Main line says the old words." in text_of(maria.post(url, {**sent, "new": "Bye."}))
    assert "No draft says this text any more." in text_of(maria.get(reword_url("What?"), follow=True))


def test_who_recorded_from_the_library_comes_back_to_it(maria, line):
    step = line.steps.get(key="hello")
    page = reverse("admin:flows_step_record", args=[step.pk, "text"]) + "?from=library"
    assert page in maria.get(reverse(LIBRARY)).content.decode()
    assert "← Prompts" in text_of(maria.get(page))


def test_who_may_not_change_flows_changes_no_text(person, line):
    olga = client_of(person("operations viewer"))
    assert olga.get(reverse(LIBRARY)).status_code == 403
    assert olga.get(reword_url("Goodbye.")).status_code == 403


def _places(shown):
    """Every place that the page offers."""
    return [str(value) for value, _ in shown.context["form"].fields["at"].choices]


def _shown(client, sent):
    """What is sent after the page showed what would change."""
    preview = client.post(reword_url("Goodbye."), {**sent, "_preview": "1"})
    return {**fields(preview, "reword_form"), **sent}


def _said(flow, key):
    return flow.steps.get(key=key).settings["text"]
