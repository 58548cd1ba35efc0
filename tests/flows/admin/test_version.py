"""A published version, read in words."""

from flows import publishing
from flows.models import FlowVersion
from tests.flows.pages import text_of


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
