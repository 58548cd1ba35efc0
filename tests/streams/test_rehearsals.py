"""Test calls as rows: what is called, what is made first, what comes next, and where they do not count."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from flows.engine.events import CallAnswered
from flows.engine.snapshot import dump
from flows.models import Exit, Flow
from streams import calls, lines, orders, rehearsals, sweeper
from streams.carriers.carrier import StreamStarted
from streams.continuation import Told
from streams.finalise import finalise
from streams.models import Call, CallEvent, CallNote, Charge
from streams.models.notes import TextStatus
from streams.rehearsals import CannotCall
from streams.reports.daily import days
from tests.builders import flow_of
from tests.flows.conftest import builder, desk, line, person, scripted_voice  # noqa: F401

pytestmark = pytest.mark.django_db

SENT_ON = flow_of(
    hello=("say", "Hello.", "sales"),
    sales=("transfer", {"destination": "desk"}, "mail"),
    mail=("voicemail", {}, "bye"),
    bye=("hang_up", "Goodbye."),
)


@pytest.fixture
def begun(builder):  # noqa: F811
    """A test call of an engine flow."""

    def begin(flow=SENT_ON, **more):
        row = Flow.objects.create(name=flow.name, slug="test")
        subject = rehearsals.Subject(row, "Draft of Test", flow, dump(flow))
        return rehearsals.begin(subject, by=builder, **{"caller": "+14155550142", "moment": None, **more})

    return begin


def started(call, stream_id="s-1"):
    return StreamStarted(call_uuid=call.call_uuid, stream_id=stream_id, account_id="", tracks=("inbound",))


def bound(call):
    token = calls.document_token(call.call_uuid, 0)
    return lines.bind(lines.find(token), token, started(call))


def test_a_draft_is_called_as_it_is_now(begun, line, builder):  # noqa: F811
    subject = rehearsals.of_draft(line)
    call = rehearsals.begin(subject, by=builder, caller="", moment=None)
    line.steps.filter(key="hello").update(settings={"text": "Changed."})
    assert [step.text for step in bound(call).flow.steps.values()][:1] == ["Welcome to Hart Tools."]
    assert call.rehearsal.digest
    assert str(call.rehearsal) == "Test of Draft of Main line"


def test_a_half_finished_draft_may_be_called(line):  # noqa: F811
    Exit.objects.all().delete()
    assert rehearsals.of_draft(line).flow.steps


def test_a_draft_whose_settings_cannot_be_read_answers_with_its_problems(line):  # noqa: F811
    line.steps.filter(key="hello").update(settings={"text": 7})
    with pytest.raises(CannotCall) as refused:
        rehearsals.of_draft(line)
    assert refused.value.sentences[0].startswith("Hello: ")


def test_the_call_pretends_to_begin_at_the_chosen_moment(begun):
    moment = timezone.make_aware(timezone.datetime(2026, 12, 25, 18, 5))
    assert bound(begun(moment=moment)).first.began == moment.timestamp()


def test_prompts_are_made_a_few_at_a_time_and_then_all_there(line, scripted_voice):  # noqa: F811
    subject = rehearsals.of_draft(line)
    progress = rehearsals.make_prompts(subject, within=0.0)
    assert (progress.done, progress.of) == (1, 2)
    assert rehearsals.make_prompts(subject) is None


def test_a_voice_that_fails_is_told_in_words(line, scripted_voice):  # noqa: F811
    scripted_voice.fails_at = {"Goodbye."}
    with pytest.raises(CannotCall, match="The voice could not be reached, so 1 prompt is not ready"):
        rehearsals.make_prompts(rehearsals.of_draft(line))


def asked(call, document=0, **told):
    return rehearsals.next_page(call.pk, document, Told(**told))


def pending(call, what):
    Call.objects.filter(pk=call.pk).update(pending=what, answered_at=timezone.now(), state=STATE)


STATE = {"step": "sales", "turn": 2}
TO_DESK = {"do": "transfer", "destination": "desk", "ring_seconds": 25}


@pytest.fixture
def reachable(desk):  # noqa: F811
    desk.key = "desk"
    desk.save()


def test_a_transfer_is_the_testers_to_answer_and_the_flow_goes_on(begun, reachable):
    call = begun()
    pending(call, TO_DESK)
    assert asked(call) == {"do": "dial", "to": "Support desk", "seconds": 25, "document": 1}
    page = asked(call, 1, dial_status="busy")
    assert (page["do"], page["document"]) == ("stream", 2)
    assert page["address"] == f"/stream/{calls.document_token(call.call_uuid, 2)}/"
    assert lines.find(calls.document_token(call.call_uuid, 2)) is not None
    assert lines.find(calls.document_token(call.call_uuid, 0)) is None


def test_who_asks_twice_is_told_the_same_twice(begun, reachable):
    call = begun()
    pending(call, TO_DESK)
    assert asked(call) == asked(call)
    assert CallEvent.objects.filter(kind="transfer_finished").count() == 0


def test_hanging_up_ends_the_call_once(begun):
    call = begun()
    pending(call, {"do": "hangup", "reason": "the flow ended"})
    assert asked(call) == {"do": "hangup", "why": "the flow ended", "document": 1}
    call.refresh_from_db()
    assert call.status in calls.OVER
    assert asked(call)["do"] == "hangup"


def test_a_recording_is_left_in_seconds(begun):
    call = begun()
    pending(call, {"do": "record", "max_seconds": 60, "finish_key": "#"})
    assert asked(call) == {"do": "record", "seconds": 60, "key": "#", "document": 1}


def test_a_test_call_counts_in_no_report_and_its_stream_costs_nothing(begun):
    call = begun()
    bound(call)
    rehearsals.hang_up(call)
    lines.release(call.pk, "s-1", frames=5, unusable=0, at=timezone.now())
    finalise(call.pk)
    today = timezone.localdate()
    assert days(today, today)[0].calls == 0
    assert Charge.objects.filter(kind="stream").count() == 0


def test_nobody_is_texted_and_no_note_is_left(begun):
    call = begun()
    text = orders.order_text(call.pk, at=1.0, name="Directions", text="1 Main Street")
    assert text.status == TextStatus.TEST
    assert orders.keep_note(call.pk, at=1.0, what="message", text="Call me") is None
    assert CallNote.objects.count() == 0


def test_a_test_call_whose_page_is_gone_is_hung_up_by_the_sweeper(begun):
    call, now = begun(), datetime.now(UTC)
    Call.objects.update(status="live", answered_at=now, pending={"do": "transfer", "ring_seconds": 25})
    rehearsals.seen(call, now + timedelta(seconds=60))
    assert sweeper.sweep(now + timedelta(seconds=120))["hang up abandoned test calls"] == 0
    assert sweeper.sweep(now + timedelta(seconds=160))["hang up abandoned test calls"] == 1
    call.refresh_from_db()
    assert (call.ended_at is not None, call.ended_by) == (True, "hangup")


def test_the_tester_says_how_often_the_caller_called_before(begun):
    brief = bound(begun(earlier_calls=3))
    assert (brief.first.earlier_calls, brief.is_watched) == (3, True)


def test_a_call_may_begin_in_a_further_language_of_the_flow(line, builder, scripted_voice):  # noqa: F811
    Flow.objects.filter(pk=line.pk).update(languages=[{"language": "es-US", "voice": ""}])
    translated = {"text": "Welcome to Hart Tools.", "translations": {"es-US": {"text": "Hola."}}}
    line.steps.filter(key="hello").update(settings=translated)
    subject = rehearsals.speaking(rehearsals.of_draft(Flow.objects.get(pk=line.pk)), "es-US")
    assert rehearsals.make_prompts(subject, within=60) is None
    assert "Hola." in scripted_voice.read
    lines.rehearsal_in_memory.cache_clear()  # another test may have had a row of this number
    brief = bound(rehearsals.begin(subject, by=builder, caller="", moment=None))
    assert isinstance(brief.first, CallAnswered)
    assert brief.state.language == "es-US"
    assert brief.sound("Hola.", "es-US")
