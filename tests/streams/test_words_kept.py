"""Whose words are kept, and what is left of a log whose words are not."""

import pytest

from flows.models import Flow, FlowVersion
from streams import words_kept
from streams.finalise import finalise
from streams.log_lines import HIDDEN
from streams.models import Call
from streams.notice import HEARD, REFUSED, UNPROVEN
from tests.streams.made import REACHED, SNAPSHOT, TALK, a_call, a_stream, log
from tests.streams.summing import FakeSummarizer, use

pytestmark = pytest.mark.django_db

RECORDS = {"recording": {"notice": "This call is recorded.", "may_object": True}}
SAID = ("drill", "years ago", "buy it", "4242")
WORDS = (
    (3.15, "understood", "menu", {"said": "my drill", "wants": "choice", "answer": "no-match", "meaning": "Support"}),
    (3.16, "understood", "menu", {"said": "my drill", "wants": "day", "answer": "4242", "meaning": "a drill"}),
    (3.17, "answer", "menu", {"answers": {"order": "4242"}}),
    (8.05, "tool_asked", "helper", {"tool": "look_up", "arguments": {"order": "4242"}, "verdict": "allowed"}),
    (8.06, "prompt_started", "helper", {"prompt": "said-9", "texts": ["You said 4242."]}),
)


@pytest.fixture
def summarizer(monkeypatch):
    return use(monkeypatch, FakeSummarizer())


def a_talk(*told, **kept):
    flow = Flow.objects.create(name="Main line", slug="main-line")
    version = FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=SNAPSHOT | kept)
    state = {"step": None, "answers": {"order": "4242"}, "tried": ["said “my drill”"]}
    call = a_call(ended=61, version=version, state=state)
    a_stream(call, ended=61)
    log(call, *((0.0, kind, "", {}) for kind in told), *TALK, *WORDS, REACHED)
    return call


def whole(call):
    """Everything that is stored of what was said."""
    call = Call.objects.get(pk=call.pk)
    summary = getattr(call, "summary", None)
    return " ".join(
        [
            str(list(call.events.values_list("data", flat=True))),
            str(list(call.utterances.values_list("text", flat=True))),
            str(call.state),
            summary.text if summary else "",
            call.outcome,
        ]
    )


@pytest.mark.parametrize(
    ("told", "kept", "stays"),
    [
        ((), {}, True),
        ((), {"keeps_transcripts": False}, False),
        ((HEARD,), RECORDS, True),
        ((), RECORDS, False),
        ((REFUSED,), RECORDS, False),
        ((UNPROVEN,), RECORDS, False),
        ((HEARD,), RECORDS | {"keeps_transcripts": False}, False),
    ],
)
def test_words_stay_where_the_flow_keeps_them_and_the_caller_was_told(summarizer, told, kept, stays):
    call = a_talk(*told, **kept)
    assert finalise(call.pk)
    found = [words for words in SAID if words in whole(call)]
    assert found == (list(SAID) if stays else [])
    assert bool(call.utterances.count()) is stays
    assert bool(summarizer.asked) is stays, "who sums up is sent what was said"


def test_without_words_the_record_still_tells_how_the_call_went(summarizer):
    call = a_talk(keeps_transcripts=False)
    finalise(call.pk)
    call.refresh_from_db()
    assert call.outcome == "reached a person: Support desk"
    assert call.summary.text == "What was said is not kept."
    assert call.agent_turns.get().latency_ms == 640
    understood = call.events.filter(kind="understood").first().data
    assert (understood["said"], understood["answer"], understood["meaning"]) == (HIDDEN, "no-match", "Support")


def test_what_comes_late_is_scrubbed_when_the_record_is_made_again(summarizer):
    call = a_talk(keeps_transcripts=False)
    finalise(call.pk)
    log(call, (60.5, "agent_heard", "helper", {"text": "one more drill"}))
    finalise(call.pk)
    assert "drill" not in whole(call)
    assert call.utterances.count() == 0


def test_a_second_time_nothing_is_left_to_scrub(summarizer):
    call = a_talk(keeps_transcripts=False)
    call = Call.objects.get(pk=call.pk)
    assert words_kept.scrub(call, list(call.events.all())) > 0
    call = Call.objects.get(pk=call.pk)
    assert words_kept.scrub(call, list(call.events.all())) == 0


OF_TALK = {"who": "caller", "stream": "s"}  # that somebody listened to
OVERHEARD = (
    (20.0, "overheard", "support", {**OF_TALK, "text": "my drill again", "began": 19.0, "ended": 20.0}),
    (21.0, "mood", "support", {**OF_TALK, "mood": "unhappy", "score": -0.5, "topics": ["a drill"], "by": "x"}),
    (22.0, "cue", "support", {**OF_TALK, "cue": "cancel", "name": "Wants to cancel", "text": "take the drill"}),
)
AGREED, REFUSES = (1.0, "consent_given", "ask", {"by": "key"}), (2.0, "consent_refused", "ask", {"by": "key"})


def overhearing(*told, kept=SNAPSHOT):
    flow = Flow.objects.create(name="Main line", slug="main-line")
    call = a_call(ended=61, version=FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=kept))
    a_stream(call, ended=61)
    log(call, *TALK[:2], *told, *OVERHEARD)
    finalise(call.pk)
    return {kind: call.events.get(kind=kind).data for kind in ("overheard", "mood", "cue")}


def test_what_was_overheard_stays_where_the_caller_had_agreed(summarizer):
    assert overhearing(AGREED) == {kind: data for _, kind, _, data in OVERHEARD}


@pytest.mark.parametrize("told", [(), (REFUSES,), (AGREED, REFUSES)])
def test_what_was_overheard_without_consent_goes_and_all_that_was_made_of_it(summarizer, told):
    kept = overhearing(*told)
    assert "drill" not in str(kept)
    assert (kept["mood"]["mood"], kept["mood"]["topics"]) == (HIDDEN, [])
    assert (kept["cue"]["name"], kept["cue"]["text"]) == ("Wants to cancel", HIDDEN)


def test_a_line_that_keeps_no_words_keeps_none_that_were_overheard(summarizer):
    assert "drill" not in str(overhearing(AGREED, kept=SNAPSHOT | {"keeps_transcripts": False}))


def test_consent_that_is_withdrawn_later_takes_back_nothing_that_was_heard_before(summarizer):
    flow = Flow.objects.create(name="Main line", slug="main-line")
    call = a_call(ended=61, version=FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=SNAPSHOT))
    log(call, AGREED, OVERHEARD[0], (30.0, *REFUSES[1:]), (31.0, *OVERHEARD[0][1:]))
    finalise(call.pk)
    assert [line.data["text"] for line in call.events.filter(kind="overheard")] == ["my drill again", HIDDEN]


def test_who_says_no_to_listening_keeps_their_talk_with_the_line_itself(summarizer):
    call = a_talk("consent_refused")
    finalise(call.pk)
    assert "drill" in whole(call)
