"""`manage.py answer`: the line calls somebody back over real sockets, and the built-in phone is carrier and callee."""

import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from flows.models import Destination, PhoneNumber
from streams.callbacks import calling, due, wishes
from streams.carriers import at_hand
from streams.carriers.plivo_api import Account, PlivoSaidNo
from streams.models import Call, CallbackRequest, CarrierRecord, Charge
from streams.phone import causes, own_site
from streams.phone.book import Leg
from streams.phone.desk import Desk
from streams.phone.switchboard import WAITING
from streams.reconciling import account, taking_in
from tests.streams.made import a_call

CALLER, OURS, DESK = "+14155550142", "+14155550199", "+14155550123"
NOON = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # on the clocks of +1415


class Terminal(io.StringIO):
    """Tells when the phone waits, and lets it pick up only once the order is stored: both use one connection here.
    `rings` is done when somebody is asked what to do."""

    def __init__(self, rings=lambda: None):
        super().__init__()
        self.rings = rings
        self.waits, self.may_ring = threading.Event(), threading.Event()

    def write(self, text):
        if "rings:" in text:
            assert self.may_ring.wait(10)
        if "waits for calls" in text:
            self.waits.set()
        if "Enter picks up" in text:
            self.rings()
        return super().write(text)


@pytest.fixture
def site(live_server, settings, monkeypatch, tmp_path):
    settings.PLIVO_API_URL = settings.PLIVO_AUTH_ID = ""  # as it comes: no account, and nothing set
    settings.PUBLIC_URL, settings.VAR_DIR, settings.DEVELOPMENT = live_server.url, tmp_path, True
    settings.OUTBOUND_COUNTRIES, settings.CALLBACK_HOURS = ["US"], "08:00-21:00"
    monkeypatch.setattr(due, "ring", lambda pk: calling.call(pk, NOON))
    cache.clear()
    Destination.objects.create(key="desk", name="Desk", number=DESK)
    PhoneNumber.objects.create(number=OURS)
    wishes.ask(a_call(caller=CALLER, called=OURS).pk, step="back", destination="desk", about="A bill")
    CallbackRequest.objects.update(next_at=NOON, created_at=NOON, not_after=NOON + timedelta(days=1))


def called_back(monkeypatch, typed="", meanwhile=lambda: None, rings=lambda: None, **how):
    """The sweeper calls while the phone waits; what the phone's terminal showed."""
    terminal = Terminal(rings)
    monkeypatch.setattr("sys.stdin", io.StringIO(typed) if isinstance(typed, str) else typed)
    with ThreadPoolExecutor(1) as beside:
        phone = beside.submit(call_command, "answer", once=True, speed=100, stdout=terminal, **how)
        assert terminal.waits.wait(10)
        try:
            meanwhile()
            due.do_what_is_due(NOON)
        finally:
            terminal.may_ring.set()
        phone.result(timeout=20)
    return terminal.getvalue()


def outcome():
    request = CallbackRequest.objects.get()
    return request.state, [attempt.result for attempt in request.attempts.all()]


@pytest.mark.parametrize(
    ("how", "shown", "becomes"),
    [
        ({"presses": "1"}, f"{DESK} answers, and they talk", ("reached", ["reached"])),
        ({"presses": "1", "destination": "busy"}, "is busy", ("waiting", ["we-failed"])),
        ({"typed": "2\n"}, "We will not call again", ("withdrawn", ["cancelled"])),
        ({"presses": ""}, "We did not get an answer", ("waiting", ["not-confirmed"])),
        ({"presses": "b"}, "they were busy", ("waiting", ["busy"])),
        ({"presses": "n"}, "nobody answered", ("waiting", ["no-answer"])),
    ],
)
def test_a_due_call_back_rings_here_and_becomes_what_was_done(site, monkeypatch, how, shown, becomes):
    seen = called_back(monkeypatch, **how)
    assert f"{CALLER} rings: {OURS} calls." in seen
    assert shown in seen
    assert outcome() == becomes


def test_the_end_of_a_call_that_is_answered_here_can_be_lost(site, monkeypatch):
    seen = called_back(monkeypatch, presses="1", loses_end=True)
    assert "What the carrier tells of the end is lost." in seen
    assert Call.objects.get(direction="outbound").ended_at is None


class NobodyThere:
    """A keyboard at which nobody types."""

    def __init__(self):
        self.leaves = threading.Event()

    def __iter__(self):
        self.leaves.wait(20)
        return iter(())


def test_the_site_may_hang_up_while_it_rings_here_and_once_only(site, monkeypatch):
    keyboard, done = NobodyThere(), []

    def hang_up():
        with at_hand.carrier() as account:
            (name,) = account.under_way()
            done.append(account.cancel_call(name))

    try:
        assert causes.CANCELLED.ending in called_back(monkeypatch, typed=keyboard, rings=hang_up)
    finally:
        keyboard.leaves.set()
    assert (done, outcome()) == ([True], ("waiting", ["no-answer"]))


