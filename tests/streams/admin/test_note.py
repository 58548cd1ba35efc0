"""Follow-ups: open ones first, marked as done by who may, seen only as far as one may see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from streams.models import CallNote, TextMessage
from tests.flows.pages import text_of
from tests.streams.made import a_call

LIST = "admin:streams_callnote_changelist"
SEES = ("view_callnote", "view_call", "view_transcript")


@pytest.fixture
def notes(db):
    call = a_call(caller="+14155550142")
    made = [("first", "message", "Call Ann."), ("second", "to-do", "The bill <script>")]
    return [
        CallNote.objects.create(call=call, dedupe_key=key, what=what, text=text, caller=call.caller)
        for key, what, text in made
    ]


def page_of_call(note):
    return reverse("admin:streams_call_change", args=[note.call_id])


def done_url(note):
    return reverse("admin:streams_callnote_done", args=[note.pk])


def test_open_ones_come_first_and_say_who_wants_what(signed_in, notes):
    client = signed_in(*SEES, "finish_callnote")
    client.post(done_url(notes[1]))
    shown = text_of(client.get(reverse(LIST)))
    assert shown.index("Call Ann.") < shown.index("The bill")
    assert "+14155550142" in shown
    assert "<script>" not in client.get(reverse(LIST)).content.decode()


def test_one_is_marked_as_done_and_opened_again(signed_in, notes):
    client = signed_in(*SEES, "finish_callnote")
    note = notes[0]
    client.post(done_url(note))
    note.refresh_from_db()
    assert note.done_at
    assert note.done_by.username.startswith("user-")
    client.post(done_url(note), {"again": "1"})
    note.refresh_from_db()
    assert note.done_at is None


def test_who_did_it_and_when_is_told(signed_in, notes):
    client = signed_in(*SEES, "finish_callnote")
    client.post(done_url(notes[0]))
    notes[0].refresh_from_db()
    notes[0].done_by.first_name, notes[0].done_by.last_name = "Olga", "Novak"
    notes[0].done_by.save()
    for address in (
        reverse(LIST),
        reverse("admin:streams_callnote_change", args=[notes[0].pk]),
        page_of_call(notes[0]),
    ):
        assert "by Olga Novak" in text_of(client.get(address))


def test_one_is_marked_on_the_page_of_its_call_and_comes_back_there(signed_in, notes):
    client = signed_in(*SEES, "finish_callnote")
    assert "Mark as done" in client.get(page_of_call(notes[0])).content.decode()
    for sent, is_done in (({"on_call": "1"}, True), ({"on_call": "1", "again": "1"}, False)):
        answer = client.post(done_url(notes[0]), sent)
        assert answer.url == page_of_call(notes[0])
        notes[0].refresh_from_db()
        assert (notes[0].done_at is not None) is is_done


def test_who_may_only_look_is_offered_no_button_on_the_call(signed_in, notes):
    assert "Mark as done" not in signed_in(*SEES).get(page_of_call(notes[0])).content.decode()


def test_open_and_done_ones_are_listed_apart(signed_in, notes):
    client = signed_in(*SEES, "finish_callnote")
    client.post(done_url(notes[1]))
    shown = text_of(client.get(reverse(LIST), {"state": "open"}))
    assert "Call Ann." in shown
    assert "The bill" not in shown
    assert "The bill" in text_of(client.get(reverse(LIST), {"state": "done"}))


def test_several_are_marked_at_once(signed_in, notes):
    client = signed_in(*SEES, "finish_callnote")
    sent = {"action": "mark_done", "_selected_action": [note.pk for note in notes]}
    client.post(reverse(LIST), sent)
    assert not CallNote.objects.filter(done_at=None).exists()


def test_who_may_only_look_changes_nothing_and_sees_no_whole_number(signed_in, notes):
    client = signed_in(*SEES)
    page = text_of(client.get(reverse(LIST)))
    assert "+14155550142" not in page
    assert "0142" in page
    assert client.post(done_url(notes[0])).status_code == 403
    client.post(reverse(LIST), {"action": "mark_done", "_selected_action": [notes[0].pk]})
    assert CallNote.objects.filter(done_at=None).count() == 2


def test_who_may_not_read_transcripts_does_not_read_messages(signed_in, notes):
    client = signed_in("view_callnote", "finish_callnote")
    for url in (reverse(LIST), reverse("admin:streams_callnote_change", args=[notes[0].pk])):
        assert "Call Ann." not in client.get(url).content.decode()


def test_a_masked_number_is_searched_by_its_end_only(signed_in, notes):
    client = signed_in(*SEES)
    assert "Call Ann." in text_of(client.get(reverse(LIST), {"q": "0142"}))
    assert "Call Ann." not in text_of(client.get(reverse(LIST), {"q": "5550142"}))


def test_the_call_and_the_first_page_lead_there(signed_in, notes):
    client = signed_in(*SEES)
    page = client.get(reverse("admin:streams_call_change", args=[notes[0].call_id])).content.decode()
    assert reverse("admin:streams_callnote_change", args=[notes[0].pk]) in page
    assert "2 follow-ups wait for somebody" in text_of(client.get(reverse("admin:index")))


def test_without_permission_there_is_no_page(signed_in, notes):
    assert signed_in("view_call").get(reverse(LIST)).status_code == 403


def test_an_empty_list_says_what_will_be_there(signed_in):
    assert "Nothing waits" in text_of(signed_in(*SEES).get(reverse(LIST)))


def test_text_messages_say_why_they_were_not_sent(signed_in, db):
    TextMessage.objects.create(
        call=a_call(), name="Directions", to="+14155550142", text="Here.", status="failed", error="Plivo refused this."
    )
    page = text_of(signed_in("view_textmessage").get(reverse("admin:streams_textmessage_changelist")))
    assert "Plivo refused this." in page
    assert "+14155550142" not in page


@pytest.mark.parametrize("address", [LIST, "admin:streams_textmessage_changelist"])
def test_more_of_them_need_no_more_queries(signed_in, notes, address, django_assert_num_queries):
    client = signed_in(*SEES, "finish_callnote", "view_textmessage")
    client.get(reverse(address))
    with CaptureQueriesContext(connection) as seen:
        client.get(reverse(address))
    for n in range(5):
        call = a_call(caller="+14155550143")
        CallNote.objects.create(call=call, dedupe_key=f"more-{n}", what="message", text="More.", caller=call.caller)
        TextMessage.objects.create(call=call, name="Directions", to=call.caller, text="Left.")
    with django_assert_num_queries(len(seen)):
        client.get(reverse(address))


def test_a_text_message_is_read_in_words_and_its_number_only_by_who_may(signed_in, notes):
    text = TextMessage.objects.create(
        call=notes[0].call, name="Directions", to="+14155550142", text="Left.", attempts=1
    )
    address = reverse("admin:streams_textmessage_change", args=[text.pk])
    shown = text_of(signed_in("view_textmessage").get(address))
    assert "Tried once" in shown
    assert "+14155550142" not in shown
    assert "+14155550142" in text_of(signed_in("view_textmessage", "view_number").get(address))
