"""A call whose end nobody told is asked about at the carrier, by HTTP, and ends when it did; no other call does."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.core.cache import cache
from django.urls import reverse

from flows.models import Destination
from ivrsite.asgi import application
from streams import calls, lost_ends
from streams.billing.charges import charge_call
from streams.carrier_socket import CARRIED
from streams.carriers import at_hand
from streams.desk import live
from streams.event_log import writer
from streams.finalise import finalise
from streams.models import Call, CallEvent, CarrierMessage, LegEvent
from streams.off_loop import query
from streams.phone import own_site
from streams.phone.accounts import FAULTS, Accounts, Manner
from streams.phone.book import Book, Leg
from streams.phone.desk import Desk
from streams.phone.far_end import FarEnd
from streams.phone.live import LiveCalls
from streams.phone.placing import place_call
from streams.phone.profile import DEFAULT
from streams.phone.script import parse
from streams.reconciling import account
from streams.sweeper import sweep
from tests.builders import flow_of
from tests.streams.asgi_site import AsgiSite
from tests.streams.made import TALK, log
from tests.streams.rows import published
from tests.transactions import transactions

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TRANSFER = {"do": "transfer", "destination": "desk", "ring_seconds": 25, "given": True}
_numbers = count(1)


def at(seconds):
    return NOON + timedelta(seconds=seconds)


class OnTheLine(LiveCalls):
    """The calls that the carrier lists."""

    def __init__(self):
        super().__init__()
        self.names = set()

    def numbers(self):
        return dict.fromkeys(self.names, "+14155550199")


class Carrier:
    """The phone's REST side by HTTP: `line` is what it lists, `book` what it keeps of calls that are over."""

    def __init__(self, folder, settings):
        self.book, self.line, self.settings = Book(folder), OnTheLine(), settings
        self.desk = None

    @contextlib.contextmanager
    def open(self, **manner):
        self.desk = Desk(own_site.account(), print, Accounts(self.book, Manner(**manner)), self.line)
        with self.desk.open(0) as port:
            self.settings.PLIVO_API_URL = f"http://127.0.0.1:{port}"
            yield

    def keeps(self, call, *, seconds):
        began = call.began_at.timestamp()
        ends = {"from_number": call.caller, "to_number": call.called}
        leg = Leg(uuid=call.call_uuid, began_at=began, answered_at=began, ended_at=began + seconds, **ends)
        self.book.write([leg], [])


@pytest.fixture
def carrier(settings, tmp_path):
    settings.PLIVO_AUTH_ID, settings.PLIVO_AUTH_TOKEN = own_site.NO_ACCOUNT, "plivo_test_token_0123456789"
    settings.VAR_DIR = tmp_path
    made = Carrier(tmp_path / "book", settings)
    with made.open():
        yield made


@pytest.fixture
def rung(monkeypatch):
    found = []
    monkeypatch.setattr(calls, "ring", found.append)
    return found


def put_through(**fields):
    """A call in a conversation with a person since noon, of which the carrier told as it came in."""
    number = next(_numbers)
    given = {"caller": "+14155550142", "called": "+14155550199", "status": "live", "pending": TRANSFER}
    given |= {"began_at": NOON, "answered_at": NOON, "call_uuid": f"lost-{number}", **fields}
    call = Call.objects.create(**given)
    told(call, "answer", 0, ParentAuthID=own_site.NO_ACCOUNT)
    return call


def told(call, kind, seconds, **body):
    key = f"{kind}:{call.call_uuid}:{seconds}"
    about = {"kind": kind, "call_uuid": call.call_uuid, "body": body, "received_at": at(seconds)}
    CarrierMessage.objects.create(dedupe_key=key, applied_at=at(seconds), **about)


def look(seconds):
    return lost_ends.end_what_is_over(at(seconds))


def fresh(call):
    return Call.objects.get(pk=call.pk)


# --- Over, by its record ----------------------------------------------------------------------------------------------


def test_it_ends_when_its_record_says_with_the_carriers_figures_and_leaves_the_desk(carrier, rung):
    call = put_through()
    carrier.keeps(call, seconds=600)
    with carrier.open():
        sweep(at(700))
    ended = fresh(call)
    assert (ended.status, ended.ended_at, ended.ended_by) == ("ended", at(600), "record")
    assert (ended.seconds, ended.carrier_cost, ended.hangup_cause) == (600, Decimal("0.055"), "Normal Hangup")
    assert call.pk in rung
    assert live.calls(at(700)) == []
    assert LegEvent.objects.get(kind="length", source="record").seconds == 600


