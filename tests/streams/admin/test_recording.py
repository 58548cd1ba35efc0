"""The recording on a call's page, its sound, and the list of who listened."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from ivrsite.roles import create_roles
from streams import recordings, tape
from streams.audio import mulaw
from streams.models import CallRecording, RecordingPlay
from streams.notice import HEARD, REFUSED, UNPROVEN
from streams.recorder import Piece
from tests.streams.admin.conftest import SEES_ALL, SEES_CALLS
from tests.streams.admin.test_call import page_of, text_of
from tests.streams.made import SNAPSHOT, log
from tests.streams.recorded import sound

LISTENS = (*SEES_CALLS, "play_recording")
RECORDS = {"recording": {"notice": "This call is recorded.", "may_object": True}}


@pytest.fixture
def recorded(finished):
    """A call of 30 s whose notice was heard after 5."""
    call = finished((5.0, HEARD, "", {}))
    for n in range(6):
        place = (5 + 4 * n) * mulaw.RATE
        tape.store(call.pk, Piece(place, sound(n, 4.0), sound(n + 50, 4.0)))
    return call


def url(call):
    return f"/admin/streams/recordingplay/{call.pk}/audio/"


def body(response):
    return b"".join(response) if response.streaming else response.content


def test_the_page_shows_a_waveform_when_the_notice_was_heard_and_a_way_to_play(signed_in, recorded):
    response = signed_in(*LISTENS).get(page_of(recorded))
    page, told = response.content.decode(), text_of(response)
    assert "caller above , line below · notice was heard at 0:05 · 24 s" in told
    assert len(re.findall(r'<path class="cw-wave-(?:caller|line)" d="M', page)) == 2
    assert f'src="{url(recorded)}"' in page
    assert 'data-offset="5.000" data-seconds="24.000"' in page


def test_who_may_not_listen_sees_that_and_gets_no_sound(signed_in, recorded):
    client = signed_in(*SEES_ALL)
    response = client.get(page_of(recorded))
    assert "You may not listen to it." in text_of(response)
    assert url(recorded) not in response.content.decode()
    assert client.get(url(recorded)).status_code == 403
    assert not RecordingPlay.objects.exists()


def test_the_sound_is_a_wav_with_the_caller_left(signed_in, recorded):
    response = signed_in(*LISTENS).get(url(recorded))
    recording = CallRecording.objects.get()
    whole = body(response)
    assert (response.status_code, response["Content-Type"], len(whole)) == (
        200,
        "audio/wav",
        recordings.size(recording),
    )
    assert whole[58::2][: 4 * mulaw.RATE] == sound(0, 4.0)
    assert "no-store" in response["Cache-Control"]
    assert "Content-Disposition" not in response


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=1000-1999", 1000, 1999),
        ("bytes=384050-", 384050, 384057),
        ("bytes=-10", 384048, 384057),
    ],
)
def test_a_part_of_the_sound_may_be_asked_for(signed_in, recorded, asked, first, last):
    client = signed_in(*LISTENS)
    whole = body(client.get(url(recorded)))
    response = client.get(url(recorded), headers={"Range": asked})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"
    assert body(response) == whole[first : last + 1]


def test_an_hour_is_given_in_parts(signed_in, recorded, monkeypatch):
    monkeypatch.setattr("streams.admin.recording.MOST_AT_ONCE", 1000)
    response = signed_in(*LISTENS).get(url(recorded), headers={"Range": "bytes=0-"})
    assert (response["Content-Range"], len(body(response))) == ("bytes 0-999/384058", 1000)


def test_each_listening_is_noted_once_and_stands_on_the_card_and_in_the_list(signed_in, recorded):
    client = signed_in(*LISTENS, "view_recordingplay")
    for part in ("bytes=0-", "bytes=0-", "bytes=5000-", "bytes=9000-"):
        client.get(url(recorded), headers={"Range": part})
    play = RecordingPlay.objects.get()
    assert (play.how, play.who, play.call) == ("played", User.objects.get().username, recorded)
    RecordingPlay.objects.update(at=play.at.replace(year=2020))
    client.get(url(recorded), headers={"Range": "bytes=0-"})
    assert RecordingPlay.objects.count() == 2
    assert f"{play.who} listened" in text_of(client.get(page_of(recorded)))
    assert f"{play.who} listened" in text_of(client.get("/admin/streams/recordingplay/"))


def test_no_part_is_given_to_somebody_who_is_not_noted(signed_in, recorded):
    signed_in(*LISTENS).get(url(recorded), headers={"Range": "bytes=9000-"})
    assert RecordingPlay.objects.count() == 1


def test_a_copy_is_a_download_that_is_noted_as_one_and_names_no_number(signed_in, recorded):
    response = signed_in(*LISTENS).get(url(recorded), {"copy": "1"})
    assert response["Content-Disposition"] == 'attachment; filename="call-2090-11-22-1200.wav"'
    assert RecordingPlay.objects.get().how == "downloaded"


def test_nobody_changes_or_deletes_who_listened(admin_client, recorded):
    admin_client.get(url(recorded))
    play = RecordingPlay.objects.get()
    assert admin_client.post(f"/admin/streams/recordingplay/{play.pk}/delete/", {"post": "yes"}).status_code == 403
    assert RecordingPlay.objects.count() == 1


def test_an_operations_viewer_may_listen_and_a_builder_may_not(db, recorded):
    create_roles()
    for role, status in (("operations viewer", 200), ("builder", 403), ("publisher", 403), ("billing", 403)):
        user = User.objects.create_user(role, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        assert client.get(url(recorded)).status_code == status, role


def test_a_call_without_a_recording_has_no_sound(signed_in, finished):
    assert signed_in(*LISTENS).get(url(finished())).status_code == 404


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ((4.0, REFUSED, "", {"by": "key"}), "The caller pressed 9 at 0:04, so the call was not recorded."),
        ((4.0, UNPROVEN, "", {"why": "it could not be said"}), "the caller heard the notice: it could not be said."),
        ((4.0, HEARD, "", {}), "The recording of this call is not there any more"),
        ((4.0, "key", "", {"digit": "1"}), "the call ended before the notice was heard"),
    ],
)
def test_the_page_says_why_a_call_was_not_recorded(signed_in, finished, version, told, sentence):
    type(version).objects.filter(pk=version.pk).update(snapshot=SNAPSHOT | RECORDS)
    version.refresh_from_db()
    assert sentence in text_of(signed_in(*SEES_ALL).get(page_of(finished(told))))


def test_a_flow_that_records_nothing_has_no_card(signed_in, finished):
    assert "cw-recording" not in signed_in(*LISTENS).get(page_of(finished())).content.decode()


def test_the_log_tells_of_the_notice(signed_in, finished):
    call = finished()
    log(call, (62.0, HEARD, "", {}), (63.0, REFUSED, "", {"by": "key"}), (64.0, UNPROVEN, "", {"why": "no sound"}))
    told = text_of(signed_in(*SEES_ALL).get(page_of(call)))
    for words in ("is recorded from here on", "does not want to be recorded", "is not recorded no sound"):
        assert words in told
