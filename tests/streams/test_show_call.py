"""`manage.py show_call`."""

import io

import pytest
from django.core.management import CommandError, call_command

from flows.models import Flow, FlowVersion
from streams.finalise import finalise
from tests.streams.made import REACHED, SNAPSHOT, TALK, a_call, a_stream, log
from tests.streams.summing import FakeSummarizer, use

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(monkeypatch):
    use(monkeypatch, FakeSummarizer())
    flow = Flow.objects.create(name="Main line", slug="main-line")
    call = a_call(ended=61, version=FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=SNAPSHOT))
    a_stream(call, ended=61)
    log(call, *TALK, REACHED)
    return call


def shown(*args, **options):
    out = io.StringIO()
    call_command("show_call", *args, stdout=out, **options)
    return out.getvalue()


def test_the_record_of_a_finished_call_is_all_there(call):
    finalise(call.pk)
    told = shown()
    for words in (
        "reached a person: Support desk",
        "Main line v1",
        "1 min 1 s",
        "says “Thanks for calling. Press 1 for support.”",
        "caller   my drill arrived broken",
        "4 things said.",
        "intent repair, mood neutral",
        "about broken drill, warranty",
        "To do (open): Send a new drill.",
        "written by Fake, instructions v3",
        "0.600 ¢  Stream, 61 s, billed 2 min at $0.003  (estimated, until the stream’s socket closed)",
        "Scripted assistant (no AI)",
        "0.600 ¢  together",
    ):
        assert words in told


@pytest.mark.parametrize("name", ["pk", "call_uuid"])
def test_a_call_is_found_by_its_number_or_the_carriers_name(call, name):
    other = a_call()
    assert str(other.called) in shown(str(other.pk))
    assert call.caller in shown(str(getattr(call, name)))


def test_an_unfinished_record_says_so_and_waiting_in_vain_is_an_error(call):
    assert "Its record is being made" in shown()
    with pytest.raises(CommandError, match="Is the worker running"):
        shown(wait=0.01)


def test_without_calls_it_says_how_to_place_one():
    with pytest.raises(CommandError, match="Place one"):
        shown()
    with pytest.raises(CommandError, match="no such call"):
        shown("4711")


def test_what_a_caller_says_cannot_steer_the_terminal(call):
    log(call, (5.0, "utterance", "menu", {"text": "\x1b[2Jgone\r\n\u202eevil", "confidence": 1}))
    finalise(call.pk)
    told = shown()
    assert "\x1b" not in told
    assert "\r" not in told
    assert "\u202e" not in told
