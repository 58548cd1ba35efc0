"""What is older than its rule goes at night; what is not stays; and the bill is as it was."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db.models import Sum

from flows.models import Flow
from streams import tasks
from streams.finalise import finalise
from streams.models import (
    Call,
    CallRecording,
    CallSummary,
    CarrierMessage,
    Charge,
    Gone,
    RetentionRule,
    RetentionRun,
    Utterance,
)
from streams.reports.spent import of_flow
from streams.retention import nightly, rules
from streams.retention.kinds import BY_NAME
from tests.builders import flow_of
from tests.streams.carriers.plivo_side import SETTINGS, Plivo
from tests.streams.retention.planted import NUMBER, calls_in, traces
from tests.streams.rows import published
from tests.streams.summing import FakeSummarizer, use
from tests.transactions import transactions

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def site(settings, tmp_path, monkeypatch):
    for name, value in {**SETTINGS, "VAR_DIR": tmp_path}.items():
        setattr(settings, name, value)
    cache.clear()
    use(monkeypatch, FakeSummarizer())


@pytest.fixture
def call(client):
    published(flow_of(menu=("say", "Hello.", "bye"), bye=("hang_up", "Goodbye.")))
    return calls_in(Plivo(client), call="call-1")


def in_days(days):
    return datetime.now(UTC) + days * DAY


def test_each_kind_goes_on_its_own_day(call):
    assert nightly.run(in_days(89))
    assert not Gone.objects.exists()
    nightly.run(in_days(91))
    assert set(Gone.objects.values_list("kind", flat=True)) == {"words", "transcripts", "recordings"}
    assert not Utterance.objects.exists()
    assert CallSummary.objects.exists()
    call.refresh_from_db()
    assert call.caller == NUMBER
    nightly.run(in_days(401))
    call.refresh_from_db()
    assert call.caller == ""
    assert set(Gone.objects.values_list("kind", flat=True)) == set(BY_NAME)
    assert traces() == []


def test_money_and_ways_stay_as_they_were(call):
    flow, since = Flow.objects.get(), call.began_at - DAY
    before = (Charge.objects.aggregate(sum=Sum("amount"))["sum"], of_flow(flow.pk, since, 10))
    nightly.run(in_days(4000))
    assert finalise(call.pk)
    assert (Charge.objects.aggregate(sum=Sum("amount"))["sum"], of_flow(flow.pk, since, 10)) == before


def test_a_call_that_is_not_over_keeps_everything(call):
    Call.objects.update(ended_at=None)
    nightly.run(in_days(4000))
    assert not Gone.objects.exists()


def test_a_flow_may_keep_longer_or_shorter_than_the_site(call):
    flow = Flow.objects.get()
    RetentionRule.objects.create(flow=flow, kind="transcripts", days=7)
    RetentionRule.objects.create(flow=flow, kind="words", days=None)
    nightly.run(in_days(8))
    assert list(Gone.objects.values_list("kind", flat=True)) == ["transcripts"]
    nightly.run(in_days(4000))
    assert not Gone.objects.filter(kind="words").exists()
    assert call.events.filter(kind="utterance").exclude(data={}).exists()


def test_a_run_that_is_broken_off_goes_on_and_never_removes_twice(call, client, monkeypatch):
    calls_in(Plivo(client), call="call-2")
    monkeypatch.setattr(nightly, "AT_ONCE", 1)
    assert not nightly.run(in_days(91), seconds=0)
    assert Gone.objects.count() == 1
    while not nightly.run(in_days(91), seconds=0):
        pass
    assert Gone.objects.count() == 6
    removed = [night.removed for night in RetentionRun.objects.all()]
    assert sum(night.get("words", 0) for night in removed) == 2


def test_one_batch_is_removed_whole_or_not_at_all(call, monkeypatch):
    monkeypatch.setattr(Gone.objects, "bulk_create", lambda *rows, **more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        nightly.run(in_days(91))
    assert Utterance.objects.exists()


def test_no_batch_is_of_more_than_a_few_calls(call, client):
    for n in range(nightly.IN_ONE_GO + 1):
        calls_in(Plivo(client), call=f"more-{n}")
    with transactions() as held:
        nightly.run(in_days(4000))
    assert max(written["streams_gone"] for written in held) == nightly.IN_ONE_GO


def test_every_night_says_what_it_did_in_counts(call):
    tasks.remove_old_data()
    assert RetentionRun.objects.get().removed == {}
    nightly.run(in_days(91))
    last = RetentionRun.objects.first()
    assert last.removed == {"words": 1, "transcripts": 1, "recordings": 1}
    assert last.ended_at


def test_a_recording_without_proof_of_its_notice_goes_the_next_night_and_is_counted(call):
    nightly.run()
    assert CallRecording.objects.exists()
    call.events.filter(kind="notice_heard").delete()
    nightly.run()
    assert not CallRecording.objects.exists()
    assert RetentionRun.objects.first().removed == {"unproven": 1}


def test_messages_about_no_call_of_ours_go_with_the_rules_of_the_site(call):
    CarrierMessage.objects.create(dedupe_key="x", kind="hangup", call_uuid="other", body={"From": NUMBER})
    nightly.run(in_days(401))
    assert CarrierMessage.objects.get(dedupe_key="x").body == {}


def test_what_would_go_is_counted_before_it_is_decided(call):
    flow = Flow.objects.get()
    later = in_days(50)
    assert rules.would_go(None, {"transcripts": 30}, later) == {"transcripts": 1}
    assert rules.would_go(flow.pk, {"transcripts": 30, "words": None}, later) == {"transcripts": 1}
    assert rules.would_go(None, {"transcripts": 60}, later) == {}
    assert not RetentionRule.objects.exists()
    assert rules.tonight(in_days(91))["transcripts"] == 1
    rules.change(None, {"transcripts": None}, by=None)
    assert rules.tonight(in_days(91))["transcripts"] == 0
