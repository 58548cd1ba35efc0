"""From stored facts to a call's record, any number of times."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from flows.models import Flow, FlowVersion, PromptAudio
from streams import calls, engines
from streams.ai.provider import ProviderUnavailable
from streams.finalise import SUMMED_UP_WITHIN, finalise
from streams.models import MAX_TRIES, CallStatus, Charge
from tests.standins.faults import FAULTS, Fault
from tests.standins.openai_by_words import by_words
from tests.standins.openai_http import KEY, OpenAIHTTP
from tests.standins.server import serving_beside
from tests.streams.made import REACHED, SNAPSHOT, TALK, a_call, a_stream, at, fact, log
from tests.streams.summing import FakeSummarizer, use

pytestmark = pytest.mark.django_db


@pytest.fixture
def summarizer(monkeypatch):
    return use(monkeypatch, FakeSummarizer())


@pytest.fixture
def version():
    flow = Flow.objects.create(name="Main line", slug="main-line")
    return FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=SNAPSHOT)


@pytest.fixture
def call(version, summarizer):
    call = a_call(ended=61, version=version)
    a_stream(call, ended=61)
    log(call, *TALK, REACHED)
    return call


def test_a_whole_call_becomes_a_whole_record(call, summarizer):
    assert finalise(call.pk) is True
    call.refresh_from_db()
    assert call.status == CallStatus.FINISHED
    assert (call.outcome, call.outcome_kind) == ("reached a person: Support desk", "person")
    assert [(one.who, one.text) for one in call.utterances.all()] == [
        ("line", "Thanks for calling. Press 1…"),
        ("caller", "my drill arrived broken"),
        ("agent", "When did you buy it?"),
        ("caller", "two years ago"),
    ]
    assert call.summary.text == "4 things said."
    assert (call.summary.written_by, call.summary.prompt_version) == ("Fake", "3")
    assert call.summary.moods == {"caller": "negative"}
    assert (call.summary.mood_start, call.summary.mood_end) == ("negative", "neutral")
    assert call.summary.topics == ["broken drill", "warranty"]
    assert call.summary.follow_up == "Send a new drill."
    assert [(note.what, note.text) for note in call.notes.all()] == [("to-do", "Send a new drill.")]
    assert summarizer.asked[0][1] == "reached a person: Support desk"
    assert sorted((c.kind, c.amount) for c in call.charges.current()) == [
        ("ai", 0),
        ("ai", 0),
        ("stream", Decimal("0.006")),
    ]


def test_again_changes_nothing_and_asks_nobody(call, summarizer):
    finalise(call.pk)
    kept = list(call.utterances.values_list("pk", flat=True)), Charge.objects.count(), call.events.count()
    assert finalise(call.pk) is True
    assert (list(call.utterances.values_list("pk", flat=True)), Charge.objects.count(), call.events.count()) == kept
    assert len(summarizer.asked) == 1


def test_the_true_length_of_a_prompt_tells_what_was_heard_of_it(call):
    PromptAudio.objects.create(
        digest="1", engine="x", language="en-US", text="Thanks for calling.", audio=b"\xff" * 8000 * 3
    )
    finalise(call.pk)
    assert call.utterances.first().text == "Thanks for…"


def test_a_late_fact_remakes_what_rests_on_it(version, summarizer):
    call = a_call(ended=61, version=version)
    stream = a_stream(call, ended=61)
    log(call, *TALK)
    finalise(call.pk)
    call.refresh_from_db()
    assert call.outcome_kind == "transfer"
    log(call, REACHED)
    fact(stream, "webhook", "stop", 59)
    assert finalise(call.pk) is True
    call.refresh_from_db()
    assert call.outcome == "reached a person: Support desk"
    assert len(summarizer.asked) == 2  # its outcome is part of what is summed up
    assert [c.amount for c in call.charges.current().filter(kind="stream")] == [Decimal("0.003")]


def test_a_call_that_goes_on_is_charged_for_its_ended_streams_only(summarizer):
    call = a_call()
    a_stream(call, ended=30)
    a_stream(call, began=35)
    assert finalise(call.pk) is False
    call.refresh_from_db()
    assert (call.status, Charge.objects.count(), summarizer.asked) == (CallStatus.LIVE, 1, [])


def test_after_the_hang_up_a_stream_has_a_moment_to_tell_its_own_end(summarizer):
    call = a_call(ended=60)
    stream = a_stream(call)
    assert finalise(call.pk, now=at(61)) is False
    calls.note_stream(call, source="socket", dedupe_key="late", stream_id=stream.stream_id, kind="stop", at=at(60.4))
    assert finalise(call.pk, now=at(62)) is True


def test_a_failing_summarizer_blocks_no_charge_and_is_asked_again(call, summarizer):
    summarizer.failing = 1
    assert finalise(call.pk) is False
    call.refresh_from_db()
    assert (call.status, call.finalise_attempts) == (CallStatus.ENDED, 1)
    assert call.finalise_error == "The summary could not be written: the engine is away"
    assert call.charges.current().filter(kind="stream").count() == 1
    assert finalise(call.pk) is True
    call.refresh_from_db()
    assert (call.status, call.finalise_attempts, call.finalise_error) == (CallStatus.FINISHED, 0, "")


def test_after_enough_failures_the_call_is_finished_without_a_summary_and_says_so(call, summarizer):
    summarizer.failing = 100
    for _ in range(MAX_TRIES):
        finalise(call.pk)
    call.refresh_from_db()
    assert (call.status, call.finalise_attempts) == (CallStatus.FINISHED, MAX_TRIES)
    assert "could not be written" in call.finalise_error


def test_a_fault_of_ours_is_noted_and_raised(call, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr("streams.finalise.transcript", broken)
    with pytest.raises(ZeroDivisionError):
        finalise(call.pk)
    call.refresh_from_db()
    assert (call.status, call.finalise_error) == (CallStatus.ENDED, "ZeroDivisionError: by nought")
    assert call.charges.current().filter(kind="stream").count() == 1


def test_a_summary_that_another_worker_is_asking_for_is_asked_and_paid_for_once(call, summarizer, monkeypatch):
    slow, overtaking = summarizer.sum_up, []

    def overtaken(lines, *, outcome):
        overtaking.append(finalise(call.pk))
        return slow(lines, outcome=outcome)

    monkeypatch.setattr(summarizer, "sum_up", overtaken)
    assert finalise(call.pk) is True
    assert overtaking == [False]
    call.refresh_from_db()
    assert call.status == CallStatus.FINISHED
    assert call.events.filter(kind="used", data__for="summary").count() == 1


def test_what_was_said_since_is_summed_up_at_once_and_the_older_summary_does_not_win(call, summarizer, monkeypatch):
    slow = summarizer.sum_up

    def overtaken(lines, *, outcome):
        monkeypatch.setattr(summarizer, "sum_up", slow)
        log(call, (70, "utterance", "menu", {"text": "one more thing"}))
        finalise(call.pk)
        return slow(lines, outcome=outcome)

    monkeypatch.setattr(summarizer, "sum_up", overtaken)
    assert finalise(call.pk) is True
    assert call.summary.text == "5 things said."
    assert call.events.filter(kind="used", data__for="summary").count() == 2  # both are paid for


def test_a_summary_whose_worker_died_is_asked_for_again(call, summarizer, monkeypatch):
    class Killed(BaseException):
        """As a signal ends a worker: nothing is cleaned up."""

    def killed(lines, *, outcome):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(summarizer, "sum_up", killed)
        with pytest.raises(Killed):
            finalise(call.pk)
    assert finalise(call.pk) is False
    assert finalise(call.pk, now=datetime.now(UTC) + SUMMED_UP_WITHIN + timedelta(seconds=1)) is True
    assert len(summarizer.asked) == 1


def test_where_nothing_was_said_no_engine_is_asked(summarizer):
    call = a_call(ended=3)
    assert finalise(call.pk) is True
    assert (call.summary.text, summarizer.asked) == ("Nothing was said.", [])


def test_a_call_to_a_number_without_a_line_says_so(summarizer):
    call = a_call(ended=3, outcome=calls.NO_LINE)
    finalise(call.pk)
    finalise(call.pk)
    call.refresh_from_db()
    assert (call.outcome, call.outcome_kind) == (calls.NO_LINE, "fault")


def test_an_unknown_call_is_no_error(db):
    assert finalise(4711) is False


def test_the_words_of_a_caller_do_not_reach_the_log_when_summing_up_fails(call, summarizer, caplog, monkeypatch):
    def leaky(lines, *, outcome):
        raise ProviderUnavailable(f"could not digest {lines}")

    monkeypatch.setattr(summarizer, "sum_up", leaky)
    finalise(call.pk)
    assert "drill" not in caplog.text


def test_how_long_the_caller_waited_for_each_answer_is_kept_once(call):
    log(call, (12.0, "agent_said", "helper", {"text": "…", "latency_ms": None, "engine": "local"}))
    for _ in range(2):
        finalise(call.pk)
    (turn,) = call.agent_turns.all()
    assert (turn.latency_ms, turn.at) == (640, at(5))


@pytest.fixture
def vendor(settings):
    """OpenAI's stand-in, found by the site's settings."""
    part = OpenAIHTTP(by_words)
    with serving_beside(part) as address:
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = KEY, f"{address}/v1"
        settings.SUMMARIZER_ENGINE = "openai"
        engines.openai.cache_clear()
        yield part
        engines.openai.cache_clear()
    assert part.wrong == []


def test_a_model_sums_up_once_and_every_answer_of_it_is_charged_also_one_of_no_use(version, vendor):
    call = a_call(ended=61, version=version)
    a_stream(call, ended=61)
    log(call, *TALK, REACHED)
    vendor.faults = [FAULTS["wrong key"], Fault(body='{"output": []}')]
    assert [finalise(call.pk) for _ in range(4)] == [False, False, True, True]
    call.refresh_from_db()
    assert call.summary.written_by == "OpenAI gpt-6-luna"
    assert call.summary.moods == {"caller": "negative", "agent": "positive"}
    assert "drill" in call.summary.topics
    counted = {c.source_key.rpartition(":")[2]: c.quantity for c in call.charges.current().filter(kind="ai")}
    told = [line.data for line in call.events.filter(kind="used", data__engine="openai")]
    usage = Counter()
    for data in told:
        usage[data["unit"]] += data["quantity"]
    assert counted["text_in"] == usage["text_in"]
    assert counted["text_out"] == usage["text_out"]
    assert len([data for data in told if data["unit"] == "text_in"]) == 2  # the wrong key cost nothing
    assert len(vendor.seen) == 3
