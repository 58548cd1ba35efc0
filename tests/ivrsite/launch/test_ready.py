import http.server
import json
import os
import threading

import pytest

from ivrsite.launch.ports import any_free
from ivrsite.launch.processes import Household
from ivrsite.launch.ready import ask, wait_until_ready


@pytest.fixture
def site():
    """A server that gives the answers in its list, the last one for ever."""
    answers = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = answers.pop(0) if len(answers) > 1 else answers[0]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield server.server_port, answers
        server.shutdown()


def body(**checks):
    return json.dumps({"checks": checks}).encode()


@pytest.fixture
def house():
    return Household(dict(os.environ))


def test_it_waits_until_calls_are_taken(site, house):
    port, answers = site
    answers += [(503, body(database="The database is asleep.")), (200, body(database="ok"))]
    assert wait_until_ready(house, port)


def test_it_gives_up_with_the_reasons(site, house):
    port, answers = site
    answers += [(503, body(database="The database is asleep.", draining="ok"))]
    with pytest.raises(SystemExit) as given_up:
        wait_until_ready(house, port, seconds=0)
    assert given_up.value.code == "The site is not ready after 0 seconds: The database is asleep."


def test_nobody_answering_is_a_reason_too(house):
    with pytest.raises(SystemExit, match=r"not ready after 0 seconds: the web server does not answer\."):
        wait_until_ready(house, any_free(), seconds=0)


@pytest.mark.parametrize("nonsense", [b"", b"<html>", b"[]", b"{"])
def test_an_answer_that_is_none_of_ours_is_no_answer(site, nonsense):
    port, answers = site
    answers += [(200, nonsense)]
    assert ask(port)[0] == 0


def test_a_stop_ends_the_wait(house):
    house.asked_to_stop.set()
    assert not wait_until_ready(house, any_free())
