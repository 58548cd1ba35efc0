"""The form of the line takes further languages, each once."""

import pytest

from flows import drafts, history, publishing
from flows.models import DraftRevision
from flows.portable import applying, gathering
from flows.portable.reading import file_of
from flows.portable.writing import text_of

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


def save(client, line, **more):
    line.refresh_from_db()
    sent = {
        "name": line.name,
        "language": "en-US",
        "start": line.start_id or "",
        "revision": line.revision,
        "discloses_ai": "on",
        "keeps_transcripts": "on",
        "may_object": "on",
        **more,
    }
    answer = client.post(f"/admin/flows/flow/{line.pk}/studio/line/", sent)
    line.refresh_from_db()
    return answer


def test_a_flow_records_calls_once_somebody_ticks_it_and_the_usual_notice_is_there(admin_client, line):
    assert (line.records_calls, line.keeps_transcripts) == (False, True)
    page = admin_client.get(f"/admin/flows/flow/{line.pk}/change/").content.decode()
    assert "Recording and transcripts" in page
    assert "This call is recorded.</textarea>" in page
    assert 'aria-label="Hear: What callers hear first"' in page
    save(admin_client, line, records_calls="on", recording_notice="This call is recorded.")
    assert line.recording.notice == "This call is recorded."
    page = admin_client.get(f"/admin/flows/flow/{line.pk}/change/").content.decode()
    assert "Recording: this line records calls" in page


def test_a_notice_that_is_left_empty_is_kept_empty_and_stops_publishing(admin_client, line):
    save(admin_client, line, records_calls="on", recording_notice="")
    assert line.recording_notice == ""
    assert "Calls are recorded, so callers must be told." in str(publishing.draft(line).problems)
    page = admin_client.get(f"/admin/flows/flow/{line.pk}/publish/").content.decode()
    assert "Calls are recorded, so callers must be told." in page
    assert f"/admin/flows/flow/{line.pk}/change/#id_recording_notice" in page


def test_the_usual_notice_goes_with_the_language_of_the_line(admin_client, line):
    save(admin_client, line, records_calls="on", recording_notice="This call is recorded.", language="en-GB")
    assert line.recording_notice == "This call is recorded."


def test_each_further_language_has_a_notice_of_its_own(admin_client, line):
    more = {"further-0-language": SPANISH, "further-0-voice": "", "further-0-notice": ""}
    save(admin_client, line, records_calls="on", recording_notice="We record calls.", **more)
    assert "The notice that calls are recorded is missing in Spanish." in str(publishing.draft(line).problems)
    save(admin_client, line, records_calls="on", recording_notice="We record calls.",
         **{**more, "further-0-notice": "Grabamos."})  # fmt: skip
    assert line.languages == [{"language": SPANISH, "voice": "", "notice": "Grabamos."}]
    assert "The notice" not in str(publishing.draft(line).problems)


def test_who_pays_is_kept_undone_and_goes_through_a_file(admin_client, line):
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