def test_its_record_is_made_and_says_how_the_end_was_learnt(carrier, admin_client):
    call = put_through()
    log(call, *TALK)
    carrier.keeps(call, seconds=600)
    look(700)
    finalise(call.pk, now=at(760))
    assert fresh(call).status == "finished"
    [charge] = [one for one in charge_call(call.pk) if one.source_key == f"leg:{call.call_uuid}"]
    assert (charge.seconds, charge.basis) == (600, "told")
    page = admin_client.get(reverse("admin:streams_call_change", args=[call.pk])).content.decode()
    assert "so it was asked: the end is from its record." in page
    assert "the carrier’s record of the call, which was asked for" in page


def test_the_carriers_own_word_of_the_end_is_awaited_first(carrier):
    call = put_through()
    carrier.keeps(call, seconds=600)
    assert look(689) == 0
    assert fresh(call).ended_at is None
    assert not CallEvent.objects.exists()
    assert look(691) == 1


@pytest.mark.parametrize("fault", ["no-zone", "wrong-zone", "garbled", "text-amount", "unknown-fields"])
def test_a_record_with_times_or_amounts_that_cannot_be_right_tells_the_end_all_the_same(carrier, fault):
    call = put_through()
    carrier.keeps(call, seconds=600)
    with carrier.open(**FAULTS[fault].sets):
        assert look(700) == 1
    assert (fresh(call).ended_at, fresh(call).seconds, fresh(call).ended_by) == (at(600), 600, "record")


def test_a_hang_up_that_comes_after_all_changes_no_end_and_adds_what_was_not_known(carrier):
    call = put_through()
    carrier.keeps(call, seconds=600)
    with carrier.open(garbled={"total_amount": "n/a"}):
        look(700)
    calls.call_ended(call.call_uuid, by="hangup", at=at(720), seconds=600, cost=Decimal("0.055"))
    assert (fresh(call).ended_at, fresh(call).ended_by, fresh(call).carrier_cost) == (
        at(600), "record", Decimal("0.055"),
    )  # fmt: skip


def test_where_many_are_silent_the_carrier_is_asked_for_one_list_and_for_those_that_are_not_in_it(carrier):
    lasting = [put_through() for _ in range(30)]
    over = put_through()
    carrier.line.names = {call.call_uuid for call in lasting}
    carrier.keeps(over, seconds=600)
    with carrier.open():
        assert look(700) == 1
        assert carrier.desk.asked == ["Call/?status=live", f"Call/{over.call_uuid}?"]
    assert Call.objects.filter(ended_at=None).count() == len(lasting)


def test_a_sweep_with_no_time_left_leaves_the_rest_to_the_next(carrier):
    for _ in range(3):
        carrier.keeps(put_through(), seconds=600)
    ticks = iter((0.0, 1.0, 25.0))
    assert lost_ends.end_what_is_over(at(700), clock=lambda: next(ticks)) == 1
    assert look(730) == 2


# --- Over, without a record -------------------------------------------------------------------------------------------


def test_without_a_record_it_ends_when_it_was_not_listed_for_minutes_and_the_page_calls_that_an_estimate(
    carrier, admin_client, rung
):
    call = put_through(version=published(flow_of(bye=("hang_up", "Goodbye."))))
    assert look(300) == look(330) == look(470) == 0
    assert CallEvent.objects.values_list("kind", "at").get() == ("unlisted", 300.0)
    assert live.calls(at(470))[0].doing == "is not among the carrier’s calls any more"
    assert look(481) == 1
    ended = fresh(call)
    assert (ended.ended_at, ended.ended_by, ended.seconds, rung) == (at(300), "missing", None, [call.pk])
    calls.answered(call, at=NOON)
    [charge] = [one for one in charge_call(call.pk) if one.source_key == f"leg:{call.call_uuid}"]
    assert (charge.seconds, charge.basis) == (300, "sweep")
    page = admin_client.get(reverse("admin:streams_call_change", args=[call.pk])).content.decode()
    assert "This end is an estimate." in page
    assert "is not among the carrier’s calls any more" in page


