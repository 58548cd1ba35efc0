from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from ivrsite.management.commands.demo_record import lacking
from streams.models import Call, CallSummary, Charge, Stream, Utterance
from tests.streams.billing.unguarded import unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    """A call of 40 seconds with everything that a record has."""
    began = timezone.now() - timedelta(minutes=2)
    ended = began + timedelta(seconds=40)
    call = Call.objects.create(
        call_uuid="c", began_at=began, ended_at=ended, finalised_at=ended, status="finished", outcome="caller hung up"
    )
    Stream.objects.create(call=call, stream_id="s", started_at=began, ended_at=ended)
    Utterance.objects.create(call=call, place=1, at=1.0, who="line", text="Welcome.")
    Utterance.objects.create(call=call, place=2, at=3.0, who="caller", text="billing")
    CallSummary.objects.create(
        call=call, text="Asked for billing.", mood="neutral", written_by="x", transcript_digest="d"
    )
    charge(call)
    return call


def charge(call, amount="0.003", **more):
    given = {"kind": "stream", "description": "Stream", "quantity": 1, "unit": "minute", "basis": "socket"}
    return Charge.objects.create(call=call, source_key="stream:s", amount=Decimal(amount), **given, **more)


def test_a_whole_record_lacks_nothing(call, capsys):
    assert lacking(call) == []
    call_command("demo_record")
    assert capsys.readouterr().out == "The record is complete.\n"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda call: Call.objects.update(finalised_at=None), "The call was never finalised."),
        (lambda call: Call.objects.update(outcome=""), "It has no outcome."),
        (lambda call: call.utterances.all().delete(), "Its transcript is empty."),
        (lambda call: call.utterances.filter(who="caller").delete(), "The caller's words are not in its transcript."),
        (lambda call: call.summary.delete(), "It has no summary."),
        (lambda call: CallSummary.objects.update(text=""), "It has no summary."),
        (lambda call: CallSummary.objects.update(mood="unknown"), "It has no sentiment."),
        (lambda call: call.streams.all().delete(), "It has no stream."),
        (lambda call: call.streams.update(ended_at=None), "Stream s never ended."),
        (lambda call: Charge.objects.all().delete(), "Stream s has 0 current charges; it must have one."),
        (
            lambda call: Charge.objects.update(amount="0.0029"),
            "Stream s of 40.0 s was charged 0.002900 USD; it must be 0.003 USD.",
        ),
        (
            lambda call: Charge.objects.update(currency="EUR"),
            "Stream s of 40.0 s was charged 0.003000 EUR; it must be 0.003 USD.",
        ),
        (
            lambda call: call.streams.update(ended_at=call.began_at + timedelta(seconds=61)),
            "Stream s of 61.0 s was charged 0.003000 USD; it must be 0.006 USD.",
        ),
    ],
)
def test_each_thing_that_is_missing_is_said(call, damage, said):
    with unguarded():
        damage(call)
    newest = Call.objects.get()
    assert said in lacking(newest)
    with pytest.raises(CommandError, match="is not complete"):
        call_command("demo_record")


def test_a_better_figure_replaces_the_old_one(call):
    first = Charge.objects.get()
    charge(call, version=2, supersedes=first)
    assert lacking(call) == []


def test_no_call_is_no_record():
    with pytest.raises(CommandError, match=r"There is no call\."):
        call_command("demo_record")
