"""P1 to P9 of a billing model one can trust, for streams, legs, the carrier's records and people's decisions."""

import itertools
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from streams import calls
from streams.billing import books, charges, storing
from streams.billing.charges import charge_call
from streams.models import CarrierRecord, Charge, LedgerEntry, LegEvent, Rate, Settlement, StreamEvent
from tests.properties import examples
from tests.streams.billing.ledger import killed_at
from tests.streams.billing.oracle import faults, minutes
from tests.streams.made import NOON, a_call, a_stream, at

pytestmark = pytest.mark.django_db
LASTS = st.sampled_from([-5, 0, 1, 59, 60, 61, 119.5, 400])
ROWS = (Charge, LedgerEntry, StreamEvent, LegEvent, CarrierRecord, Settlement)


def deliver(call, word):
    """One word about the call: of a socket, a webhook, the carrier's books, or a person."""
    match word:
        case ("stream", name, source, kind, seconds):
            key = f"{name}:{kind}"
            calls.note_stream(call, source=source, dedupe_key=key, stream_id=name, kind=kind, at=at(seconds))
        case ("leg", name, source, kind, seconds):
            length = int(seconds) if kind == "length" else None
            direction = "inbound" if name == call.call_uuid else "outbound"
            told = calls.LegFact(leg_uuid=name, kind=kind, direction=direction, number="+14155550123", seconds=length)
            calls.note_leg(call, told, source=source, at=at(max(seconds, 0)))
        case ("record", kind, name, seconds, billed, amount):
            known = {"seconds": seconds, "billed_seconds": billed, "amount": Decimal(amount)}
            given = {"call_uuid": call.call_uuid, **known}
            digest = f"{seconds}/{billed}/{amount}"
            CarrierRecord.objects.get_or_create(kind=kind, carrier_id=name, digest=digest, defaults=given)
        case ("said", key, digest, decision):
            by = User.objects.get_or_create(username="bill")[0]
            if not Settlement.objects.filter(source_key=key, carrier_digest=digest).exists():
                Settlement.objects.create(source_key=key, carrier_digest=digest, decision=decision, by=by)


@st.composite
def words(draw, call_uuid="call-of-properties"):
    """Every word about a call of one or two streams and two legs, then shuffled, repeated and dropped."""
    said = []
    for number in range(draw(st.integers(1, 2))):
        name, ends = f"s{number}", draw(LASTS)
        said += [("stream", name, "socket", "start", 0), ("stream", name, "socket", "stop", ends)]
        said += [("stream", name, "webhook", draw(st.sampled_from(["stop", "dropped"])), ends + 0.3)]
        said += [("stream", name, "sweep", "stop", 500)]
        said += draw(records("stream", name, f"stream:{name}", Decimal("0.003")))
    for name, price in ((call_uuid, "0.0055"), ("b-leg", "0.0115")):
        ends = abs(draw(LASTS))
        said += [("leg", name, "webhook", "answer", 0), ("leg", name, "hangup", "end", ends)]
        said += [("leg", name, "hangup", "length", int(ends)), ("leg", name, "sweep", "end", 700)]
        said += draw(records("call", name, f"leg:{name}", Decimal(price)))
    kept = [word for word in said if draw(st.integers(0, 3))]
    again = draw(st.lists(st.sampled_from(kept), max_size=4)) if kept else []
    return draw(st.permutations(kept + again))


@st.composite
def records(draw, kind, name, key, price):
    """The carrier's record, agreeing with our price or not, and what a person says of it."""
    seconds = draw(st.sampled_from([0, 30, 61]))
    billed = minutes(seconds) * 60
    amount = f"{price * billed / 60 + draw(st.sampled_from([Decimal(0), Decimal('0.0001'), Decimal('0.004')])):.6f}"
    decision = draw(st.sampled_from(["", "accept-theirs", "keep-ours"]))
    record = ("record", kind, name, seconds, billed, amount)
    return [record, ("said", key, f"{seconds}/{billed}/{amount}", decision)] if decision else [record]


def rows():
    return [model.objects.count() for model in ROWS]


@examples(12)
@given(said=words(), kills=st.lists(st.integers(0, 40), min_size=2, max_size=4))
def test_any_order_repetition_loss_and_kill_end_in_the_same_books(said, kills):
    """P1, P3, P4, P5, P9."""
    with transaction.atomic():
        call = a_call(call_uuid="call-of-properties", ended=600)
        pace = itertools.cycle(kills)
        for word in said:
            with killed_at(next(pace)):
                deliver(call, word)
                charge_call(call.pk)
            deliver(call, word)
        charge_call(call.pk)
        assert faults(call) == []
        before = rows()
        for word in said:
            deliver(call, word)
        charge_call(call.pk)
        assert rows() == before
        transaction.set_rollback(True)


