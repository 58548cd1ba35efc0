"""Webhooks as the carrier sends them: signed, with deadlines, one more attempt, and a fallback."""

import re
from dataclasses import replace
from urllib.parse import urldefrag

import pytest
from plivo.utils import validate_v3_signature

from streams.phone.call import Application
from streams.phone.callbacks import Patience
from streams.phone.profile import DEFAULT
from tests.streams.phone.site import ACCOUNT, TOKEN

HANGUP = "<Response><Hangup/></Response>"
ANSWER = "/plivo/answer/"


def is_signed(site, request, header="x-plivo-signature-v3"):
    url = urldefrag(site.url + request.target).url
    nonce = request.headers["x-plivo-signature-v3-nonce"]
    form = dict(request.form) if request.method == "POST" else None
    signatures = [one.strip() for one in request.headers[header].split(",")]
    return any(validate_v3_signature(request.method, url, nonce, TOKEN, one, form) for one in signatures)


async def test_every_webhook_carries_signatures_that_the_carrier_s_sdk_accepts(site, call):
    then = f"<Redirect>{site.url}/next/?a=1&amp;b=2</Redirect>"
    site.answers = {ANSWER: site.stream_document(then, statusCallbackUrl=f"{site.url}/status/"), "/next/": HANGUP}
    site.on_stream = lambda stream: stream.socket.close()
    await call()
    assert {request.path for request in site.requests} == {ANSWER, "/status/", "/next/", "/plivo/hangup/"}
    for request in site.requests:
        assert is_signed(site, request)
        assert is_signed(site, request, "x-plivo-signature-ma-v3")
    nonces = [request.headers["x-plivo-signature-v3-nonce"] for request in site.requests]
    assert len(set(nonces)) == len(nonces)
    assert all(re.fullmatch(r"\d{20}", nonce) for nonce in nonces)


async def test_the_upgrade_is_signed_over_the_http_form_of_the_stream_s_url(site, call):
    site.answers = {ANSWER: site.stream_document()}
    site.on_stream = lambda stream: stream.socket.close()
    for scheme in ("http", "https", "wss"):
        await call(profile=replace(DEFAULT, upgrade_scheme=scheme))
        path, headers = site.upgrades[-1]
        url = site.stream_url.replace("ws", scheme, 1)
        expected = ACCOUNT.sign("GET", url, {}, headers["X-Plivo-Signature-V3-Nonce"], TOKEN)
        assert headers["X-Plivo-Signature-V3"] == expected
        if scheme != "wss":  # which the SDK cannot check
            nonce, signature = headers["X-Plivo-Signature-V3-Nonce"], headers["X-Plivo-Signature-V3"]
            assert validate_v3_signature("GET", url, nonce, TOKEN, signature)


async def test_signatures_may_be_two_of_a_sub_account_or_missing(site, call):
    site.answers = {ANSWER: HANGUP}
    for form in ("two", "sub-account", "missing"):
        await call(profile=replace(DEFAULT, signatures=form))
    two, _, sub, _, missing, _ = site.requests
    assert is_signed(site, two)
    assert ", " in two.headers["x-plivo-signature-v3"]
    assert not is_signed(site, sub)
    assert is_signed(site, sub, "x-plivo-signature-ma-v3")
    assert not [name for name in missing.headers if "plivo" in name]


async def test_by_get_the_form_is_the_query_and_is_signed(site, call):
    site.answers = {ANSWER: HANGUP}
    await call(profile=replace(DEFAULT, answer_method="GET"))
    assert (site.requests[0].method, site.requests[0].form["Event"]) == ("GET", "StartApp")
    assert is_signed(site, site.requests[0])


async def test_a_slow_answer_is_asked_for_once_more_and_then_given_up(site, call):
    site.answers = {ANSWER: 5.0}
    record = await call(profile=replace(DEFAULT, document_seconds=0.05))
    assert len(site.posts(ANSWER)) == 2
    assert (record.hangup_code, record.answered_at) == (7011, None)
    assert record.posts[0].error == "no answer within 0.05 s"
    assert site.posts("/plivo/hangup/")[0]["HangupCauseCode"] == "7011"


async def test_nobody_there_is_tried_twice_as_well(call):
    record = await call(site="http://127.0.0.1:9")
    assert [post.url for post in record.posts[:2]] == ["http://127.0.0.1:9/plivo/answer/"] * 2
    assert record.ending == "the line broke: Error Reaching Answer URL (7011)"


@pytest.mark.parametrize("status", [302, 403, 404, 500, 503])
async def test_an_error_status_is_not_retried(site, call, status):
    site.answers = {ANSWER: (status, HANGUP)}
    record = await call()
    assert len(site.posts(ANSWER)) == 1
    assert record.hangup_code == 7011


@pytest.mark.parametrize("body", ['{"ok": true}', "<html/>", "<Response><Reject/></Response>"])
async def test_an_answer_that_is_no_document_ends_the_call_with_8011(site, call, body):
    site.answers = {ANSWER: body}
    assert (await call(site=Application(f"{site.url}{ANSWER}"))).hangup_code == 8011


async def test_the_fallback_is_fetched_with_the_same_form(site, call):
    site.answers = {ANSWER: (500, "down"), "/plivo/fallback/": "<Response><Speak>Sorry.</Speak><Hangup/></Response>"}
    record = await call('hears "sorry"\nends')
    assert (record.failure, record.hangup_code) == ("", 4000)
    assert site.posts("/plivo/fallback/") == site.posts(ANSWER)


async def test_every_webhook_may_be_delivered_twice(site, call):
    site.answers = {ANSWER: HANGUP}
    await call(profile=replace(DEFAULT, deliveries=2))
    assert site.events() == [(ANSWER, "StartApp")] * 2 + [("/plivo/hangup/", "Hangup")] * 2


async def test_the_fragment_tunes_the_patience_and_is_neither_sent_nor_signed(site, call):
    site.answers = {ANSWER: [(500, ""), (500, ""), HANGUP]}
    application = Application(f"{site.url}{ANSWER}#rt=1000&rc=2&rp=5xx")
    record = await call(site=application)
    assert record.hangup_code == 4000
    assert [request.target for request in site.requests] == [ANSWER] * 3
    assert is_signed(site, site.requests[0])


def test_patience_stays_within_the_carrier_s_ranges():
    assert Patience.of("http://x/", DEFAULT) == Patience(2.0, 15.0, 1, frozenset({"ct", "rt"}))
    tuned = Patience.of("http://x/#ct=1&rt=90000&rc=99&rp=all&er=mumbai", DEFAULT)
    assert tuned == Patience(0.1, 15.0, 5, frozenset({"ct", "rt", "4xx", "5xx"}))
    assert Patience.of("http://x/#ct=soon", DEFAULT).connect_seconds == 2.0
