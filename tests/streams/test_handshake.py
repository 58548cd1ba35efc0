"""Who may open a stream. What follows from it on a socket: `test_consumer.py`."""

import pytest
from django.db import OperationalError

from flows.engine.snapshot import dump
from flows.models import Flow
from streams import handshake, lines, rehearsals
from streams.calls import document_token
from streams.limits import Close
from streams.off_loop import query
from tests.builders import flow_of
from tests.flows.conftest import builder, person  # noqa: F401
from tests.flows.pages import client_of
from tests.streams.rows import published, ringing

pytestmark = pytest.mark.django_db(transaction=True)


def scope(**headers):
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"path": "/stream/x/", "headers": named, "client": ("203.0.113.5", 5060)}


async def why_not(token="unknown", carried=0, **headers):
    answer = await handshake.answer(scope(**headers), token, carried=carried)
    assert answer.code == Close.NO_SUCH_LINE
    return answer.reason


@pytest.fixture
def line():
    published(flow_of(bye=("hang_up", "Bye.")))
    return ringing()


async def test_a_token_opens_the_line_it_was_issued_for(line):
    call, token = line
    assert await handshake.answer(scope(), token, carried=0) == lines.Line(call_pk=call.pk, call_uuid=call.call_uuid)


async def test_each_refusal_has_a_reason_for_the_log(settings):
    settings.MAX_STREAMS_PER_PROCESS = 3
    assert await why_not() == "its token is unknown or expired"
    assert await why_not(origin="https://example.com") == "it comes from a browser"
    assert await why_not(carried=3) == "this process carries as many streams as it may"
    settings.STREAM_SIGNATURES = "enforce"
    assert await why_not() == "its signature is missing or wrong"


async def test_a_signature_that_does_not_match_is_logged_while_signatures_are_only_observed(caplog):
    assert await why_not(x_plivo_signature_v3="made-up") == "its token is unknown or expired"
    assert "a signature that does not match" in caplog.text


async def test_without_a_database_nobody_is_let_in(monkeypatch):
    def away(token):
        raise OperationalError("gone")

    monkeypatch.setattr(lines, "find", away)
    assert await why_not() == "the database did not answer"


# --- Test calls: from their tester's browser alone -------------------------------------------------------------------


@pytest.fixture
def rehearsal(builder):  # noqa: F811
    flow = flow_of(bye=("hang_up", "Bye."))
    subject = rehearsals.Subject(Flow.objects.create(name="Test", slug="test"), "Test", flow, dump(flow))
    call = rehearsals.begin(subject, by=builder, caller="", moment=None)
    return call, document_token(call.call_uuid, 0)


def cookies(user):
    return f"theme=dark; sessionid={client_of(user).cookies['sessionid'].value}"


OURS = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def public(settings):
    settings.PUBLIC_URL = OURS


async def test_a_test_call_is_carried_by_its_testers_browser(rehearsal, builder):  # noqa: F811
    call, token = rehearsal
    cookie = await query(cookies, builder)
    line = await handshake.answer(scope(origin=OURS, cookie=cookie), token, carried=0)
    assert (line.call_pk, line.tester) == (call.pk, builder.pk)
    other_name = scope(origin="http://localhost:8000", host="localhost:8000", cookie=cookie)
    assert isinstance(await handshake.answer(other_name, token, carried=0), lines.Line)


async def test_nobody_else_carries_it(rehearsal, builder, person, settings):  # noqa: F811
    token = rehearsal[1]
    own = await query(cookies, builder)
    other = await query(lambda: cookies(person("builder", username="other")))
    not_signed_in = "it comes from a browser in which its tester is not signed in"
    assert await why_not(token, origin=OURS) == not_signed_in
    assert await why_not(token, origin=OURS, cookie="sessionid=made-up") == not_signed_in
    assert await why_not(token, origin=OURS, cookie=other) == not_signed_in
    assert await why_not(token, cookie=own) == "it comes from no browser, and this is a test call"
    assert await why_not(token, origin="https://example.com", cookie=own) == "it comes from a browser"
    assert await why_not(token, origin="null", cookie=own) == "it comes from a browser"
    elsewhere = {"origin": "https://evil.example", "host": "evil.example"}
    assert await why_not(token, cookie=own, **elsewhere) == "it comes from a browser"
    settings.DEVELOPMENT = False
    here = {"origin": "http://localhost:8000", "host": "localhost:8000"}
    assert await why_not(token, cookie=own, **here) == "it comes from a browser"
    assert await why_not("unknown", origin=OURS, cookie=own) == "its token is unknown or expired"


async def test_who_is_no_staff_any_more_carries_nothing(rehearsal, builder):  # noqa: F811
    cookie = await query(cookies, builder)
    await query(lambda: type(builder).objects.update(is_staff=False))
    reason = await why_not(rehearsal[1], origin=OURS, cookie=cookie)
    assert reason == "it comes from a browser in which its tester is not signed in"


async def test_a_callers_line_is_opened_by_no_browser(line, builder):  # noqa: F811
    cookie = await query(cookies, builder)
    reason = await why_not(line[1], origin=OURS, cookie=cookie)
    assert reason == "it comes from a browser, and this is no test call"
