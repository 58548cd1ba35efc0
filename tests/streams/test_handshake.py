"""Who may open a stream. What follows from it on a socket: `test_consumer.py`."""

import pytest
from django.db import OperationalError

from streams import handshake, lines
from streams.limits import Close
from tests.builders import flow_of
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
    assert await why_not(carried=3) == "this process carries as many calls as it may"
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
