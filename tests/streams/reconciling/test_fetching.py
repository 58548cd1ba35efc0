"""The carrier's books are read over HTTP, whatever the carrier's ways are; what is read stands in rows."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from streams import tasks
from streams.models import AwaitedRecord, BookDay, CarrierRecord, Charge, UnreadableRecord
from streams.phone import own_site
from streams.reconciling import account, fetching
from tests.streams.reconciling.conftest import NOON

DAY = date(2026, 11, 23)
AFTER = NOON + timedelta(minutes=2)


def kept():
    return sorted(CarrierRecord.objects.values_list("kind", "carrier_id", "amount"))


def test_after_a_call_its_record_and_its_streams_are_fetched_and_its_charges_made_anew(carrier, ours):
    call = ours()
    stream = call.streams.get().stream_id
    carrier.keeps(call)
    carrier.read(now=AFTER)
    assert kept() == [("call", call.call_uuid, Decimal("0.011")), ("stream", stream, Decimal("0.006"))]
    charged = {charge.source_key: charge for charge in Charge.objects.current()}
    assert charged[f"stream:{stream}"].basis == "carrier"
    assert charged[f"stream:{stream}"].status == "matched"
    assert charged[f"stream:{stream}"].carrier_amount == Decimal("0.006")
    record = CarrierRecord.objects.get(kind="call")
    assert (record.seconds, record.billed_seconds, record.unit_price) == (61, 120, Decimal("0.0055"))
    assert (record.began_at, record.direction) == (NOON, "inbound")
    assert AwaitedRecord.objects.get().found_at == AFTER


def test_a_record_that_is_not_there_yet_is_asked_for_later_and_later(carrier, ours):
    ours()
    carrier.read(now=AFTER)
    waits = []
    for _ in range(12):
        awaited = AwaitedRecord.objects.get()
        if awaited.next_at is None:
            break
        waits.append((awaited.next_at - carrier.now).total_seconds() if waits else 30)
        carrier.now = awaited.next_at
        carrier.read()
    assert waits == [30 * 2**n for n in range(9)]
    assert (awaited.tries, awaited.found_at, awaited.next_at) == (10, None, None)


def test_between_two_tries_the_carrier_is_not_asked(carrier, ours):
    ours()
    carrier.read(now=AFTER)
    carrier.read(now=AFTER + timedelta(seconds=29))
    assert carrier.desk.asked == []


def test_legs_that_were_dialled_from_the_call_belong_to_it(carrier, ours):
    call = ours()
    carrier.keeps(call)
    carrier.keeps("leg-b", streams=[], parent=call.call_uuid)
    carrier.read(now=AFTER)
    leg = CarrierRecord.objects.get(carrier_id="leg-b")
    assert (leg.call_uuid, leg.parent_uuid) == (call.call_uuid, call.call_uuid)


def test_the_same_again_adds_nothing_and_rings_nobody_and_a_new_state_counts(carrier, ours):
    call = ours()
    carrier.keeps(call)
    carrier.read(2)
    before = kept()
    carrier.rung.clear()
    carrier.read(36)
    assert (kept(), carrier.rung) == (before, [])
    carrier.keeps(call, seconds=150)
    carrier.read(36)
    assert len(kept()) == 4
    assert CarrierRecord.objects.filter(kind="stream").last().amount == Decimal("0.009")
    carrier.keeps(call)
    carrier.read(36)  # and back again: the newest row says what the carrier says now
    assert CarrierRecord.objects.filter(kind="stream").last().amount == Decimal("0.006")
    assert set(carrier.rung) == {call.pk}
    states = len(kept())
    carrier.read(36)
    assert len(kept()) == states


def test_a_day_is_read_page_by_page_to_its_end_and_finds_calls_that_we_never_saw(carrier):
    for n in range(47):
        carrier.keeps(f"call-{n}", streams=[f"stream-{n}"])
    carrier.settings.PLIVO_TIME_ZONE = "UTC"
    with carrier.open():
        done = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("streams.carriers.plivo_records.Pace.keep", lambda pace: done.append(pace))
            fetching.read_on(1, NOON)
    assert len([kind for kind, *_ in kept() if kind == "call"]) == 47
    assert len([kind for kind, *_ in kept() if kind == "stream"]) == 47
    row = BookDay.objects.get(day=DAY)
    assert (row.began_at, row.whole_at, row.problem) == (None, NOON, "")
    assert len(done) == 3 + 47


def test_a_day_of_the_site_is_asked_for_in_the_account_s_zone(carrier, settings):
    settings.PLIVO_TIME_ZONE = "America/Los_Angeles"
    carrier.read(1, zone_hours=-8)
    question = next(one for one in carrier.desk.asked if "end_time__gte" in one)
    assert "end_time__gte=2026-11-22+16%3A00%3A00" in question
    assert "end_time__lt=2026-11-23+16%3A00%3A00" in question


@pytest.mark.parametrize(
    ("zone", "manner"),
    [
        ("UTC", {}),
        ("America/Los_Angeles", {"zone_hours": -8, "offset": "missing"}),
        ("America/Los_Angeles", {"zone_hours": -8}),
        ("UTC", {"zone_hours": 5.5}),
        ("UTC", {"numbers": "text"}),
        ("UTC", {"unknown_fields": {"voice_network_group": {"deep": [1]}, "nul": "a\0b", "x": None}}),
        ("UTC", {"twice": True}),
        ("UTC", {"garbled": {"bill_duration": None, "initiation_time": None}}),
    ],
)
def test_the_carrier_s_ways_make_no_difference(carrier, ours, settings, zone, manner):
    settings.PLIVO_TIME_ZONE = zone
    call = ours()
    carrier.keeps(call)
    carrier.read(now=AFTER, **manner)
    assert [amount for *_, amount in kept()] == [Decimal("0.011"), Decimal("0.006")]
    assert set(CarrierRecord.objects.values_list("began_at", flat=True)) == {NOON}
    assert not UnreadableRecord.objects.exists()


def test_a_wrong_offset_moves_the_time_and_nothing_else(carrier, ours):
    carrier.keeps(ours())
    carrier.read(now=AFTER, zone_hours=5.5, offset="wrong")
    assert set(CarrierRecord.objects.values_list("began_at", flat=True)) == {NOON + timedelta(hours=5.5)}
    assert [amount for *_, amount in kept()] == [Decimal("0.011"), Decimal("0.006")]


def test_a_stream_that_we_never_saw_is_kept(carrier, ours):
    carrier.keeps(ours())
    carrier.read(now=AFTER, unseen_stream=True)
    assert CarrierRecord.objects.filter(kind="stream").count() == 2


@pytest.mark.parametrize("garbled", [{"total_amount": "free"}, {"call_uuid": None}, {"bill_duration": "long"}])
def test_a_garbled_record_is_noted_and_the_others_are_read(carrier, ours, garbled):
    carrier.keeps(ours())
    carrier.read(1, garbled=garbled)
    found = UnreadableRecord.objects.filter(kind="call").get()
    assert found.day == DAY
    assert found.why.endswith(".")
    assert BookDay.objects.get(day=DAY).whole_at == NOON


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_carrier_that_refuses_is_left_alone_and_the_day_goes_on_where_it_stood(carrier, status, caplog):
    for n in range(25):
        carrier.keeps(f"call-{n}", streams=[])
    with carrier.open() as desk:
        desk.refusals = [status]
        assert fetching.read_on(1, NOON)
        row = BookDay.objects.get(day=DAY)
        assert (row.tries, row.whole_at, row.offset) == (1, None, 0)
        assert row.problem
        assert len(desk.asked) == 1
        fetching.read_on(0, NOON + timedelta(seconds=59))
        assert len(desk.asked) == 1  # not yet
    carrier.read(now=NOON + timedelta(seconds=61))
    row.refresh_from_db()
    assert (row.whole_at, row.problem) == (NOON, "")
    assert "token" not in caplog.text


def test_a_worker_that_was_killed_in_mid_day_is_taken_over(carrier):
    BookDay.objects.create(day=DAY, began_at=NOON, held_until=NOON + timedelta(minutes=5), offset=20)
    carrier.read(now=NOON + timedelta(minutes=4))
    assert carrier.desk.asked == []
    carrier.read(now=NOON + timedelta(minutes=6))
    assert "offset=20" in carrier.desk.asked[0]
    assert BookDay.objects.get().whole_at == NOON


def test_a_wrong_token_is_said_and_not_tried_for_ever(carrier, settings):
    with carrier.open():
        settings.PLIVO_AUTH_TOKEN = "another"
        fetching.read_on(1, NOON)
        row = BookDay.objects.get(day=DAY)
        assert row.began_at is None
        assert "PLIVO_AUTH_TOKEN" in row.problem


def test_a_long_day_is_read_in_stretches(carrier, monkeypatch):
    for n in range(45):
        carrier.keeps(f"call-{n}", streams=[])
    monkeypatch.setattr("streams.carriers.plivo_records.Pace.keep", lambda pace: None)
    ticks = iter([0.0, 500.0])
    with carrier.open():
        assert not fetching.read_on(1, NOON, clock=lambda: next(ticks))
        assert BookDay.objects.get().offset == 20
        assert fetching.read_on(0, NOON)
    assert CarrierRecord.objects.count() == 45


def test_without_an_account_nothing_is_asked_and_nothing_waits(ours, settings, tmp_path):
    settings.PLIVO_AUTH_ID, settings.VAR_DIR = "", tmp_path
    ours()
    assert fetching.read_on(36, AFTER)
    assert not BookDay.objects.exists()
    assert not AwaitedRecord.objects.exists()


def test_a_development_site_reads_the_book_of_its_own_phone(carrier, ours, settings, tmp_path):
    settings.PLIVO_AUTH_ID, settings.VAR_DIR, settings.PLIVO_TIME_ZONE = "", tmp_path, "Asia/Kolkata"
    call = ours()
    carrier.book = own_site.book()
    carrier.keeps(call)
    fetching.read_on(1, AFTER)
    assert len(kept()) == 2
    assert set(CarrierRecord.objects.values_list("began_at", flat=True)) == {NOON}
    settings.DEVELOPMENT = False
    assert not account.is_there()


def test_beat_rings_for_today_hourly_and_for_35_days_back_daily(settings, monkeypatch):
    rung = [entry for entry in settings.CELERY_BEAT_SCHEDULE.values() if entry["task"] == tasks.read_books.name]
    assert [entry.get("args", ()) for entry in rung] == [(), (2,), (36,)]
    left, again = [False, True], []
    monkeypatch.setattr(fetching, "read_on", lambda days: left.pop(0))
    monkeypatch.setattr(tasks.read_books, "apply_async", lambda **how: again.append(how))
    tasks.read_books(2)
    tasks.read_books()
    assert len(again) == 1


def test_moments_are_utc(carrier, ours):
    carrier.keeps(ours())
    carrier.read(now=AFTER)
    assert CarrierRecord.objects.first().ended_at.tzinfo == UTC
    assert CarrierRecord.objects.first().ended_at == datetime(2026, 11, 23, 12, 1, 1, tzinfo=UTC)
