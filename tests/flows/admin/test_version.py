"""A published version, read in words."""

from flows import drafts, publishing
from flows.models import FlowVersion
from tests.flows.pages import text_of
from tests.flows.waiving import let_pass


def test_a_version_is_read_in_words_and_never_as_json(paul, menu, quick_voice):
    version = publishing.publish(menu.flow, by=None)
    page = paul.get(version.get_absolute_url())
    shown = text_of(page)

    assert "For billing, press 1." in shown
    assert "1 · Billing → Goodbye" in shown
    assert "Calls begin here" in shown
    assert "snapshot" not in page.content.decode()
    assert paul.post(version.get_absolute_url(), {"notes": "changed"}).status_code == 403


def test_a_version_of_another_release_is_still_a_page(paul, line, quick_voice):
    version = publishing.publish(line, by=None)
    FlowVersion.objects.update(snapshot={"spec": 99})
    assert "made by another release" in text_of(paul.get(version.get_absolute_url()))


def test_what_an_ai_step_may_do_is_named(paul, line, desk, quick_voice):
    helper = drafts.add_step(line, name="Helper", kind="agent", after=line.steps.get(key="hello").exits.get())
    texts = [{"name": "Directions", "text": "At 1 Main Street."}]
    helper.settings = {"destinations": [desk.key], "engine": "local", "texts": texts}
    helper.save()
    drafts.sync_exits(helper)
    helper.exits.update(goes_to=line.steps.get(key="goodbye"))
    let_pass(line)
    shown = text_of(paul.get(publishing.publish(line, by=None).get_absolute_url()))
    assert "Put callers through to Support desk" in shown
    assert "Directions — At 1 Main Street." in shown
    assert "Assistant Scripted assistant (no AI)" in shown


def test_a_version_that_records_calls_says_what_callers_hear_first(paul, line, quick_voice):
    assert "records calls" not in text_of(paul.get(publishing.publish(line, by=None).get_absolute_url()))
    line.records_calls, line.recording_notice, line.keeps_transcripts = True, "We record this call.", False
    line.save()
    shown = text_of(paul.get(publishing.publish(line, by=None).get_absolute_url()))
    assert "This version records calls. Before its first step callers hear: “We record this call.”" in shown
    assert "“If you do not want that, press 9 now.”" in shown
    assert "What was said is not kept, and not summed up." in shown
