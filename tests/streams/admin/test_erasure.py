"""Erasing a caller, on its page: a look first, then the act, then what was removed."""

import pytest
from django.urls import reverse

from ivrsite import headers
from streams.models import Call, Erasure
from tests.flows.pages import text_of
from tests.streams.made import TALK, a_call, log

pytestmark = pytest.mark.django_db
ADD, LIST = reverse("admin:streams_erasure_add"), reverse("admin:streams_erasure_changelist")
NUMBER = "+14155550142"
ASKED = {"number": "+1 415-555-0142", "reason": "Asked by letter of 3 November."}


@pytest.fixture
def keeper(signed_in):
    return signed_in("view_erasure", "erase_caller")


@pytest.fixture
def call(db):
    made = a_call(ended=60, caller=NUMBER)
    log(made, *TALK)
    Call.objects.update(ended_at="2026-01-01T00:00Z")
    return made


def test_what_there_is_is_shown_and_nothing_is_removed_yet(keeper, call):
    shown = keeper.post(ADD, ASKED)
    said = text_of(shown)
    assert shown["Content-Security-Policy"] == headers.STRICT
    assert "This would be removed for good: Calls whose words and number are removed: 1" in said
    assert "What they cost: charges and bills stay as they are." in said
    assert Call.objects.get().caller == NUMBER
    assert not Erasure.objects.exists()


def test_then_it_is_done_and_told(keeper, call):
    done = keeper.post(ADD, {**ASKED, "confirm": "1"}, follow=True)
    said = text_of(done)
    assert "Done. What they left is removed." in said
    assert "Lines of their logs" in said
    assert "Asked by letter of 3 November." in said
    assert NUMBER[-7:] not in done.content.decode()
    assert Call.objects.get().caller == ""
    assert "Asked by letter" in text_of(keeper.get(LIST))


def test_who_is_on_the_line_waits(keeper, call):
    Call.objects.update(ended_at=None)
    assert "One of these calls is on the line now." in text_of(keeper.post(ADD, ASKED))
    said = text_of(keeper.post(ADD, {**ASKED, "confirm": "1"}, follow=True))
    assert "It goes on by itself when that is over." in said
    assert "waits" in said


def test_a_number_that_nobody_called_from_is_said_to_be_unknown(keeper, call):
    assert "Nothing here names this number." in text_of(keeper.post(ADD, {**ASKED, "number": "+14155550100"}))


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"number": "0142"}, "with its country code"),
        ({"reason": "gdpr"}, "at least 5 characters"),
        ({"reason": "415 555 0142 wrote to us"}, "Leave the number out: this reason is kept."),
    ],
)
def test_what_cannot_be_right_is_refused_beside_its_field(keeper, call, changed, problem):
    assert problem in text_of(keeper.post(ADD, {**ASKED, "confirm": "1", **changed}))
    assert not Erasure.objects.exists()


def test_only_who_may_erase_gets_here(signed_in, call):
    assert signed_in("view_erasure").get(ADD).status_code == 403
    assert signed_in("view_erasure").get(LIST).status_code == 200
    assert signed_in("view_call").get(LIST).status_code == 403
    wish = Erasure.objects.create(number_hash="x", reason="asked", asked_at="2026-01-01T00:00Z")
    assert signed_in("view_call").get(reverse("admin:streams_erasure_change", args=[wish.pk])).status_code == 403