def test_a_call_that_is_listed_again_begins_anew(carrier):
    call = put_through()
    look(300)
    carrier.line.names = {call.call_uuid}
    look(330)
    look(360)
    assert live.calls(at(360))[0].doing != "is not among the carrier’s calls any more"
    carrier.line.names = set()
    assert look(600) == look(700) == 0
    assert list(CallEvent.objects.values_list("kind", flat=True)) == ["unlisted", "listed", "unlisted"]
    assert look(781) == 1
    assert fresh(call).ended_at == at(600)


def test_a_record_that_tells_only_what_cannot_be_is_no_better_than_none(carrier):
    call = put_through()
    carrier.keeps(call, seconds=600)
    with carrier.open(garbled={"end_time": "2012-01-01 00:00:00", "bill_duration": 90_000_000}):
        assert look(700) == look(800) == 0
        assert look(881) == 1
    assert (fresh(call).ended_at, fresh(call).ended_by, fresh(call).seconds) == (at(700), "missing", None)


# --- What must never end ----------------------------------------------------------------------------------------------


def test_a_call_that_the_carrier_lists_goes_on_and_nothing_is_written(carrier):
    call = put_through()
    carrier.line.names = {call.call_uuid}
    look(300)
    with transactions() as held:
        for seconds in range(600, 14_000, 600):
            assert look(seconds) == 0
    assert held == []
    assert fresh(call).ended_at is None


@pytest.mark.parametrize(
    "answer",
    [
        (429, {"error": "not now"}),
        (500, {"error": "not now"}),
        (404, {"error": "not found"}),
        (200, {}),
        (200, {"calls": None}),
        (200, {"calls": "none"}),
        (200, {"calls": [{"call_uuid": "lost"}]}),
        (200, ["lost"]),
    ],
)
def test_an_answer_that_is_no_list_ends_nobody(carrier, answer, monkeypatch, caplog):
    call = put_through()
    carrier.keeps(call, seconds=100)
    with carrier.open():
        monkeypatch.setattr(carrier.desk, "answer", lambda *_: answer)
        for seconds in (700, 800, 1000):
            assert look(seconds) == 0
    assert fresh(call).ended_at is None
    assert not CallEvent.objects.exists()
    assert "could not tell which silent calls are over" in caplog.text


def test_a_carrier_that_is_away_ends_nobody(carrier, settings):
    call = put_through()
    settings.PLIVO_API_URL = "http://127.0.0.1:9"
    assert look(700) == look(1000) == 0
    assert fresh(call).ended_at is None


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"end_time": "soon"},
        {"call_uuid": "another", "end_time": "2026-11-23 12:05:00"},
        {"end_time": None, "bill_duration": 0},
    ],
)
def test_a_record_that_tells_of_no_end_ends_nobody(carrier, record, monkeypatch):
    call = put_through()
    answers = carrier.desk.answer

    def odd(method, url, key, body):
        return answers(method, url, key, body) if "status=" in url else (200, record)

    monkeypatch.setattr(carrier.desk, "answer", odd)
    assert look(700) == look(750) == look(1000) == 0
    assert fresh(call).ended_at is None


def test_a_call_that_a_short_list_left_out_goes_on_where_the_carrier_knows_it(carrier, monkeypatch):
    call = put_through()
    answers = carrier.desk.answer

    def short(method, url, key, body):
        return (200, {"calls": []}) if url.endswith("Call/?status=live") else answers(method, url, key, body)

    monkeypatch.setattr(carrier.desk, "answer", short)
    carrier.line.names = {call.call_uuid}
    for seconds in (300, 500, 900):
        assert look(seconds) == 0
    assert (fresh(call).ended_at, CallEvent.objects.count()) == (None, 0)


def test_a_record_that_cannot_be_right_ends_no_call_that_the_carrier_knows_as_one_that_goes_on(carrier, monkeypatch):
    call = put_through()
    carrier.line.names = {call.call_uuid}
    answers = carrier.desk.answer

    def odd(method, url, key, body):
        if url.endswith("Call/?status=live"):
            return 200, {"calls": []}
        return answers(method, url, key, body) if "status=" in url else (200, {"end_time": "2012-01-01 00:00:00"})

    monkeypatch.setattr(carrier.desk, "answer", odd)
    assert look(300) == look(600) == look(900) == 0
    assert (fresh(call).ended_at, CallEvent.objects.count()) == (None, 0)


