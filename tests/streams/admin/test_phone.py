"""The phone's side of the site: who may call what, what comes next, and the story while it goes on."""

import base64
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse

from flows import drafts, publishing
from flows.engine.recording import said_before
from flows.models import Destination, Flow
from ivrsite import headers
from streams import lines
from streams.carriers.carrier import StreamStarted
from streams.event_log import Entry, append
from streams.models import Call, Rehearsal
from tests.flows import renderers
from tests.flows.pages import client_of, text_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick_voice(settings):
    settings.PROMPT_RENDERER = "tests.flows.renderers.quick"
    renderers.asked.clear()


def person(role, name):
    user = get_user_model().objects.create_user(name, password="secret", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def maria():
    return client_of(person("builder", "maria"))


@pytest.fixture
def line():
    """Hello, then a desk that may not answer, then goodbye."""
    Destination.objects.create(key="desk", name="Support desk", number="+14155550123")
    flow = Flow.objects.create(name="Main line", slug="main-line")
    desk = drafts.add_step(flow, name="To support", kind="transfer")
    bye = drafts.add_step(flow, name="Goodbye", kind="hang_up")
    desk.settings = {"destination": "desk", "announcement": ""}
    desk.save()
    for outcome in ("busy", "no-answer", "failed"):
        drafts.connect(desk, outcome, bye)
    return flow


def start(client, **fields):
    return client.post(reverse("admin:streams_phone_start"), fields)


def test_a_draft_is_called_as_it_is_now(maria, line):
    about = start(maria, flow=line.pk, caller="+1 415 555 0100", date="2026-12-25", time="18:05").json()
    call = Call.objects.get(pk=about["call"])
    assert about["title"] == "Draft of Main line"
    assert about["page"]["do"] == "stream"
    assert about["page"]["address"].startswith("/stream/")
    assert (call.caller, call.version, call.rehearsal.by.username) == ("+14155550100", None, "maria")
    assert call.rehearsal.moment == datetime(2026, 12, 25, 18, 5, tzinfo=UTC)
    assert call.rehearsal.snapshot == publishing.draft(line).snapshot()


def test_a_half_finished_draft_may_be_called_and_one_that_cannot_be_read_tells_why(maria, line):
    drafts.add_step(line, name="Menu", kind="menu")
    assert start(maria, flow=line.pk).status_code == 200
    line.steps.filter(kind="menu").update(settings={"attempts": "many"})
    answer = start(maria, flow=line.pk)
    assert answer.status_code == 400
    assert answer.json()["sentences"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"caller": "somebody"}, "country code"),
        ({"date": "tomorrow"}, "2026-12-25"),
        ({"time": "noon"}, "18:05"),
        ({"flow": "0"}, "Load the page again"),
    ],
)
def test_what_cannot_be_called_is_told_in_words(maria, line, fields, said):
    answer = start(maria, **({"flow": line.pk} | fields))
    assert answer.status_code == 400
    assert said in " ".join(answer.json()["sentences"])
    assert not Call.objects.exists()


def test_the_voice_tells_how_far_it_is_until_every_prompt_is_there(maria, line, monkeypatch):
    from streams import rehearsals

    for name in ("One", "Two", "Three"):
        said = drafts.add_step(line, name=name, kind="say")
        said.settings = {"text": f"{name}."}
        said.save()
    monkeypatch.setattr(rehearsals, "AT_A_TIME", 0.0)
    answer = start(maria, flow=line.pk)
    assert answer.status_code == 202
    assert answer.json()["preparing"]["done"] >= 1
    assert not Call.objects.exists()


def walk(client, about, **told):
    return client.post(about["next"], told).json()


def test_what_comes_next_is_told_as_a_carrier_is_told_and_again_the_same(maria, line):
    about = start(maria, flow=line.pk).json()
    call = Call.objects.get(pk=about["call"])
    Call.objects.filter(pk=call.pk).update(
        pending={"do": "transfer", "destination": "desk", "ring_seconds": 25},
        state={"step": "to-support", "turn": 1, "scratch": {"ringing": True}},
    )
    dial = walk(maria, about, document=0)
    assert (dial["do"], dial["to"], dial["document"]) == ("dial", "Support desk", 1)
    assert walk(maria, about, document=0) == dial
    stream = walk(maria, about, document=1, dial="no-answer")
    assert stream["do"] == "stream"
    assert stream["address"] != about["page"]["address"]


