"""A whole call: what is posted, in which order, and how it ends."""

import asyncio
import itertools
from dataclasses import replace

import pytest

from streams.phone.book import Book
from streams.phone.call import Application
from streams.phone.profile import DEFAULT
from tests.streams.phone.site import greet, prompt

ANSWER, HANGUP, STATUS = "/plivo/answer/", "/plivo/hangup/", "/status/"


LEAVES = "hears speech\nhangs up"


def streaming(site, *after, **attributes):
    site.on_stream = greet
    return {ANSWER: site.stream_document(*after, statusCallbackUrl=f"{site.url}{STATUS}", **attributes)}


async def test_the_answer_form_is_the_documented_one(site, call):
    site.answers = {ANSWER: "<Response><Hangup/></Response>"}
    record = await call("call +14155550199 from +14155550142\nends")
    form = site.posts(ANSWER)[0]
    assert form["CallUUID"] == record.call_uuid
    assert (form["From"], form["To"]) == ("+14155550142", "+14155550199")
    assert (form["Direction"], form["CallStatus"], form["Event"]) == ("inbound", "ringing", "StartApp")
    assert site.requests[0].headers["content-type"] == "application/x-www-form-urlencoded"


async def test_the_answer_form_has_the_variants_that_were_seen(site, call):
    site.answers = {ANSWER: "<Response><Hangup/></Response>"}
    profile = replace(DEFAULT, plus_sign=False, answer_status="in-progress", extra_fields={"CallerName": "", "X": "y"})
    await call(profile=profile)
    form = site.posts(ANSWER)[0]
    assert (form["From"], form["CallStatus"], form["CallerName"], form["X"]) == ("14155550142", "in-progress", "", "y")


async def test_the_hangup_form_tells_how_long_and_why(site, call):
    site.answers = {ANSWER: '<Response><Wait length="3"/></Response>'}
    record = await call()
    form = site.posts(HANGUP)[0]
    assert (form["Event"], form["CallStatus"], form["HangupCauseCode"]) == ("Hangup", "completed", "4010")
    assert (form["HangupSource"], form["BillDuration"], form["TotalCost"]) == ("Plivo", "60", "0.00550")
    assert int(form["Duration"]) >= record.seconds >= 3
    assert record.ending == "the line hung up"


async def test_a_call_without_a_hangup_url_tells_nobody_but_an_outbound_one_tells_the_answer_url(site, call):
    site.answers = {ANSWER: "<Response><Hangup/></Response>"}
    application = Application(f"{site.url}{ANSWER}")
    await call(site=application)
    assert site.events() == [(ANSWER, "StartApp")]
    site.requests.clear()
    await call(site=application, profile=replace(DEFAULT, direction="outbound"))
    assert site.events() == [(ANSWER, "StartApp"), (ANSWER, "Hangup")]
    form = site.posts(ANSWER)[0]
    assert form["RequestUUID"] == form["ALegUUID"] == form["CallUUID"]
    assert (form["From"], form["To"]) == ("+14155550199", "+14155550142")
    site.requests.clear()
    await call(site=application, profile=replace(DEFAULT, direction="outbound", hangup_on_answer_url=False))
    assert site.events() == [(ANSWER, "StartApp")]


async def test_after_the_caller_hangs_up_the_site_hears_close_stop_and_hangup(site, call):
    site.answers = streaming(site)
    record = await call(LEAVES)
    assert site.events() == [(ANSWER, "StartApp"), (STATUS, "StartStream"), (STATUS, "StopStream"), (HANGUP, "Hangup")]
    assert (record.ending, record.hangup_code) == ("the caller hung up", 4000)
    assert site.posts(HANGUP)[0]["HangupSource"] == "Caller"


async def test_the_end_of_a_call_can_be_lost_and_stands_in_the_book_all_the_same(site, call, tmp_path):
    site.answers, book = streaming(site), Book(tmp_path)
    record = await call(LEAVES, profile=replace(DEFAULT, loses_end=True), book=book)
    await site.closed()  # that the line is down is seen
    assert site.events() == [(ANSWER, "StartApp"), (STATUS, "StartStream")]
    assert ("remark", "What the carrier tells of the end is lost.") in [(m.kind, m.text) for m in record.moments]
    [leg] = book.legs()
    assert (leg.uuid, leg.code) == (record.call_uuid, 4000)


@pytest.mark.parametrize("order", list(itertools.permutations(("close", "stop_stream", "hangup"))))
async def test_the_three_endings_come_in_every_order(site, call, order):
    seen = []

    async def note_close(stream):
        await greet(stream)
        seen.append("close")

    def note(what):
        def answer(request):
            if request.form["Event"] != "StartStream":
                seen.append(what)
            return ""

        return answer

    site.answers = streaming(site) | {STATUS: note("stop_stream"), HANGUP: note("hangup")}
    site.on_stream = note_close
    await call(LEAVES, profile=replace(DEFAULT, end_order=order))
    await site.closed()
    assert tuple(seen) == order


async def test_status_callbacks_have_two_naming_schemes_copies_and_may_come_out_of_order(site, call):
    site.answers = streaming(site)
    await call(LEAVES, profile=replace(DEFAULT, status_names="words", status_copies=2))
    assert [form["Event"] for form in site.posts(STATUS)] == ["started", "started", "stopped", "stopped"]
    site.requests.clear()
    await call(LEAVES, profile=replace(DEFAULT, status_out_of_order=True))
    assert [form["Event"] for form in site.posts(STATUS)] == ["StopStream", "StartStream"]
    form = site.posts(STATUS)[0]
    assert {"CallUUID", "StreamID", "Timestamp", "From", "To", "Direction", "ServiceURL", "StatusReason"} <= set(form)


async def test_a_refusal_is_never_answered(site, call):
    for reason, code in (("rejected", 3020), ("busy", 3010)):
        site.answers = {ANSWER: f'<Response><Hangup reason="{reason}"/></Response>'}
        record = await call()
        assert (record.hangup_code, record.answered_at, record.seconds) == (code, None, 0)
    assert "AnswerTime" not in site.posts(HANGUP)[0]
    assert site.posts(HANGUP)[0]["Duration"] == "0"


async def test_a_site_that_redirects_in_a_circle_is_stopped(site, call):
    site.answers = {ANSWER: f"<Response><Redirect>{site.url}{ANSWER}</Redirect></Response>"}
    record = await call(speed=500)
    assert any("circle" in moment.text for moment in record.moments)
    assert record.hangup_code == 4010


async def test_after_a_call_nothing_is_left_running(site, call):
    site.answers = streaming(site)
    before = asyncio.all_tasks()
    await call(LEAVES)
    await asyncio.sleep(0.02)
    names = [task.get_coro().__qualname__ for task in asyncio.all_tasks() - before]
    assert [name for name in names if "handle" not in name and "conn" not in name.lower()] == []


async def test_both_sides_are_kept_as_long_as_the_call(site, call):
    async def talk(stream):
        await stream.say(prompt(1.0))
        await stream.rest()

    site.answers = streaming(site)
    site.on_stream = talk
    record = await call("hears speech\nwaits 1s\nhangs up")
    assert record.failure == ""
    assert prompt(1.0) in bytes(record.line_track.audio)
    assert abs(len(record.caller_track.audio) - record.seconds * 8000) <= 160 * 5
