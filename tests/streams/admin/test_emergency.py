"""The page “Emergency”, through the door."""

from dataclasses import replace

import pytest
from django.urls import reverse

from flows.models import Flow
from streams.audio import prompts
from streams.desk import announcing, audit
from streams.models import Announcement, DeskAct, FlowSwitch
from tests.builders import flow_of
from tests.streams.rows import published

PAGE, DESK, FIRST = reverse("admin:streams_emergency"), reverse("admin:streams_desk"), reverse("admin:index")
SMOKE = "Our office is closed because of smoke."
SAID = {"do": "announce", "words-text": SMOKE, "words-then": "go_on", "words-lasts": "60"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(signed_in):
    return signed_in("watch_calls", "direct_lines", "view_call")


@pytest.fixture
def flow():
    return published(flow_of(bye=("hang_up", "Goodbye."))).flow


@pytest.fixture
def prepared(monkeypatch):
    monkeypatch.setattr(announcing, "ring", lambda pk: None)
    monkeypatch.setattr(prompts, "rendered", lambda texts, *, voice="", language="": dict.fromkeys(texts, b"s" * 800))


def test_an_announcement_is_made_heard_on_the_page_put_on_the_line_and_ended(lead, flow, prepared):
    assert "No caller hears it before you put it on the line." in lead.post(PAGE, SAID, follow=True).content.decode()
    made = Announcement.objects.get()
    assert (made.text, made.every_line, made.until is None) == (SMOKE, True, False)
    page = lead.get(PAGE).content.decode()
    sound = reverse("admin:streams_announced", args=[made.pk, "en"])
    assert (sound in page, "Put it on the line" in page) == (True, True)
    assert lead.get(sound).content[:4] == b"RIFF"
    assert all("Callers hear an announcement" not in lead.get(each).content.decode() for each in (DESK, FIRST))
    assert "It is on the line" in lead.post(PAGE, {"do": "put_on", "which": made.pk}, follow=True).content.decode()
    assert all("Callers hear an announcement" in lead.get(each).content.decode() for each in (DESK, FIRST))
    lead.post(PAGE, {"do": "stop", "which": made.pk})
    assert not Announcement.objects.active().exists()
    assert "Callers hear an announcement" not in lead.get(DESK).content.decode()


def test_on_a_line_of_another_language_alone_it_can_be_heard_too(lead, prepared):
    published(replace(flow_of(bye=("hang_up", "Tot ziens.")), language="nl-NL"))
    lead.post(PAGE, SAID)
    sound = reverse("admin:streams_announced", args=[Announcement.objects.get().pk, "nl"])
    assert sound in lead.get(PAGE).content.decode()
    assert lead.get(sound).content[:4] == b"RIFF"


def test_what_is_not_rendered_yet_cannot_be_put_on_the_line(lead, flow, monkeypatch):
    monkeypatch.setattr(announcing, "ring", lambda pk: None)
    lead.post(PAGE, SAID)
    page = lead.get(PAGE).content.decode()
    assert ("data-preparing" in page, "Put it on the line" in page) == (True, False)
    said = lead.post(PAGE, {"do": "put_on", "which": Announcement.objects.get().pk}, follow=True).content.decode()
    assert announcing.NOT_READY in said
    assert Announcement.objects.get().ready_at is None


def test_what_could_not_be_prepared_is_prepared_once_more(lead, flow, monkeypatch):
    rung = []
    monkeypatch.setattr(announcing, "ring", rung.append)
    made = Announcement.objects.create(text=SMOKE, done_by="Sue", problem="The voice is away.")
    page = lead.get(PAGE).content.decode()
    assert ("It could not be prepared" in page, "data-preparing" in page) == (True, False)
    page = lead.post(PAGE, {"do": "again", "which": made.pk}, follow=True).content.decode()
    assert ("The voice is away." in page, "data-preparing" in page, rung) == (False, True, [made.pk])


def test_who_is_put_through_needs_a_destination(lead, flow):
    page = lead.post(PAGE, {**SAID, "words-then": "transfer"}).content.decode()
    assert "Choose where callers are put through to." in page
    assert not Announcement.objects.exists()


def test_the_ai_steps_of_a_flow_are_switched_off_and_on(lead, flow):
    lead.post(PAGE, {"do": "off", "off-flow": flow.pk, "off-reason": "Wrong prices.", "off-lasts": "0"})
    assert FlowSwitch.objects.active().get().reason == "Wrong prices."
    words = f"AI steps of {flow} are off"
    assert all(words in lead.get(page).content.decode() for page in (PAGE, DESK, FIRST))
    lead.post(PAGE, {"do": "on", "which": flow.pk})
    assert not FlowSwitch.objects.active().exists()


def test_who_may_only_watch_sees_what_is_on_and_changes_nothing(signed_in, flow):
    client = signed_in("watch_calls")
    assert "You see what is on" in client.get(PAGE).content.decode()
    assert client.post(PAGE, SAID).status_code == 403
    made = Announcement.objects.create(text=SMOKE, done_by="Sue")
    assert client.post(PAGE, {"do": "put_on", "which": made.pk}).status_code == 403
    made.delete()
    assert client.post(PAGE, {"do": "off", "off-flow": flow.pk, "off-lasts": "0"}).status_code == 403
    assert (Announcement.objects.count(), FlowSwitch.objects.count()) == (0, 0)
    assert [row.act for row in DeskAct.objects.all()] == [audit.REFUSED] * 3
    assert Flow.objects.count() == 1


def test_who_may_not_watch_does_not_see_the_page(signed_in):
    assert signed_in("view_call").get(PAGE).status_code == 403