def test_a_call_back_stands_in_the_phone_s_book_and_the_site_reads_it_there(site, monkeypatch, settings):
    called_back(monkeypatch, presses="1")
    an_hour_on = SimpleNamespace(time=lambda: time.time() + 3600)  # the call's clock ran ahead of ours
    monkeypatch.setattr("streams.phone.desk.time", an_hour_on)
    call = Call.objects.get(direction="outbound")
    with account.books() as books:  # the phone is gone, its book is not
        taking_in.call(books, call.call_uuid, NOON.date())
    own, onward = CarrierRecord.objects.filter(kind="call").order_by("pk")
    assert (own.carrier_id, own.direction, own.to_number) == (call.call_uuid, "outbound", CALLER.lstrip("+"))
    assert (onward.parent_uuid, onward.to_number) == (call.call_uuid, DESK.lstrip("+"))
    charged = Charge.objects.current().filter(kind="leg", carrier_amount__isnull=False)
    assert {charge.source_key for charge in charged} == {f"leg:{own.carrier_id}", f"leg:{onward.carrier_id}"}


def test_a_bad_day_of_the_carrier_can_be_practised_by_name(site, monkeypatch):
    began = NOON.timestamp()
    leg = Leg(uuid="leg-1", from_number=CALLER, to_number=OURS, began_at=began, answered_at=began, ended_at=began + 61)
    own_site.book().write([leg], [])
    read = []

    def meanwhile():
        with account.books() as books:
            read.append(books.of_call("leg-1"))

    seen = called_back(monkeypatch, presses="1", meanwhile=meanwhile, faults="dearer,text-amount")
    assert "The carrier’s records, dearer: everything costs twice the price." in seen
    (raw,) = read
    assert (raw["total_amount"], raw["billed_duration"]) == ("0.02200", "120")


def test_a_fault_that_is_unknown_stops_the_phone_before_it_waits(site):
    with pytest.raises(CommandError, match="There is no fault “rude”"):
        call_command("answer", faults="rude")


def test_a_site_that_is_pointed_at_the_phone_rings_there_too(site, monkeypatch, settings):
    with Desk(own_site.account(), print).open(0) as free:
        settings.PLIVO_API_URL = f"http://127.0.0.1:{free}"
    settings.PLIVO_AUTH_ID = at_hand.NO_ACCOUNT
    assert f"{DESK} answers, and they talk" in called_back(monkeypatch, presses="1")


def test_the_phone_says_how_to_point_a_site_at_it_that_calls_elsewhere(settings):
    settings.PLIVO_AUTH_ID, settings.PLIVO_AUTH_TOKEN = "MA" + "X" * 18, "a-token-of-sixteen"
    for address in ("", "https://api.plivo.com", "http://10.0.0.1:8099"):
        settings.PLIVO_API_URL = address
        with pytest.raises(CommandError, match="PLIVO_API_URL=http://127.0.0.1"):
            call_command("answer")


def test_a_second_phone_that_would_wait_says_that_one_does(site):
    with at_hand.switchboard().listed(WAITING, 8099), pytest.raises(CommandError, match="another terminal"):
        call_command("answer")


def test_the_desk_tells_of_its_calls_as_the_carrier_does_and_only_to_the_account(settings):
    orders, ours = [], own_site.account()
    with Desk(ours, orders.append).open(0) as port:
        settings.PLIVO_API_URL = f"http://127.0.0.1:{port}"
        with Account(ours.auth_id, ours.token) as account:
            name = account.make_call(OURS, CALLER, answer_url="http://a", hangup_url="http://h", ring_seconds=9)
            assert account.under_way() == {name: "queued"}
            assert account.goes_to(name, "queued") == CALLER.lstrip("+")
            orders[0].status, orders[0].code = "over", causes.THEY_ARE_BUSY.code
            assert (account.under_way(), account.goes_to(name, "live")) == ({}, "")
            (record,) = account.records_to(CALLER, since=NOON)
            assert (record["call_uuid"], record["hangup_cause_code"]) == (name, 3010)
            with pytest.raises(PlivoSaidNo, match="takes calls only"):
                account.send_text(OURS, CALLER, "Hello")
        with Account(ours.auth_id, "another") as account, pytest.raises(PlivoSaidNo) as refused:
            account.under_way()
        assert refused.value.status == 401


def test_a_token_is_never_sent_in_the_open(settings):
    settings.PLIVO_API_URL = "http://carrier.example.com"
    with pytest.raises(PlivoSaidNo, match="https://") as refused:
        Account("MA", "token")
    assert refused.value.surely_undone
