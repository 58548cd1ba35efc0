"""The demo company's past calls: as the product itself would have left them, once, and in the past."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum

from flows import demo
from streams.demo import past_calls
from streams.figures import answers, checking
from streams.figures.asked import Asked
from streams.finalise import finalise
from streams.models import Call, CallFigures, Charge, LedgerEntry, StreamEvent
from streams.reconciling.open_items import unreconciled
from tests.streams.summing import FakeSummarizer, use
from tests.transactions import transactions

NOW = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)


pytestmark = pytest.mark.django_db
held: list[Counter[str]] = []  # what each transaction wrote while they were made


def _at_most(times, work):
    """The same, which breaks when it is called more often."""
    left = iter(range(times))
    return lambda *args: work(*args) if next(left, None) is not None else 1 / 0


@pytest.fixture(scope="module", autouse=True)
def made(django_db_setup, django_db_blocker):
    """How many were made, in a transaction of the module's own: each test begins with these calls. More than in the
    product are of somebody who called before, so that two days have enough of them. Whoever made them was stopped once,
    and went on.
    """
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "PROMPT_RENDERER", "tests.flows.renderers.quick")
        patch.setattr(past_calls, "DAYS", 2)
        patch.setattr(past_calls, "AGAIN", 20)
        patch.setattr(past_calls, "REPEATS", 0.3)
        use(patch, FakeSummarizer())
        demo.load()
        with transactions() as found:
            with patch.context() as broken:
                broken.setattr(past_calls, "_store", _at_most(4, past_calls._store))
                with pytest.raises(ZeroDivisionError):
                    past_calls.load(NOW)
            before = Call.objects.count()
            made = before + past_calls.load(NOW)
        held[:] = found
        yield made
        transaction.set_rollback(True)


def test_they_are_made_once_whole_and_in_the_past(made):
    assert made == Call.objects.count() > 60
    assert past_calls.load(NOW) == 0
    assert not Call.objects.filter(began_at__gte=NOW).exists()
    assert Call.objects.earliest("began_at").began_at > NOW - timedelta(days=4)
    assert set(Call.objects.values_list("status", flat=True)) == {"finished"}
    assert not Call.objects.filter(summary=None).exists()
    assert {"flow", "person", "caller"} <= set(Call.objects.values_list("outcome_kind", flat=True))


def test_a_few_are_stored_at_a_time_for_others_call_meanwhile():
    assert max(written["streams_call"] for written in held) <= past_calls.IN_ONE_GO
    assert len([written for written in held if written["streams_callfigures"]]) > 12


def test_each_call_has_its_own_stream_charge_and_names():
    calls = Call.objects.annotate(streams_=Count("streams", distinct=True))
    assert set(calls.values_list("streams_", flat=True)) == {1}
    keys = Counter(Charge.objects.values_list("source_key", flat=True))
    assert set(keys.values()) == {1}
    for call in Call.objects.order_by("-pk")[:5]:
        assert call.charges.filter(source_key=f"stream:{call.streams.get().stream_id}").count() == 1
        fact = StreamEvent.objects.filter(call=call, kind="start").get()
        assert fact.occurred_at == call.answered_at


def test_the_books_hold_every_charge_and_put_through_callers_cost_two_legs():
    booked = LedgerEntry.objects.filter(account__startswith="expense:").aggregate(Sum("amount"))["amount__sum"]
    assert booked == Charge.objects.aggregate(Sum("amount"))["amount__sum"]
    put_through = Call.objects.filter(outcome_kind="person").order_by("-pk").first()
    legs = put_through.charges.filter(kind="leg").order_by("amount")
    assert [leg.step for leg in legs] == ["", put_through.visits.last().step]
    assert legs.last().amount > 0


def test_the_days_add_up_with_the_carrier_but_for_one_stream_that_nobody_saw():
    assert set(Charge.objects.filter(kind__in=["stream", "leg"]).values_list("status", flat=True)) == {"matched"}
    first = NOW.date() - timedelta(days=4)
    found = unreconciled(first, NOW.date())
    assert (found.amount, found.things) == (Decimal("0.3"), 1)
    assert unreconciled(NOW.date(), NOW.date()).things == 0


def test_making_the_record_of_a_copy_anew_changes_nothing():
    copies = Call.objects.exclude(call_uuid__contains="way").order_by("-pk")[:12]
    before = [(c.outcome, list(c.charges.order_by("pk").values("source_key", "amount", "version"))) for c in copies]
    for call in copies:
        finalise(call.pk)
    again = [Call.objects.get(pk=call.pk) for call in copies]
    after = [(c.outcome, list(c.charges.order_by("pk").values("source_key", "amount", "version"))) for c in again]
    assert after == before


def test_reports_count_them_and_agree_with_their_charges(made):
    assert list(checking.check(checking.days())) == []
    days = checking.days()
    tiles = answers.tiles(Asked(days[0], days[-1]))
    assert tiles.offered == made
    assert tiles.cost == Charge.objects.aggregate(Sum("amount"))["amount__sum"]
    assert min(tiles.truly_contained, tiles.transferred, tiles.gave_up, tiles.asked_person) > 0


def test_some_call_again_within_a_week():
    repeated = CallFigures.objects.filter(repeat_week=True).count()
    assert 5 < repeated < Call.objects.count() / 2
