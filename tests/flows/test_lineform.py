"""The form of the line takes further languages, each once."""

import pytest

pytestmark = pytest.mark.django_db
SPANISH = "es-US"


def test_a_language_is_added_on_the_form_of_the_line(admin_client, line):
    sent = {
        "name": line.name,
        "language": "en-US",
        "start": line.start_id,
        "revision": line.revision,
        "discloses_ai": "on",
        "further-0-language": SPANISH,
        "further-0-voice": "",
    }
    admin_client.post(f"/admin/flows/flow/{line.pk}/studio/line/", sent)
    line.refresh_from_db()
    assert line.languages == [{"language": SPANISH, "voice": ""}]
    twice = {**sent, "revision": line.revision, "further-0-language": "en-US"}
    answer = admin_client.post(f"/admin/flows/flow/{line.pk}/studio/line/", twice).json()
    assert "once" in str(answer["errors"]["further"])


def test_who_pays_is_kept_undone_and_goes_through_a_file(admin_client, line):
    from flows import history
    from flows.portable import applying, gathering
    from flows.portable.reading import file_of
    from flows.portable.writing import text_of

    sent = {"name": line.name, "language": "en-US", "start": line.start_id, "revision": line.revision}
    admin_client.post(
        f"/admin/flows/flow/{line.pk}/studio/line/", {**sent, "discloses_ai": "on", "cost_centre": "4711"}
    )
    line.refresh_from_db()
    assert line.cost_centre == "4711"
    text = text_of(gathering.file_of(line))
    assert "cost centre: '4711'" in text or "cost centre: 4711" in text
    assert applying.apply(file_of(text)).flow.cost_centre == "4711"
    history.undo(line, by=None)
    line.refresh_from_db()
    assert line.cost_centre == ""


def test_undo_to_a_draft_from_before_cost_centres_leaves_the_cost_centre(line):
    from flows import drafts, history
    from flows.models import DraftRevision

    history.remember(line)
    drafts.touch(line, by=None, what="a change")
    type(line).objects.filter(pk=line.pk).update(cost_centre="4711")
    line.refresh_from_db()
    for row in DraftRevision.objects.filter(flow=line):
        row.content["line"].pop("cost_centre")
        DraftRevision.objects.filter(pk=row.pk).update(content=row.content)
    history.undo(line, by=None)
    line.refresh_from_db()
    assert line.cost_centre == "4711"