def test_the_story_so_far_tells_moves_and_words_and_cost(maria, line):
    about = start(maria, flow=line.pk).json()
    lines = [
        Entry(at=0.0, kind="answered", step="", data={}),
        Entry(at=0.1, kind="entered", step="to-support", data={}),
        Entry(at=3.0, kind="left", step="to-support", data={"outcome": "busy", "goes_to": "goodbye"}),
    ]
    append(about["call"], lines)
    Call.objects.update(answered_at=datetime.now(UTC))
    story = maria.get(f"{about['events']}?after=-1").json()
    assert [move["kind"] for move in story["moves"]] == ["answered", "entered", "left"]
    assert story["moves"][2]["goes_to"] == "goodbye"
    assert any("goes to Goodbye" in row["text"] for row in story["rows"])
    assert maria.get(f"{about['events']}?after={story['last']}").json()["moves"] == []
    assert not story["over"]


def test_the_story_tells_until_when_the_line_waits_for_the_caller(maria, line):
    about = start(maria, flow=line.pk).json()
    waits = Entry(at=4.0, kind="waits", step="main", data={"timer": "wait", "seconds": 6.0})
    append(about["call"], [Entry(at=0.0, kind="answered", step="", data={}), waits])
    assert maria.get(f"{about['events']}?after=-1").json()["waits_until"] == 10.0
    append(about["call"], [Entry(at=5.0, kind="key", step="main", data={"digit": "1"})])
    assert maria.get(f"{about['events']}?after=-1").json()["waits_until"] is None


def test_a_story_needs_few_queries(maria, line, django_assert_max_num_queries):
    about = start(maria, flow=line.pk).json()
    append(about["call"], [Entry(at=0.1 * n, kind="entered", step="to-support", data={}) for n in range(50)])
    with django_assert_max_num_queries(9):  # session, user, two permissions, call, log, two prices
        maria.get(f"{about['events']}?after=-1")


def test_words_that_are_typed_are_voiced(maria, line):
    about = start(maria, flow=line.pk).json()
    audio = base64.b64decode(maria.post(about["say"], {"text": "billing"}).json()["audio"])
    assert 0.2 < len(audio) / 8000 < 3
    assert maria.post(about["say"], {"text": ""}).status_code == 400
    assert maria.post(about["say"], {"text": "x" * 301}).status_code == 400


def test_hanging_up_ends_the_call_and_no_carrier_is_charged(maria, line):
    about = start(maria, flow=line.pk).json()
    maria.post(about["hang_up"])
    maria.post(about["hang_up"])
    call = Call.objects.get(pk=about["call"])
    assert call.ended_at
    assert not call.charges.exists()


def test_a_test_call_is_its_testers_alone(maria, line):
    about = start(maria, flow=line.pk).json()
    other = client_of(person("builder", "bob"))
    for name in ("next", "say", "hang_up"):
        assert other.post(about[name]).status_code == 404
    assert other.get(about["events"]).status_code == 404


def test_only_builders_call(line):
    viewer = client_of(person("operations viewer", "olga"))
    assert start(viewer, flow=line.pk).status_code == 403
    assert "Call this draft" not in text_of(viewer.get(line.get_absolute_url()))
    assert not Rehearsal.objects.exists()


def test_the_phone_has_a_page_of_its_own_under_the_strict_policy(maria, line):
    answer = maria.get(f"{reverse('admin:streams_phone')}?flow={line.pk}")
    assert answer["Content-Security-Policy"] == headers.STRICT
    assert "Draft of Main line" in text_of(answer)
    assert "Load the page again" in text_of(maria.get(reverse("admin:streams_phone")))


def test_a_test_call_of_a_line_that_records_begins_with_its_notice_and_is_recorded(maria, line):
    line.records_calls, line.recording_notice = True, "We record this call."
    line.save()
    about = start(maria, flow=line.pk).json()
    assert "We record this call." in renderers.asked[0]["texts"]
    call, token = Call.objects.get(), about["page"]["address"].split("/")[2]
    brief = lines.bind(lines.find(token), token, StreamStarted(call_uuid=call.call_uuid, stream_id="stream-1"))
    assert [text for _, text in said_before(brief.flow)][0] == "We record this call."
    assert (brief.notice, brief.keep_recording is None) == ("", False)
