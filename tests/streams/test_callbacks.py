"""Calling back: one intent, one call. Through the carrier's door and the sweeper, with a carrier that misbehaves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib import import_module

import httpx2
import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import OperationalError, connection

from flows.engine.snapshot import dump
from flows.models import Destination, Flow, OpeningHours, PhoneNumber
from streams import calls, rehearsals, sweeper, tasks
from streams.callbacks import calling, due, timing, wishes
from streams.carriers import at_hand
from streams.models import Call, CallbackAttempt, CallbackRequest, CallNote, CarrierMessage
from streams.models.callbacks import AttemptResult, CallbackState
from streams.webhooks import inbox
from tests.builders import flow_of
from tests.streams.carriers.outbound_side import ACCOUNT, OutboundPlivo
from tests.streams.carriers.plivo_side import SETTINGS, document
from tests.streams.made import a_call

pytestmark = pytest.mark.django_db
MONDAY_10 = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # on the clocks of +1415
CALLER, OURS, DESK = "+14155550142", "+14155550199", "+14155550123"


@pytest.fixture(autouse=True)
def site(settings, tmp_path):
    for name, value in {**SETTINGS, "VAR_DIR": tmp_path, "PLIVO_AUTH_ID": ACCOUNT}.items():
        setattr(settings, name, value)
    settings.OUTBOUND_COUNTRIES, settings.CALLBACKS_A_DAY, settings.CALLBACK_HOURS = ["US"], 5, "08:00-21:00"
    cache.clear()


@pytest.fixture
def carrier(client, monkeypatch):
    Destination.objects.create(key="desk", name="Desk", number=DESK)
    PhoneNumber.objects.create(number=OURS)
    plivo = OutboundPlivo(client)
    monkeypatch.setattr(at_hand, "Account", plivo.account)
    monkeypatch.setattr(due, "ring", lambda pk: calling.call(pk, due_at[0]))
    return plivo


due_at = [MONDAY_10]


def sweep(after=timedelta(0)):
    due_at[0] = MONDAY_10 + after
    return due.do_what_is_due(due_at[0])


def wish(**about):
    given = {"step": "back", "destination": "desk", "about": "A bill", **about}
    call = given.pop("call", None) or a_call(caller=CALLER, called=OURS)
    request = wishes.ask(call.pk, **given)
    if request:
        CallbackRequest.objects.filter(pk=request.pk).update(
            next_at=MONDAY_10, created_at=MONDAY_10, not_after=MONDAY_10 + timedelta(days=3)
        )
    return request


def state():
    request = CallbackRequest.objects.get()
    return request.state, [attempt.result for attempt in request.attempts.all()]


MINUTE = timedelta(minutes=1)


# --- The call ---------------------------------------------------------------------------------------------------------


def test_who_picks_up_and_presses_1_is_put_through_and_was_called_back(carrier):
    wish()
    sweep()
    (order,) = carrier.orders
    assert (order["from"], order["to"], order["ring_timeout"]) == ("14155550199", "14155550142", 40)
    heard = carrier.picks_up()
    assert heard.verbs == ["GetDigits", "Speak", "Hangup"]
    assert "+14155550199" in heard["GetDigits"][0].text
    assert carrier.presses("1")["Dial"][0].text == DESK
    assert state() == ("calling", ["connecting"])
    carrier.puts_through("completed")
    carrier.ends()
    assert state() == ("reached", ["reached"])
    call = CallbackAttempt.objects.get().call
    assert (call.direction, call.called, call.seconds) == ("outbound", "14155550142", 12)
    assert sweep(timedelta(days=1)) == 0


def test_a_busy_line_is_called_again_after_the_wait_and_then_reached(carrier):
    wish(minutes=15)
    sweep()
    carrier.ends("busy")
    assert state() == ("waiting", ["busy"])
    sweep(10 * MINUTE)
    assert len(carrier.orders) == 1
    CallbackRequest.objects.update(next_at=MONDAY_10 + 15 * MINUTE)  # the carrier's word came on the true clock
    sweep(16 * MINUTE)
    carrier.puts_through("completed")
    assert state() == ("reached", ["busy", "reached"])


def test_an_answering_machine_is_never_put_through(carrier):
    wish(attempts=1)
    sweep()
    assert carrier.picks_up()["Dial"] is None
    carrier.ends()
    assert state() == ("gave-up", ["not-confirmed"])


def test_who_presses_2_is_not_called_again(carrier):
    wish()
    sweep()
    assert "not call again" in carrier.presses("2")["Speak"].text
    carrier.ends()
    assert state() == ("withdrawn", ["cancelled"])


def test_while_they_are_put_through_the_call_is_on_the_line_however_long_nothing_is_heard(carrier):
    wish()
    sweep()
    carrier.presses("1")
    call = CallbackAttempt.objects.get().call
    assert sweeper.close_silent_calls(datetime.now(UTC) + timedelta(hours=1)) == 0
    carrier.puts_through("completed")
    assert sweeper.close_silent_calls(datetime.now(UTC) + timedelta(hours=1)) == 1  # its end was lost
    call.refresh_from_db()
    assert call.ended_by == "sweep"


def test_a_call_back_whose_call_is_over_by_all_that_is_known_keeps_nobody_waiting_for_hours(carrier):
    wish()
    sweep()
    carrier.presses("1")
    call = CallbackAttempt.objects.get().call
    calls.call_ended(call.call_uuid, by="record", at=MONDAY_10 + 5 * MINUTE)
    sweep(7 * MINUTE)
    assert state() == ("calling", ["connecting"])  # the word about that may come yet
    sweep(9 * MINUTE)
    assert state() == ("gave-up", ["unknown"])


@pytest.mark.parametrize("why", ["nobody answers", "no destination"])
def test_when_we_cannot_be_reached_they_hear_so_and_are_called_again_sooner(carrier, why):
    wish(minutes=30)
    sweep()
    if why == "nobody answers":
        heard = carrier.puts_through("no-answer")
    else:
        Destination.objects.all().delete()
        heard = carrier.presses("1")
    assert (heard.verbs, "call you again" in heard["Speak"].text) == (["Speak", "Hangup"], True)
    assert state() == ("waiting", ["we-failed"])
    request, attempt = CallbackRequest.objects.get(), CallbackAttempt.objects.get()
    assert request.next_at - attempt.settled_at == 10 * MINUTE


def test_the_end_that_overtakes_the_word_about_the_destination_changes_nothing(carrier):
    wish()
    sweep()
    over = carrier.presses("1")["Dial"].get("action")
    carrier.ends()
    assert state() == ("calling", ["connecting"])
    carrier.tells(over, DialStatus="completed")
    assert state() == ("reached", ["reached"])


def test_who_was_withdrawn_meanwhile_is_told_so_and_put_through_to_nobody(carrier):
    wish()
    sweep()
    CallbackRequest.objects.update(state=CallbackState.WITHDRAWN)
    assert carrier.picks_up().verbs == ["Speak", "Hangup"]


def test_a_carrier_that_says_everything_twice_is_answered_alike(carrier):
    wish()
    sweep()
    carrier.presses("1")
    assert carrier.presses("1")["Dial"][0].text == DESK
    assert CarrierMessage.objects.filter(copies__gte=2).count() == 2


# --- Once -------------------------------------------------------------------------------------------------------------


def test_an_order_that_timed_out_after_it_was_taken_is_not_given_twice(carrier):
    wish()
    carrier.trouble, carrier.places = httpx2.ReadTimeout("late"), True
    sweep()
    assert state() == ("calling", ["ordered"])
    sweep(20 * MINUTE)  # the carrier cannot be asked either
    carrier.trouble = None
    carrier.live = [{"call_uuid": "outbound-1", "to": "14155550142"}]
    sweep(21 * MINUTE)  # it rings
    assert (len(carrier.orders), state()) == (1, ("calling", ["ordered"]))
    carrier.puts_through("completed")
    assert (len(carrier.orders), state()) == (1, ("reached", ["reached"]))


def test_an_order_of_which_the_carrier_has_a_record_is_settled_by_it(carrier):
    wish()
    carrier.trouble, carrier.places = httpx2.Response(503), True
    sweep()
    carrier.records = [{"call_uuid": "outbound-1", "to_number": "14155550142", "hangup_cause_code": 3010}]
    carrier.trouble = None
    sweep(5 * MINUTE)
    assert (len(carrier.orders), state()) == (1, ("waiting", ["busy"]))


def test_a_call_that_the_carrier_knew_nothing_of_and_that_rings_late_is_the_call(carrier):
    wish()
    carrier.trouble, carrier.places = httpx2.ReadTimeout("late"), True
    sweep()
    carrier.trouble = None
    sweep(11 * MINUTE)
    assert state() == ("waiting", ["never-made"])
    carrier.puts_through("completed")
    sweep(17 * MINUTE)
    assert (len(carrier.orders), state()) == (1, ("reached", ["reached"]))


def test_calls_and_records_of_something_else_settle_nothing(carrier):
    wish()
    carrier.trouble = httpx2.ReadTimeout("lost")
    sweep()
    carrier.trouble = None
    a_call(call_uuid="inbound-1")
    carrier.live = [{"call_uuid": "inbound-1", "to": "14155550142"}]
    carrier.records = [{"call_uuid": "inbound-1", "to_number": "14155550142", "hangup_cause_code": 4000}]
    sweep(5 * MINUTE)
    assert state() == ("calling", ["ordered"])
    sweep(11 * MINUTE)
    assert state() == ("waiting", ["never-made"])


def test_an_order_that_the_carrier_knows_nothing_of_is_given_again_and_does_not_count(carrier):
    wish(attempts=1)
    carrier.trouble = httpx2.ReadTimeout("lost")
    sweep()
    carrier.trouble = None
    sweep(5 * MINUTE)  # too early: its record may be on its way
    assert state() == ("calling", ["ordered"])
    sweep(11 * MINUTE)
    sweep(17 * MINUTE)
    assert (len(carrier.orders), state()) == (1, ("calling", ["never-made", "ringing"]))


@pytest.mark.parametrize(
    ("trouble", "result"),
    [
        (httpx2.ConnectError("no route"), ("waiting", ["never-made"])),
        (httpx2.Response(429), ("waiting", ["never-made"])),
        (httpx2.Response(401), ("waiting", ["never-made"])),
        (httpx2.Response(400, json={"error": "invalid to"}), ("gave-up", ["failed"])),
    ],
)
def test_what_surely_was_not_done_is_tried_again_and_what_is_refused_is_not(carrier, trouble, result):
    wish(attempts=1)
    carrier.trouble = trouble
    sweep()
    assert state() == result
    assert CallbackRequest.objects.get().problem


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_call(carrier):
    request = wish()

    def work(_):
        try:
            return calling.call(request.pk, MONDAY_10)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(work, range(2)))
    assert (sorted(made), len(carrier.orders)) == ([False, True], 1)


def test_a_worker_that_died_before_the_order_leaves_no_caller_behind(carrier):
    request = wish()
    assert calling._claim(request, MONDAY_10) is not None
    assert calling._claim(request, MONDAY_10) is None
    sweep(11 * MINUTE)
    sweep(17 * MINUTE)
    assert (len(carrier.orders), state()) == (1, ("calling", ["never-made", "ringing"]))


def test_who_was_put_through_and_then_nobody_told_how_is_left_to_people(carrier):
    wish()
    sweep()
    carrier.presses("1")
    sweep(timedelta(hours=5))
    assert state() == ("gave-up", ["unknown"])
    assert "yourself" in CallbackRequest.objects.get().problem


# --- When -------------------------------------------------------------------------------------------------------------


def test_while_the_carrier_is_away_it_is_tried_soon_and_less_and_less_often(carrier):
    wish(attempts=1)
    carrier.trouble = httpx2.ConnectError("away")
    asked = []
    for seconds in range(0, 3600, 30):
        before = len(state()[1])
        sweep(timedelta(seconds=seconds))
        if len(state()[1]) > before:
            asked.append(seconds)
    assert asked == [0, 30, 60, 120, 240, 480, 960, 1860, 2760]
    carrier.trouble = None
    sweep(timedelta(hours=1, minutes=10))
    assert state()[1][-1] == "ringing"


def test_who_asked_in_spanish_is_called_back_in_spanish(carrier):
    wish(call=a_call(caller=CALLER, called=OURS, state={"language": "es-US"}))
    sweep()
    asked = carrier.picks_up()["GetDigits"].find("Speak")
    assert (asked.get("language"), "oprima el 1" in asked.text) == ("es-US", True)
    assert carrier.presses("2")["Speak"].get("language") == "es-US"


def test_who_picks_up_while_the_database_does_not_answer_is_asked_for_a_moment_in_their_language(carrier, monkeypatch):
    request = wish()
    Call.objects.filter(pk=request.call_id).update(state={"language": "fr-FR"})
    sweep()

    def away(message):
        raise OperationalError("away")

    def asks_again(said):
        return document(carrier.tells(said["Redirect"].text.partition("#")[0], Event="Redirect"))

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "_stored", away)
        held = carrier.picks_up()
        assert (held.verbs, held["Speak"].text) == (["Speak", "Redirect"], "Un instant, s'il vous plaît.")
        last = asks_again(asks_again(asks_again(held)))
        assert (last.verbs, "Au revoir." in last["Speak"].text) == (["Speak", "Hangup"], True)
    assert asks_again(held).verbs == ["GetDigits", "Speak", "Hangup"]
    assert state() == ("calling", ["answered"])


def test_outside_the_opening_hours_it_waits_for_them(carrier):
    hours = OpeningHours.objects.create(key="office", name="Office", zone="America/Los_Angeles")
    hours.periods.create(weekday=1, opens="09:00", closes="17:00")
    wish(hours="office")
    sweep()
    request = CallbackRequest.objects.get()
    assert (carrier.orders, request.state) == ([], "waiting")
    assert request.next_at == datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # Tuesday at 9
    assert calling.call(request.pk, MONDAY_10, by_hand=True)


def test_nobody_is_called_at_night_where_they_are_not_even_by_hand(carrier):
    request = wish()
    at_night = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)  # 22:00
    for by_hand in (False, True):
        assert not calling.call(request.pk, at_night, by_hand=by_hand)
    request.refresh_from_db()
    assert request.next_at == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


def test_a_number_that_may_be_on_two_clocks_is_not_called_at_night_on_either(carrier, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    request = wish(number="+12085550142")  # Idaho
    at = timing.may_be_called_at(request, datetime(2026, 11, 24, 7, 0, tzinfo=UTC), by_hand=False)
    assert at == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # at nine in Boise, at eight in its north


def test_one_number_is_called_only_so_often_a_day(carrier, settings):
    settings.CALLBACKS_A_DAY = 1
    wish(minutes=5)
    sweep()
    carrier.ends("no-answer")
    CallbackRequest.objects.update(next_at=MONDAY_10)
    sweep(20 * MINUTE)
    assert len(carrier.orders) == 1
    assert CallbackRequest.objects.get().next_at >= MONDAY_10 + timedelta(days=1)


def test_who_asked_two_of_us_is_not_called_too_often_because_both_looked_at_the_same_moment(
    carrier, settings, monkeypatch
):
    settings.CALLBACKS_A_DAY = 1
    Destination.objects.create(key="shop", name="Shop", number="+14155550124")
    late, early = wish(), wish(destination="shop", step="shop")
    must_wait = calling._must_wait

    def looked(request, now, *, by_hand):
        waits = must_wait(request, now, by_hand=by_hand)
        if request.pk == late.pk:
            calling.call(early.pk, MONDAY_10)
            carrier.ends("busy")
        return waits

    monkeypatch.setattr(calling, "_must_wait", looked)
    assert not calling.call(late.pk, MONDAY_10)
    assert len(carrier.orders) == 1


@pytest.mark.parametrize("why", ["too late", "abroad"])
def test_what_cannot_be_done_any_more_is_left_to_people(carrier, settings, why):
    request = wish()
    if why == "abroad":
        settings.OUTBOUND_COUNTRIES = ["CA"]
    assert not calling.call(request.pk, MONDAY_10 + (timedelta(days=4) if why == "too late" else timedelta(0)))
    assert CallbackRequest.objects.get().state == "gave-up"


def test_without_an_account_it_waits_and_says_why(carrier, settings):
    settings.PLIVO_AUTH_ID = ""
    wish()
    sweep()
    assert "PLIVO_AUTH_ID" in CallbackRequest.objects.get().problem
    assert CallbackRequest.objects.get().state == "waiting"


def test_hours_that_never_come_are_no_endless_search():
    assert timing.first_moment([timing.Schedule(name="Never", zone="UTC")], MONDAY_10) is None


# --- Asking -----------------------------------------------------------------------------------------------------------


def test_the_same_wish_is_kept_once_and_a_second_call_of_the_same_person_joins_it(db):
    call = a_call(caller=CALLER, called=OURS)
    first = wish(call=call)
    assert wish(call=call) == first
    again = a_call(caller=CALLER, called=OURS)
    assert wish(call=again, about="And an order") == first
    first.refresh_from_db()
    assert first.about == "A bill\nAnd an order"
    assert wishes.is_noted(again.pk, "back")


def test_another_number_replaces_the_first_one_and_is_read_as_one_dials_it_there(settings):
    PhoneNumber.objects.create(number=OURS)
    call = a_call(caller=CALLER, called=OURS)
    wish(call=call)
    wish(call=call, number="4155550177")
    assert CallbackRequest.objects.get().number == "+14155550177"
    assert wish(call=a_call(), number="9005550123") is None


def test_a_test_call_hears_that_it_is_noted_and_nobody_is_called(db):
    flow = flow_of(bye=("hang_up", "Bye."))
    subject = rehearsals.Subject(Flow.objects.create(name="Test", slug="test"), "Test", flow, dump(flow))
    tester = get_user_model().objects.create(username="maria")
    call = rehearsals.begin(subject, by=tester, caller=CALLER, moment=None)
    assert wish(call=call) is None
    assert (wishes.is_noted(call.pk, "back"), CallbackRequest.objects.count()) == (True, 0)


@pytest.mark.parametrize("caller", ["anonymous", "", "+34911234567"])
def test_a_number_that_may_not_be_called_is_not_noted(caller):
    call = a_call(caller=caller, called=OURS)
    assert wish(call=call) is None
    assert not wishes.is_noted(call.pk, "back")


@pytest.mark.parametrize("caller", [CALLER, "+34911234567", "anonymous", ""])
def test_what_an_assistant_was_asked_for_waits_for_people_whatever_the_number(carrier, caller):
    for _ in range(2):
        wish(destination="", call=a_call(caller=caller, called=OURS))
    assert sweep() == 0
    number = caller if caller.startswith("+") else ""
    assert {(row.state, row.number) for row in CallbackRequest.objects.all()} == {(CallbackState.WAITING, number)}
    assert CallbackRequest.objects.count() == (1 if number else 2)  # two hidden numbers are two people


def test_wishes_that_were_follow_ups_become_call_backs(db):
    notes = [(CALLER, "One", None), (CALLER, "Two", None), ("anonymous", "Three", None), (CALLER, "Four", MONDAY_10)]
    for number, text, done_at in notes:
        about = {"caller": number, "text": text, "done_at": done_at}
        CallNote.objects.create(call=a_call(), dedupe_key=text, what="callback", **about)
    CallNote.objects.create(call=a_call(), dedupe_key="other", what="message", text="Stays.")
    import_module("streams.migrations.0010_callbacks").move_wishes(apps, None)
    moved = list(CallbackRequest.objects.order_by("pk").values_list("number", "about", "state"))
    assert moved == [(CALLER, "One\nTwo", "waiting"), ("", "Three", "waiting"), (CALLER, "Four", "done")]
    assert CallNote.objects.get().text == "Stays."


def test_the_sweeper_calls_and_the_worker_may_be_rung_twice(carrier, monkeypatch):
    assert sweeper.PARTS["call callers back"] is due.do_what_is_due
    request = wish()
    monkeypatch.setattr(due, "datetime", type("Clock", (), {"now": staticmethod(lambda zone: MONDAY_10)}))
    tasks.call_back(request.pk)
    tasks.call_back(request.pk)
    assert len(carrier.orders) == 1
    assert Call.objects.count() == 1
    assert CallbackAttempt.objects.get().result == AttemptResult.RINGING
