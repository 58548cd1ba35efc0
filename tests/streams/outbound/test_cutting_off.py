"""A number that is put on the do-not-call list while it rings: the carrier hangs up, or they are told at once."""

from dataclasses import replace

import httpx2
import pytest
from django.urls import reverse

from flows.engine.snapshot import dump, load
from flows.models import FlowVersion
from streams import tasks
from streams.models import Call, Callee, DoNotCall, OutboundAttempt
from streams.outbound import abandoning, cutting_off, due, refusing
from tests.flows.pages import text_of
from tests.streams.outbound.conftest import MINUTE, MONDAY_10, OTHER, THEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def rings(desk, a_list):
    """It rings for the only callee."""
    made = a_list()
    desk.sweep()
    assert desk.state() == ("calling", ["ringing"])
    return made


@pytest.fixture
def refuse(django_capture_on_commit_callbacks):
    """Put them on the list, as an opt-out does."""

    def put(number=THEM):
        with django_capture_on_commit_callbacks(execute=True):
            refusing.add(number, "They wrote to us.")

    return put


def test_it_is_hung_up_as_soon_as_the_number_is_added_on_the_page(
    desk, rings, admin_client, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(reverse("admin:streams_donotcall_add"), {"number": THEM, "reason": "Wrote to us"})
    assert desk.plivo.cancelled == ["outbound-1"]
    assert desk.state() == ("opted-out", ["opted-out"])
    assert (desk.attempt().why, Callee.objects.get().problem) == (cutting_off.CUT_OFF, cutting_off.CUT_OFF)
    assert cutting_off.CUT_OFF in text_of(admin_client.get(rings.get_absolute_url()))
    desk.plivo.tells(desk.plivo.orders[-1]["hangup_url"], "cancel", Event="Hangup", HangupCauseCode="1000")
    abandoning.judge(desk.attempt().settled_at + MINUTE)
    assert (desk.state(), desk.attempt().abandoned) == (("opted-out", ["opted-out"]), None)


def test_another_number_rings_on(desk, rings, refuse):
    refuse(OTHER)
    assert (desk.plivo.cancelled, desk.state()) == ([], ("calling", ["ringing"]))


def test_who_has_picked_up_is_not_cut_off(desk, rings, refuse):
    desk.plivo.picks_up()
    refuse()
    assert desk.plivo.cancelled == []
    desk.plivo.ends()
    assert desk.state() == ("reached", ["reached"])


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("", "Sorry, we will not call again. Goodbye."),
        ("de-DE", "Entschuldigung, wir rufen nicht wieder an. Auf Wiederhören."),
    ],
)
@pytest.mark.parametrize("carrier_says", [404, 204])
def test_who_picks_up_all_the_same_is_told_that_we_will_not_call_again(
    desk, rings, refuse, version, language, sentence, carrier_says
):
    FlowVersion.objects.update(snapshot=dump(replace(load(version.snapshot), language=language)))
    desk.plivo.rings = carrier_says == 204
    refuse()
    if carrier_says == 404:
        assert (desk.attempt().result, desk.attempt().why) == ("ringing", cutting_off.NOT_ANY_MORE)
    said = desk.plivo.picks_up()
    assert (said.verbs, said["Speak"].text) == (["Speak", "Hangup"], sentence)
    desk.plivo.ends()
    assert desk.state() == ("opted-out", ["opted-out"])
    assert (desk.attempt().why, Callee.objects.get().problem) == (cutting_off.TOO_LATE, cutting_off.TOO_LATE)
    abandoning.judge(desk.attempt().settled_at + MINUTE)
    assert not desk.attempt().abandoned
    assert Call.objects.get().ended_at


def test_a_number_that_is_added_while_it_is_being_ordered_is_hung_up_once_it_has_a_name(
    desk, a_list, refuse, monkeypatch
):
    a_list()
    order = desk.plivo._order
    monkeypatch.setattr(desk.plivo, "_order", lambda wanted: (refuse(), order(wanted))[1])
    desk.sweep()
    assert desk.plivo.cancelled == ["outbound-1"]
    assert desk.state() == ("opted-out", ["opted-out"])


def test_what_no_worker_heard_of_is_hung_up_by_the_sweeper(desk, rings):
    DoNotCall.objects.create(number=THEM, reason="By hand, without telling anybody")
    desk.sweep(MINUTE)
    assert desk.plivo.cancelled == ["outbound-1"]
    assert desk.state() == ("opted-out", ["opted-out"])


def test_a_carrier_that_cannot_be_asked_is_asked_once_and_the_list_says_so(desk, rings, refuse):
    desk.plivo.trouble = httpx2.ConnectError("away")
    refuse()
    assert desk.attempt().why == cutting_off.NOT_ASKED.format(
        "The carrier cannot be reached from this machine; look at its network."
    )
    desk.plivo.trouble = None
    desk.sweep(MINUTE)
    assert desk.plivo.cancelled == ["outbound-1"]
    desk.plivo.ends("no-answer")
    assert desk.state() == ("opted-out", ["no-answer"]), "and nobody is called again"
    assert cutting_off.WHILE_IT_RANG in desk.attempt().why


def test_the_end_tells_that_it_was_hung_up_where_the_carrier_s_answer_was_lost(desk, rings, refuse):
    desk.plivo.trouble = httpx2.ReadTimeout("late")
    refuse()
    desk.plivo.tells(desk.plivo.orders[-1]["hangup_url"], Event="Hangup", HangupCauseCode="1000")
    assert (desk.state(), desk.attempt().why) == (("opted-out", ["opted-out"]), cutting_off.CUT_OFF)
    assert desk.attempt().answered_at is None, "nobody was left without a word"


@pytest.mark.parametrize("is_in_the_books", [True, False])
def test_so_do_the_carrier_s_books_and_the_carrier_counts_as_one_that_can_be_asked(
    desk, rings, refuse, is_in_the_books
):
    desk.plivo.trouble = httpx2.ReadTimeout("late")
    refuse()
    desk.plivo.trouble = None
    cancelled = {"call_uuid": "outbound-1", "to_number": THEM[1:], "hangup_cause_code": 1000}
    desk.plivo.records = [cancelled] if is_in_the_books else []
    desk.sweep(12 * MINUTE)
    assert (desk.state(), desk.attempt().answered_at) == (("opted-out", ["opted-out"]), None)
    assert due.standstill(MONDAY_10 + 12 * MINUTE) is None


def test_a_number_that_may_be_called_again_by_then_rings_on(desk, rings):
    tasks.cut_off(OutboundAttempt.objects.get().pk)
    assert (desk.plivo.cancelled, desk.state()) == ([], ("calling", ["ringing"]))


def test_a_dead_broker_is_no_error(rings, monkeypatch, django_capture_on_commit_callbacks, caplog):
    monkeypatch.undo()
    monkeypatch.setattr(tasks.cut_off, "apply_async", lambda *args, **how: 1 / 0)
    with django_capture_on_commit_callbacks(execute=True):
        refusing.add(THEM, "They wrote to us.")
    assert "The worker was not rung for cut_off" in caplog.text
    assert THEM not in caplog.text
