"""A flow leaves as a file and comes in from one, through the pages."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from flows import publishing
from flows.models import Destination, Flow
from tests.flows.pages import client_of, fields, fill_in, text_of

FILE = """
flow: Night line
steps:
  - step: Hello
    what happens: say something
    what callers hear: Good evening.
    then: To the guard
  - step: To the guard
    what happens: put the caller through to someone
    put through to: Guard
    when:
      the line was busy: Goodbye
      nobody answered: Goodbye
  - step: Goodbye
    what happens: hang up
destinations:
  Guard: +14155550177
"""


def sent(text):
    return {"file": SimpleUploadedFile("flow.yaml", text if isinstance(text, bytes) else text.encode())}


def agree(client, url, text):
    """Upload a file, then press the button below what was shown."""
    shown = client.post(url, sent(text))
    assert shown.status_code == 200
    return client.post(url, fields(shown))


def test_a_file_is_shown_first_and_becomes_a_flow_when_agreed(maria, builder):
    url = reverse("admin:flows_import")
    shown = maria.post(url, sent(FILE))

    said = text_of(shown)
    assert "A new flow: “Night line”" in said
    assert "To the guard: Transfer" in said
    assert "Destination “Guard”, +14155550177. A publisher approves it" in said
    assert "To the guard: Choose where callers go next after “it did not work”." in said
    assert not Flow.objects.exists()
    assert not Destination.objects.exists()

    made = maria.post(url, fields(shown))

    flow = Flow.objects.get()
    assert made.url == flow.get_absolute_url()
    assert flow.changed_by == builder
    assert Destination.objects.get().awaits_approval


def test_what_a_draft_would_lose_and_gain_is_told_in_the_callers_words(maria, line):
    exported = maria.get(reverse("admin:flows_flow_export", args=[line.pk])).content.decode()
    changed = exported.replace("Welcome to Hart Tools.", "Good day.")
    url = reverse("admin:flows_flow_import", args=[line.pk])

    shown = maria.post(url, sent(changed))

    assert "callers now hear “Good day.”" in text_of(shown)
    assert line.steps.get(key="hello").settings == {"text": "Welcome to Hart Tools."}
    maria.post(url, fields(shown))
    assert line.steps.get(key="hello").settings == {"text": "Good day."}
    line.refresh_from_db()
    assert line.name == "Main line"


def test_importing_what_was_exported_changes_nothing(maria, menu):
    before = publishing.draft(menu.flow).flow
    answer = maria.get(reverse("admin:flows_flow_export", args=[menu.flow_id]))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="main-line.yaml"'

    url = reverse("admin:flows_flow_import", args=[menu.flow_id])
    assert "Nothing that callers would notice." in text_of(maria.post(url, sent(answer.content)))
    agree(maria, url, answer.content)

    assert publishing.draft(menu.flow).flow == before


def test_who_agreed_to_something_else_is_shown_what_would_happen_now(maria, paul, line):
    url = reverse("admin:flows_flow_import", args=[line.pk])
    shown = maria.post(url, sent(FILE))
    fill_in(paul, line.steps.get(key="hello").get_absolute_url(), "step_form", text="Hello!")

    again = maria.post(url, fields(shown))

    assert "Something changed since you looked." in text_of(again)
    assert line.steps.filter(key="hello").exists()
    assert maria.post(url, fields(again)).status_code == 302
    assert line.steps.count() == 3


def test_everything_that_is_wrong_is_told_with_its_line_and_nothing_is_stored(maria):
    bad = FILE.replace("then: To the guard", "then: Nowhere").replace("+14155550177", "12")
    bad = bad.replace("    what happens: hang up\n", "    what happens: sing\n").replace(
        "flow: Night line\n", "flow:\n"
    )
    said = text_of(maria.post(reverse("admin:flows_import"), sent(bad)))

    assert "This file was not taken. Nothing has changed." in said
    assert "Write “flow:” for a flow." in said
    assert "Line 14: “Goodbye”: “sing” is nothing that can happen." in said
    assert "Line 4: “Hello” leads to “Nowhere”" in said
    assert not Flow.objects.exists()
    assert not Destination.objects.exists()


def test_a_destination_that_is_here_keeps_its_number(maria):
    Destination.objects.create(key="guard", name="Guard", number="+14155550100")
    shown = maria.post(reverse("admin:flows_import"), sent(FILE))
    assert "“Guard” is here already, with the number +14155550100. It stays" in text_of(shown)
    maria.post(reverse("admin:flows_import"), fields(shown))
    assert Destination.objects.get().number == "+14155550100"


def test_what_is_no_text_is_refused_in_words(maria):
    url = reverse("admin:flows_import")
    assert "This is not a text file." in text_of(maria.post(url, sent(b"\xff\xfe\x00\x01")))
    assert "Choose a file first." in text_of(maria.post(url, {}))
    assert "This is no file of a flow." in text_of(maria.post(url, sent("just words")))


def test_who_may_not_build_imports_nothing(person, line):
    viewer = client_of(person("operations viewer"))
    assert viewer.get(reverse("admin:flows_import")).status_code == 403
    assert viewer.get(reverse("admin:flows_flow_export", args=[line.pk])).status_code == 403


def test_a_flow_is_copied_with_its_test_calls_under_a_name_of_its_own(maria, menu, builder):
    menu.flow.test_calls.create(name="Billing", lines="caller presses 1")
    answer = maria.post(reverse("admin:flows_flow_copy", args=[menu.flow_id]), follow=True)
    made = Flow.objects.exclude(pk=menu.flow_id).get()
    assert "is a copy of “Main line”" in text_of(answer)
    assert made.name != "Main line"
    assert [step.name for step in made.steps.all()] == [step.name for step in menu.flow.steps.all()]
    assert made.test_calls.get().lines == "caller presses 1"
    assert maria.get(reverse("admin:flows_flow_copy", args=[menu.flow_id])).status_code == 405