def test_while_a_stream_of_ours_beats_the_carrier_is_not_asked(carrier):
    put_through(last_heard_at=at(650))
    assert look(700) == 0
    assert carrier.desk.asked == []


def test_a_beat_that_comes_while_the_carrier_is_asked_is_better_evidence(carrier, monkeypatch):
    call = put_through()
    carrier.keeps(call, seconds=100)
    read = lost_ends.reading.read_end

    def late_beat(*given):
        Call.objects.filter(pk=call.pk).update(last_heard_at=at(699))
        return read(*given)

    monkeypatch.setattr(lost_ends.reading, "read_end", late_beat)
    assert look(700) == 0
    assert fresh(call).ended_at is None


def test_a_message_of_the_carrier_is_a_sign_of_life(carrier):
    call = put_through()
    told(call, "dialled", 650)
    assert look(700) == 0
    assert carrier.desk.asked == []


def test_a_call_that_a_phone_of_this_installation_has_on_the_line_goes_on(carrier):
    call = put_through()
    with at_hand.switchboard().listed(call.call_uuid, 8099):
        assert look(300) == look(600) == 0
    assert carrier.desk.asked == []
    assert look(700) == 0
    assert look(900) == 1


@pytest.mark.parametrize(
    ("ours", "named"), [("MAXXXXXXXXXXXXXXXXXX", own_site.NO_ACCOUNT), ("", "MAXXXXXXXXXXXXXXXXXX"), ("", "")]
)
def test_whoever_did_not_carry_a_call_cannot_say_that_it_is_over(carrier, settings, ours, named):
    settings.PLIVO_AUTH_ID = ours
    call = put_through()
    CarrierMessage.objects.update(body={"ParentAuthID": named})
    with carrier.open():
        assert look(300) == look(600) == look(900) == 0
    assert (fresh(call).ended_at, CallEvent.objects.count()) == (None, 0)


def test_a_site_with_nobody_to_ask_asks_nobody(settings, tmp_path):
    settings.PLIVO_AUTH_ID, settings.DEVELOPMENT, settings.VAR_DIR = "", False, tmp_path
    call = put_through()
    assert look(300) == look(900) == 0
    assert fresh(call).ended_at is None


# --- The whole way ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
async def test_the_phone_loses_the_end_of_a_call_in_a_dial_and_the_site_finds_out(settings, tmp_path, monkeypatch):
    settings.PLIVO_AUTH_ID, settings.PLIVO_AUTH_TOKEN, settings.PLIVO_API_URL = "", "a-token-of-sixteen", ""
    settings.VAR_DIR, settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = tmp_path, False, ["*"]
    monkeypatch.setattr(account, "Manner", lambda: Manner(after_seconds=-60.0))  # the phone's time runs ahead of ours
    cache.clear()
    made = AsgiSite(application)

    def rows():
        Destination.objects.create(key="desk", name="Desk", number="+14155550123")
        put = {"destination": "desk", "announcement": ""}
        exits = dict.fromkeys(("busy", "no-answer", "failed", "completed"), "bye")
        published(flow_of(put=("transfer", put, exits), bye=("hang_up", "")))

    await query(rows)
    async with made.open() as port:
        settings.PUBLIC_URL = f"http://127.0.0.1:{port}"
        record = await place_call(
            parse("waits 6s\nhangs up"),
            site=settings.PUBLIC_URL,
            account=own_site.account(),
            profile=replace(DEFAULT, loses_end=True),
            far_ends={"+14155550123": FarEnd(after=0.5, talks=600.0)},
            speed=4.0,
            book=own_site.book(),
        )
        for _ in range(500):
            if not CARRIED:
                break
            await asyncio.sleep(0.01)
    assert [moment.text for moment in record.moments if moment.kind == "remark"]
    assert not [post for post in record.posts if post.form["Event"] in ("Hangup", "Dial", "DialHangup")]

    def after(minutes):
        writer.flush()
        return sweep(datetime.now(UTC) + timedelta(minutes=minutes)), Call.objects.get()

    _, call = await query(lambda: after(1))
    assert (call.ended_at, call.pending["do"]) == (None, "transfer")
    _, call = await query(lambda: after(3))
    assert (call.ended_by, call.hangup_cause) == ("record", "Normal Hangup")
    assert timedelta(0) <= call.ended_at - call.answered_at < timedelta(seconds=30)