@examples(8)
@given(said=words())
def test_the_order_of_words_makes_no_difference(said):
    """P1: the same set of words, delivered as they come and sorted, is the same money."""

    def told(order):
        with transaction.atomic():
            call = a_call(call_uuid="call-of-properties", ended=600)
            for word in order:
                deliver(call, word)
            current = {charge.source_key: (charge.amount, charge.status) for charge in charge_call(call.pk)}
            transaction.set_rollback(True)
        return current

    assert told(said) == told(sorted(said, key=str))


@examples(8)
@given(said=words())
def test_a_record_of_the_carrier_never_leaves_an_estimate(said):
    """P2: what is known better is never forgotten."""
    with transaction.atomic():
        call = a_call(call_uuid="call-of-properties", ended=600)
        for word in said:
            deliver(call, word)
            known = {
                ("stream:" if one.kind == "stream" else "leg:") + one.carrier_id for one in CarrierRecord.objects.all()
            }
            for charge in charge_call(call.pk):
                assert (charge.basis == "carrier") == (charge.source_key in known)
                assert (charge.status == "estimated") == (charge.source_key not in known)
        transaction.set_rollback(True)


@pytest.mark.parametrize(("second", "amount"), [(-1, "0.003"), (0, "0.004"), (1, "0.004")])
def test_a_price_holds_from_its_very_second_on(second, amount):
    """P6."""
    Rate.objects.create(kind="stream", price=Decimal("0.004"), valid_from=NOON)
    call = a_call(ended=60)
    a_stream(call, began=second, ended=second + 30)
    assert [charge.amount for charge in charge_call(call.pk)] == [Decimal(amount)]


@examples(10)
@given(lasted=st.lists(st.integers(0, 700), min_size=1, max_size=5), zone=st.sampled_from(["UTC", "Asia/Kolkata"]))
def test_the_months_are_the_charges_to_the_sixth_decimal(lasted, zone):
    """P8, for the books' own page, in any zone."""
    from django.utils import timezone

    with transaction.atomic(), timezone.override(zone):
        for number, seconds in enumerate(lasted):
            call = a_call(began_at=NOON + timedelta(days=9 * number), ended=900)
            stream = a_stream(call, began=86_400 * 9 * number, ended=86_400 * 9 * number + seconds)
            assert stream.stream_id
            charge_call(call.pk)
        charged = sum(charge.amount for charge in Charge.objects.current())
        assert sum(row.known for row in books.months()) == sum(row.booked for row in books.months()) == charged
        transaction.set_rollback(True)


# --- Negative controls: without a protection, the checker must find what it protects from -----------------------------


def raced(monkeypatch, call):
    """Another worker charges the call between the moment that this one read the charges and wrote its own; the look
    without the lock, before that, has seen that there is something to write."""
    monkeypatch.setattr(charges, "as_they_are", lambda figures: None)
    reading = storing.current_charges

    def late(keys):
        found = reading(keys)
        monkeypatch.setattr(storing, "current_charges", reading)
        charge_call(call.pk)
        return found

    monkeypatch.setattr(storing, "current_charges", late)


def test_without_the_lock_the_constraint_stops_a_second_charge(monkeypatch):
    call = a_call(ended=70)
    a_stream(call, ended=61)
    raced(monkeypatch, call)
    with pytest.raises(IntegrityError), transaction.atomic():
        charge_call(call.pk)
    charge_call(call.pk)
    assert faults(call) == []


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite cannot drop a constraint; DATABASE_URL names no server"
)
def test_without_lock_and_constraint_the_checker_finds_two_charges(monkeypatch):
    call = a_call(ended=70)
    stream = a_stream(call, ended=61)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE streams_charge DROP CONSTRAINT one_charge_per_version")
    raced(monkeypatch, call)
    charge_call(call.pk)
    assert f"stream:{stream.stream_id} has 2 current charges" in faults(call)


def test_counting_naively_is_found(monkeypatch):
    """Whoever takes the carrier's and our own word for two things, or every message for one, is found out."""
    call = a_call(ended=70)
    stream = a_stream(call, ended=61)
    deliver(call, ("record", "stream", stream.stream_id, 61, 120, "0.006"))
    charge_call(call.pk)
    assert faults(call) == []
    monkeypatch.setattr(charges, "_evidence", lambda call, facts: charges.gather("", [], charges.kinds_of([])))
    charge_call(call.pk)
    assert any("estimated, not" in fault for fault in faults(call))


def test_a_checker_that_is_told_of_a_lost_fact_says_so():
    call = a_call(ended=70)
    a_stream(call, ended=61)
    charge_call(call.pk)
    deliver(call, ("leg", call.call_uuid, "hangup", "length", 61))
    assert f"leg:{call.call_uuid} is not charged" in faults(call)
