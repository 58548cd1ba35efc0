"""The do-not-call list: added by hand with a reason, seen as far as one may, and felt by every list."""

import pytest
from django.urls import reverse

from flows.models import Flow, PhoneNumber
from streams.models import Callee, CallList, DoNotCall
from tests.flows.pages import text_of

LIST, ADD = "admin:streams_donotcall_changelist", "admin:streams_donotcall_add"
KEEPS = ("view_donotcall", "add_donotcall", "delete_donotcall")
THEM = "+14155550142"


@pytest.fixture
def listed(db):
    ours = PhoneNumber.objects.create(number="+14155550199")
    flow = Flow.objects.create(name="Main", slug="main")
    made = CallList.objects.create(name="Reminders", flow=flow, ours=ours, company="Hart")
    return Callee.objects.create(call_list=made, number=THEM)


def test_a_number_is_added_with_a_reason_and_taken_off_every_list(signed_in, listed):
    client = signed_in(*KEEPS)
    client.post(reverse(ADD), {"number": "(415) 555-0142", "reason": "Wrote to us"})
    row = DoNotCall.objects.get()
    assert (row.number, row.reason, row.added_by.username) == (THEM, "Wrote to us", "user-0")
    listed.refresh_from_db()
    assert listed.state == "opted-out"
    shown = text_of(client.get(reverse(LIST)))
    assert THEM in shown
    assert "Wrote to us" in shown


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"number": "nonsense", "reason": "x"}, "country code"),
        ({"number": THEM, "reason": ""}, "required"),
        ({"number": "+14155550177", "reason": "x"}, "on the list already"),
    ],
)
def test_what_cannot_be_kept_says_why(signed_in, listed, sent, sentence):
    DoNotCall.objects.create(number="+14155550177", reason="They asked.")
    assert sentence in text_of(signed_in(*KEEPS).post(reverse(ADD), sent))
    assert DoNotCall.objects.count() == 1


def test_who_may_only_look_sees_ends_of_numbers(signed_in, db):
    DoNotCall.objects.create(number=THEM, reason="They asked.", on_call=True)
    client = signed_in("view_donotcall")
    shown = text_of(client.get(reverse(LIST)))
    assert THEM not in shown
    assert "they themselves, on a call" in shown
    assert client.get(reverse(ADD)).status_code == 403


def test_it_can_be_searched_by_the_end_of_a_number(signed_in, db):
    DoNotCall.objects.create(number=THEM, reason="They asked.")
    client = signed_in("view_donotcall")
    assert "•0142" in text_of(client.get(f"{reverse(LIST)}?q=0142"))
    assert "Nothing fits" in text_of(client.get(f"{reverse(LIST)}?q=9999"))


def test_an_empty_list_says_how_numbers_come_here(signed_in, db):
    assert "Nobody has asked for it" in text_of(signed_in("view_donotcall").get(reverse(LIST)))
