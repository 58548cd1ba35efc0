"""The list of calls and one call's page, as operations meet them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from flows.models import Flow
from flows.numbers import masked
from streams.models import MAX_TRIES, Call, CallSummary, CarrierMessage, Gone
from tests.streams.admin.conftest import SEES_ALL, SEES_CALLS
from tests.streams.made import a_call, at

LIST = "/admin/streams/call/"


def text_of(response):
    """What a reader sees: no tags, one space between words."""
    page = re.sub(r"<script.*?</script>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def page_of(call):
    return reverse("admin:streams_call_change", args=[call.pk])


def test_the_list_says_who_when_outcome_seconds_and_cost(signed_in, finished):
    call = finished(seconds=162)
    told = text_of(signed_in(*SEES_ALL).get(LIST))
    for words in (
        masked(call.caller),
        "22 Nov, 12:00:00",
        "reached a person: Support desk",
        "2 min 42 s",
        "0.600 ¢",
        "Main line v1",
    ):
        assert words in told


def test_a_hundred_calls_take_as_many_queries_as_one(signed_in, finished):
    client = signed_in(*SEES_ALL)
    finished()
    client.get(LIST)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(LIST).status_code == 200
        return len(seen)

    one = queries()
    for _ in range(12):
        finished()
    assert queries() == one


def test_a_long_call_takes_as_many_queries_as_a_short_one(signed_in, finished):
    client = signed_in(*SEES_ALL)
    short = finished()
    long = finished(*[(10.0 + n, "utterance", "menu", {"text": f"word {n}"}) for n in range(50)])

    def queries(call):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page_of(call)).status_code == 200
        return len(seen)

    queries(short)
    assert queries(long) == queries(short)


def test_without_calls_the_list_says_what_will_appear(signed_in):
    told = text_of(signed_in(*SEES_ALL).get(LIST))
    assert "Each call appears here the moment it comes in." in told


def test_a_search_in_vain_says_so_and_offers_everything(signed_in, finished):
    finished()
    told = text_of(signed_in(*SEES_ALL).get(LIST, {"q": "999999999"}))
    assert "No entry fits what you search and filter for." in told


@pytest.mark.parametrize("filters", [
    {"outcome_kind__exact": "person"}, {"status__exact": "finished"}, {"began_at__gte": "2090-11-22T00:00:00+00:00"},
])  # fmt: skip
def test_filters_find_what_fits(signed_in, finished, filters):
    call = finished()
    other = a_call(outcome_kind="caller", status="live", began_at=at(-90_000))
    told = text_of(signed_in(*SEES_ALL).get(LIST, filters))
    assert masked(call.caller) in told
    assert masked(other.caller) not in told


def test_calls_are_filtered_by_flow(signed_in, finished):
    call = finished()
    other = Flow.objects.create(name="Night line", slug="night-line")
    client = signed_in(*SEES_ALL)
    assert masked(call.caller) in text_of(client.get(LIST, {"version__flow__id__exact": call.version.flow_id}))
    assert masked(call.caller) not in text_of(client.get(LIST, {"version__flow__id__exact": other.pk}))


@pytest.mark.parametrize("order", ["1", "-1", "2", "3", "4", "5", "6", "-6"])
def test_every_column_sorts(signed_in, finished, order):
    finished()
    assert signed_in(*SEES_ALL).get(LIST, {"o": order}).status_code == 200


def test_numbers_are_masked_for_everybody_at_first(signed_in, finished):
    call = finished(caller="+14155550142")
    client = signed_in(*SEES_ALL)
    for address in (LIST, page_of(call), "/admin/"):
        page = client.get(address).content.decode()
        assert "+14155550142" not in page
        assert "••••••••0142" in page


def test_searching_cannot_unmask_a_number(signed_in, finished):
    finished(caller="+14155550142")
    client = signed_in("view_call")
    for term in ("+14155550142", "4155550142", "50142", "14155"):
        assert "••••••••0142" not in client.get(LIST, {"q": term}).content.decode()
    assert "••••••••0142" in client.get(LIST, {"q": "0142"}).content.decode()


def test_who_may_see_whole_numbers_cannot_feel_for_one_digit_by_digit(signed_in, finished):
    finished(caller="+14155550142")
    client = signed_in("view_call", "view_number")
    for term in ("50142", "14155", "550142"):
        assert "••••••••0142" not in client.get(LIST, {"q": term}).content.decode()


@pytest.mark.parametrize("term", ["+1 415 555 0142", "5550142", "4155550199"])
def test_whole_numbers_are_found_however_they_are_written(signed_in, finished, term):
    finished(caller="+14155550142")
    assert "••••••••0142" in signed_in(*SEES_ALL).get(LIST, {"q": term}).content.decode()


def test_a_calls_page_tells_it_whole(signed_in, finished):
    told = text_of(signed_in(*SEES_ALL).get(page_of(finished())))
    for words in (
        "Call of Wed 22 Nov, 12:00",
        "reached a person: Support desk",
        "says “Thanks for calling. Press 1 for support.”",
        "cut short after 2.0 s by the caller’s voice",
        "my drill arrived broken",
        "heard with 91% confidence",
        "Scripted assistant (no AI) takes over",
        "puts the caller through to Support desk",
        "4 things said.",
        "Intent repair",
        "Mood neutral",
        "Mood of the caller negative",
        "To do open Send a new drill.",
        "broken drill warranty",
        "Written by Fake, instructions v3",
        "Stream, 61 s, billed 2 min at $0.003",
        "until the stream’s socket closed",
        "estimated",
        "Scripted assistant (no AI), 2 turns: our own engine, free",
        "From 0:00, 1 min 1 s, 0 frames",
        "The end was told by the carrier’s hang-up report",
    ):
        assert words in told


FAILED = {"ability": "agent", "engine": "openai_realtime", "fault": "slow", "what": "OpenAI was slow."}
WENT_WRONG = (
    (40.0, "house_said", "helper", {"text": "One moment, please.", "prompt": "h"}),
    (41.0, "engine_failed", "helper", FAILED),
    (41.2, "engine_failed", "helper", FAILED),
    (45.0, "left", "helper", {"outcome": "failed", "goes_to": "support"}),
)


def test_what_went_wrong_stands_before_the_story_in_words(signed_in, finished):
    told = text_of(signed_in(*SEES_ALL).get(page_of(finished(*WENT_WRONG))))
    assert "The assistant failed at Helper 0:41 OpenAI Realtime OpenAI was slow. 2 times in a row" in told
    assert "Meanwhile the caller heard “One moment, please.” Then the caller went on to To Support." in told
    assert told.index("The assistant failed") < told.index("What happened")
    assert told.count("goes on without the assistant “OpenAI Realtime”") == 1


def test_what_the_caller_heard_meanwhile_is_for_those_who_may_read_it(signed_in, finished):
    told = text_of(signed_in(*SEES_CALLS).get(page_of(finished(*WENT_WRONG))))
    assert "OpenAI was slow." in told
    assert "Meanwhile the caller heard" not in told


def test_a_talk_that_was_not_written_down_is_told_with_the_reason_to_everybody(signed_in, finished):
    began = (50.0, "listening_began", "put", {"stream": "s-1", "engine": "openai"})
    failed = (51.0, "engine_failed", "put", {"ability": "ears", "what": "OpenAI is away.", "stream": "s-1"})
    call = finished(began, failed, (90.0, "listening_ended", "put", {"stream": "s-1", "why": "carrier"}))
    for may in (SEES_ALL, SEES_CALLS):
        assert "Nothing of this talk was written down. OpenAI is away." in text_of(signed_in(*may).get(page_of(call)))


def test_what_was_said_is_not_sent_to_those_who_may_not_read_it(signed_in, finished):
    call = finished((12.0, "key", "menu", {"digit": "7"}), (13.0, "answer", "menu", {"answers": {"order": "4711"}}))
    page = signed_in("view_call", "view_charge").get(page_of(call)).content.decode()
    for words in ("drill", "When did you buy", "two years ago", "things said", "presses 7", "4711", "repair"):
        assert words not in page
    assert "Can read what was said" in page
    assert "puts the caller through" in page


def test_costs_are_not_sent_to_those_who_may_not_see_them(signed_in, finished):
    call = finished()
    client = signed_in(*SEES_CALLS)
    assert "What it cost" not in client.get(page_of(call)).content.decode()
    assert "¢" not in client.get(page_of(call)).content.decode()
    assert "0.600 ¢" not in client.get(LIST).content.decode()


def test_hostile_words_are_shown_and_not_obeyed(signed_in, finished):
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">{{ shown }}'
    call = finished(
        (11.0, "utterance", "menu", {"text": evil, "confidence": 0.5}),
        (12.0, "left", evil[:60], {"outcome": evil, "goes_to": evil}),
        (13.0, "agent_started", "x", {"title": evil}),
        (14.0, "error", "x", {"what": evil}),
        caller=evil[:80],
        hangup_cause=evil[:60],
    )
    client = signed_in(*SEES_ALL)
    for address in (page_of(call), LIST, "/admin/streams/charge/"):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in client.get(page_of(call)).content.decode()


def test_the_pages_need_no_script_and_no_style_of_their_own(signed_in, finished):
    page = signed_in(*SEES_ALL).get(page_of(finished())).content.decode()
    ours = page[page.index('<div class="cw">') : page.index("<!-- end of the call -->")]
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", ours)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nobody_changes_a_call_here(signed_in, finished, method):
    call = finished()
    client = signed_in(*SEES_ALL, "change_call", "delete_call", "add_call")
    assert getattr(client, method)(page_of(call)).status_code in (403, 405)
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{call.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": [call.pk], "post": "yes"})
    assert Call.objects.filter(pk=call.pk).exists()


def test_without_the_permission_there_is_nothing_to_see(signed_in, finished):
    call = finished()
    client = signed_in("view_charge")
    assert client.get(LIST).status_code == 403
    assert client.get(page_of(call)).status_code == 403
    assert client.get(reverse("admin:streams_report")).status_code == 403


def test_a_call_that_is_not_there_leads_back_with_a_word(signed_in):
    assert signed_in(*SEES_ALL).get(f"{LIST}4711/change/").status_code == 302


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "live"}, "The call is going on."),
        ({"status": "ended"}, "Its record is being made"),
        ({"status": "ended", "finalise_error": "It rains.", "finalise_attempts": 2}, "will be tried again. It rains."),
        (
            {"status": "finished", "finalise_error": "It rains.", "finalise_attempts": MAX_TRIES},
            "after 8 tries. It rains.",
        ),
    ],
)
def test_a_record_that_is_not_whole_says_why(signed_in, fields, words):
    assert words in text_of(signed_in(*SEES_ALL).get(page_of(a_call(**fields))))


def test_what_was_parked_is_told_above_the_list(signed_in, finished):
    finished()
    CarrierMessage.objects.create(dedupe_key="x", kind="hangup", attempts=MAX_TRIES, error="poison")
    a_call(status="ended", finalise_attempts=MAX_TRIES)
    told = text_of(signed_in(*SEES_CALLS).get(LIST))
    assert "1 carrier message could not be applied" in told
    assert "1 call has a record that could not be made whole" in told


def test_calls_that_need_a_follow_up_can_be_listed_with_what_to_do(signed_in, finished):
    client, needing = signed_in(*SEES_ALL), finished()
    done = finished()
    done.notes.update(done_at=at(99))
    going_on = a_call()
    listed = text_of(client.get(LIST, {"follow_up": "needed"}))
    assert masked(needing.caller) in listed
    assert "Send a new drill." in listed
    assert masked(done.caller) not in listed
    assert masked(going_on.caller) not in listed
    assert masked(needing.caller) not in text_of(client.get(LIST, {"follow_up": "none"}))
    assert "Send a new drill." not in text_of(client.get(LIST))


def test_who_may_not_read_what_was_said_is_not_told_what_should_follow(signed_in, finished):
    client, call = signed_in(*SEES_CALLS), finished()
    assert "Send a new drill." not in text_of(client.get(page_of(call)))
    asked = client.get(LIST, {"follow_up": "needed"}, follow=True)
    assert "Send a new drill." not in text_of(asked)
    assert "follow-up" not in text_of(client.get(LIST)).lower()


def test_what_is_kept_no_longer_is_said_with_its_day(signed_in, finished):
    call = finished()
    Gone.objects.create(call=call, kind="transcripts", at=at(0))
    told = text_of(signed_in(*SEES_CALLS).get(page_of(call)))
    assert "Kept no longer: Transcripts went Wed 22 Nov, 12:00. What is shown is what is left." in told


def test_how_the_callers_mood_went_is_told(signed_in, finished):
    call = finished()
    CallSummary.objects.filter(call=call).update(mood_start="negative", mood_end="neutral")
    assert "The caller’s mood went negative → neutral" in text_of(signed_in(*SEES_ALL).get(page_of(call)))


def test_rows_tell_their_second_and_can_be_narrowed_without_a_script(signed_in, finished):
    page = signed_in(*SEES_ALL).get(page_of(finished())).content.decode()
    assert re.search(r'<tr data-at="3.1" class="[^"]*cw-is-said', page)
    assert page.count('type="radio" name="rows"') == 3
    assert "what it cost" not in signed_in(*SEES_CALLS).get(page_of(Call.objects.get())).content.decode()
