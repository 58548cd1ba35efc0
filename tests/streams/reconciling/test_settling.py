"""A person's word on a difference, and what follows for the books."""

from decimal import Decimal

import pytest

from streams.models import CarrierRecord, Charge, ReconcilingNote, Settlement
from streams.reconciling import settling
from tests.streams.reconciling.sides import billed, heard
from tests.streams.reconciling.test_both_sides import somebody

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("decision", "amount", "status"),
    [("accept-theirs", Decimal("0.05"), "matched"), ("keep-ours", Decimal("0.006"), "disputed")],
)
def test_the_charge_follows_the_decision_at_once(decision, amount, status):
    call, key = heard()
    billed(call, key, amount="0.05")
    settling.settle(key, CarrierRecord.objects.get().digest, decision, note=" They said so ", by=somebody())
    charge = Charge.objects.current().get(source_key=key)
    assert (charge.amount, charge.status, charge.carrier_amount) == (amount, status, Decimal("0.05"))
    assert Settlement.objects.get().note == "They said so"


def test_a_record_that_changed_meanwhile_is_not_settled_unseen():
    call, key = heard()
    billed(call, key, amount="0.05")
    seen = CarrierRecord.objects.get().digest
    billed(call, key, amount="0.06")
    for digest in (seen, ""):
        with pytest.raises(settling.Outdated):
            settling.settle(key, digest, "accept-theirs", note="", by=somebody())
    assert not Settlement.objects.exists()


def test_what_only_we_have_is_settled_without_a_record_and_nothing_else_is_a_decision():
    _, key = heard()
    settling.settle(key, "", "keep-ours", note="", by=somebody())
    with pytest.raises(ValueError, match="no decision"):
        settling.settle(key, "", "shrug", note="", by=somebody())
    assert Settlement.objects.count() == 1


def test_what_a_person_accepts_as_missing_from_the_books_costs_nothing_until_the_carrier_bills_it_after_all():
    call, key = heard()
    settling.settle(key, "", "accept-theirs", note="", by=somebody())
    charge = Charge.objects.current().get(source_key=key)
    assert (charge.amount, charge.status, charge.version) == (0, "matched", 2)
    billed(call, key)
    charge = Charge.objects.current().get(source_key=key)
    assert (charge.amount, charge.status) == (Decimal("0.006"), "matched")


def test_notes_are_told_with_their_writers_in_their_order():
    for text in ("Asked the carrier", "No answer yet"):
        settling.write_note("stream:1", text, by=somebody())
    assert [(text, by) for text, by, _ in settling.notes_of(["stream:1", "stream:2"])["stream:1"]] == [
        ("Asked the carrier", "Pat Lee"),
        ("No answer yet", "Pat Lee"),
    ]
    assert ReconcilingNote.objects.count() == 2
