"""The demo company's past calls: as the product itself would have left them, once, and in the past."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, Sum

from flows import demo
from streams.demo import past_calls
from streams.figures import answers, checking
from streams.figures.asked import Asked
from streams.finalise import finalise
from streams.models import Call, CallFigures, Charge, LedgerEntry, StreamEvent
from streams.reconciling.open_items import unreconciled
from tests.streams.summing import FakeSummarizer, use

NOW = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)


@pytest.fixture
def company(db, settings, monkeypatch):
    settings.PROMPT_RENDERER = "tests.flows.renderers.quick"
    monkeypatch.setattr(past_calls, "DAYS", 2)
    use(monkeypatch, FakeSummarizer())
    return demo.load()


def test_they_are_made_once_whole_and_in_the_past(company):
    made = past_calls.load(NOW)
    assert made == Call.objects.count() > 60
    assert past_calls.load(NOW) == 0
    assert not Call.objects.filter(began_at__gte=NOW).exists()
    assert Call.objects.earliest("began_at").began_at > NOW - timedelta(days=4)
    assert set(Call.objects.values_list("status", flat=True)) == {"finished"}
    assert not Call.objects.filter(summary=None).exists()
    assert {"flow", "person", "caller"} <= set(Call.objects.values_list("outcome_kind", flat=True))


def test_each_call_has_its_own_stream_charge_and_names(company):
    past_calls.load(NOW)
    calls = Call.objects.annotate(streams_=Count("streams", distinct=True))
    assert set(calls.values_list("streams_", flat=True)) == {1}
    keys = Counter(Charge.objects.values_list("source_key", flat=True))
    assert set(keys.values()) == {1}
    for call in Call.objects.order_by("-pk")[:5]:
        assert call.charges.filter(source_key=f"stream:{call.streams.get().stream_id}").count() == 1
        fact = StreamEvent.objects.filter(call=call, kind="start").get()
        assert fact.occurred_at == call.answered_at


def test_the_books_hold_every_charge_and_put_through_callers_cost_two_legs(company):
    past_calls.load(NOW)
    booked = LedgerEntry.objects.filter(account__startswith="expense:").aggregate(Sum("amount"))["amount__sum"]
    assert booked == Charge.objects.aggregate(Sum("amount"))["amount__sum"]
    put_through = Call.objects.filter(outcome_kind="person").order_by("-pk").first()
    legs = put_through.charges.filter(kind="leg").order_by("amount")
    assert [leg.step for leg in legs] == ["", put_through.visits.last().step]
    assert legs.last().amount > 0


def test_the_days_add_up_with_the_carrier_but_for_one_stream_that_nobody_saw(company):
    past_calls.load(NOW)
    assert set(Charge.objects.filter(kind__in=["stream", "leg"]).values_list("status", flat=True)) == {"matched"}
    first = NOW.date() - timedelta(days=4)
    found = unreconciled(first, NOW.date())
    assert (found.amount, found.things) == (Decimal("0.3"), 1)
    assert unreconciled(NOW.date(), NOW.date()).things == 0


def test_making_the_record_of_a_copy_anew_changes_nothing(company):
    past_calls.load(NOW)
    copies = Call.objects.exclude(call_uuid__contains="way").order_by("-pk")[:12]
    before = [(c.outcome, list(c.charges.order_by("pk").values("source_key", "amount", "version"))) for c in copies]
    for call in copies:
        finalise(call.pk)
    again = [Call.objects.get(pk=call.pk) for call in copies]
    after = [(c.outcome, list(c.charges.order_by("pk").values("source_key", "amount", "version"))) for c in again]
    assert after == before


def test_reports_count_them_and_agree_with_their_charges(company):
    made = past_calls.load(NOW)
    assert list(checking.check(checking.days())) == []
    days = checking.days()
    tiles = answers.tiles(Asked(days[0], days[-1]))
    assert tiles.offered == made
    assert tiles.cost == Charge.objects.aggregate(Sum("amount"))["amount__sum"]
    assert min(tiles.truly_contained, tiles.transferred, tiles.gave_up, tiles.asked_person) > 0


def test_some_call_again_within_a_week(company, monkeypatch):
    monkeypatch.setattr(past_calls, "AGAIN", 20)
    monkeypatch.setattr(past_calls, "REPEATS", 0.3)
    past_calls.load(NOW)
    repeated = CallFigures.objects.filter(repeat_week=True).count()
    assert 5 < repeated < Call.objects.count() / 2


def test_a_site_without_the_demo_company_is_left_alone(db):
    assert past_calls.load(NOW) == 0


def test_the_command_is_refused_on_a_site_that_others_can_reach(company, settings, capsys):
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="no place in it"):
        call_command("demo_calls")
    assert not Call.objects.exists()
    settings.DEVELOPMENT = True
    call_command("demo_calls")
    call_command("demo_calls")
    told = capsys.readouterr().out
    assert "past calls." in told
    assert "are there" in told
