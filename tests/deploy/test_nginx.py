"""deploy/nginx.conf before two small web processes: what it lets through, whereto, and what it writes down."""

import pytest

from streams.carriers import plivo_api
from tests.deploy.addresses import with_tokens
from tests.deploy.proxy import NAME, NGINX, SOON, VISITOR, Proxy
from tests.deploy.web_process import HELLO, WebProcess

pytestmark = pytest.mark.skipif(not NGINX, reason="nginx is not installed: apt-get install nginx-light")
CALLER = "14155550142"
OPERATOR = b"<Number>+14155550123</Number>"


@pytest.fixture
def proxy(tmp_path):
    made = Proxy(tmp_path, WebProcess(), WebProcess())
    yield made
    made.close()


def asked(proxy):
    """What reached the web processes, in any order."""
    return [request for process in proxy.processes for request in process.asked]


def behave(proxy, manner):
    for process in proxy.processes:
        process.manner = manner


# --- what arrives ---------------------------------------------------------------------------------------------------


def test_a_question_arrives_as_it_was_asked_and_nobody_can_say_where_they_come_from(proxy, settings):
    forged = {"X_Forwarded_For": "127.0.0.1", "X_Forwarded_Proto": "http", "Daphne_Root_Path": "/x"}
    path = "/plivo/continue/t-1%2F2/?a=%20b&a=c"
    answer, _ = proxy.ask(path, method="POST", body=b"CallUUID=1", Connection="X-Forwarded-For, close", **forged)
    assert answer.status == 200
    (request,) = asked(proxy)
    headers = request["headers"]
    assert (request["method"], request["path"], request["bytes"]) == ("POST", path, 10)
    assert (headers["host"], headers["x-forwarded-proto"]) == (NAME, "https")
    assert headers["x-forwarded-for"] == VISITOR
    assert "daphne-root-path" not in headers
    settings.ACCEPT_UNSIGNED_FROM_LOOPBACK = True
    assert not plivo_api.unsigned_ok("127.0.0.1", headers)


def test_who_asks_for_another_name_gets_nothing_and_who_comes_unencrypted_is_sent_on(proxy):
    (proxy.folder / "www/.well-known/acme-challenge/proof").write_text("it is us")
    with proxy.connected(name="203.0.113.9") as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: 203.0.113.9\r\n\r\n")
        assert line.recv(100) == b""
    answer, _ = proxy.ask("/admin/?q=1", is_secure=False)
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/admin/?q=1")
    assert proxy.ask("/.well-known/acme-challenge/proof", is_secure=False)[1] == b"it is us"
    assert asked(proxy) == []


def test_the_carrier_s_messages_are_small_and_files_may_be_large(proxy):
    assert proxy.ask("/plivo/hangup/", method="POST", body=bytes(64 * 1024))[0].status == 200
    assert proxy.ask("/plivo/hangup/", method="POST", body=bytes(64 * 1024 + 1))[0].status == 413
    assert proxy.ask("/admin/", method="POST", body=bytes(11_000_000))[0].status == 200
    assert proxy.ask("/admin/", method="POST", Content_Length="21000000")[0].status == 413
    assert [request["bytes"] for request in asked(proxy)] in ([65536, 11_000_000], [11_000_000, 65536])


def test_static_files_come_from_their_folder_and_are_asked_about_each_time(proxy):
    (proxy.folder / "static/desk.js").write_text("let it = 1;\n" * 100)
    answer, said = proxy.ask("/static/desk.js", Accept_Encoding="gzip")
    headers = answer.headers
    assert (answer.status, headers["Content-Type"]) == (200, "application/javascript")
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-cache", "nosniff")
    assert len(said) < 100
    again = proxy.ask("/static/desk.js", Accept_Encoding="gzip", If_None_Match=headers["ETag"])[0]
    assert again.status == 304
    assert proxy.ask("/static/../nginx.conf")[0].status == 200  # asked of a web process, as /nginx.conf
    assert [request["path"] for request in asked(proxy)] == ["/static/../nginx.conf"]


# --- sockets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/stream/t/", "/listen/t/", "/desk/", "/desk/listen/7/", "/web{}/desk/listen/7/"])
def test_a_socket_stays_open_while_nothing_is_said(proxy, path):
    behave(proxy, "quiet")
    second = proxy.processes[1]
    status, line = proxy.websocket(path.format(second.port))
    assert status == 101
    with line:
        line.sendall(b"still here?")
        line.settimeout(SOON * 2)
        with pytest.raises(TimeoutError):
            line.recv(len(HELLO))
        line.settimeout(10)
        for process in proxy.processes:
            process.speaks.set()
        assert line.recv(len(HELLO)) == HELLO
    if "{}" in path:
        assert [request["path"] for request in second.asked] == ["/desk/listen/7/"]


def test_only_who_listens_is_led_to_one_process(proxy):
    for path in ("/web{}/admin/", "/web{}/desk/listen/x/", "/web9/desk/listen/7/"):
        proxy.ask(path.format(proxy.processes[0].port))
    assert all(request["path"].startswith("/web") for request in asked(proxy))  # pages that are none


def test_a_socket_of_a_process_that_is_gone_is_refused_or_goes_to_the_other(proxy):
    gone, other = proxy.processes
    gone.leave()
    for _ in range(2):
        status, line = proxy.websocket("/stream/t/")
        assert status == 101
        with line:
            line.sendall(b"hello?")
            assert line.recv(len(HELLO)) == HELLO
    assert len(other.asked) == 2
    status, line = proxy.websocket(f"/web{gone.port}/desk/listen/7/")
    line.close()
    assert status == 502


# --- when a process is gone -----------------------------------------------------------------------------------------


def test_a_process_that_closed_its_port_is_missed_by_nobody(proxy):
    proxy.processes[0].leave()
    for path in ("/admin/", "/plivo/hangup/"):
        answers = [proxy.ask(path, method="POST", body=b"a=1")[0].status for _ in range(2)]
        assert answers == [200, 200]


@pytest.mark.parametrize(("path", "times"), [("/plivo/answer/", 2), ("/plivo/hangup/", 2), ("/admin/", 1)])
def test_what_a_killed_process_left_unanswered_goes_to_the_other_if_it_may_be_repeated(proxy, path, times):
    behave(proxy, "dies")
    proxy.ask(path, method="POST", body=b"a=1")
    assert len(asked(proxy)) == times


@pytest.mark.parametrize(
    "path", ["/plivo/answer/", "/plivo/answer/2/", "/plivo/fallback/", "/plivo/continue/t/", "/plivo/continue/t/2/"]
)
def test_callers_hear_the_apology_when_all_are_gone(proxy, path):
    for process in proxy.processes:
        process.leave()
    answer, said = proxy.ask(path, method="POST", body=b"CallUUID=1")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/xml")
    assert OPERATOR in said
    assert proxy.ask("/admin/")[0].status == 502
    assert OPERATOR in proxy.ask("/fallback.xml", method="POST", body=b"a=1")[1]
    assert proxy.ask("/plivo/outbound/t/", method="POST", body=b"a=1")[0].status == 502  # whom we called, has no need


def test_callers_hear_the_apology_in_time_when_nobody_answers(proxy):
    behave(proxy, "quiet")
    assert OPERATOR in proxy.ask("/plivo/answer/", method="POST", body=b"CallUUID=1")[1]


# --- what is written down -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("manner", ["answers", "dies"])
def test_no_token_and_no_number_comes_into_a_log(proxy, manner):
    behave(proxy, manner)
    paths = with_tokens("5ecre7")
    assert {"/stream/5ecre7/", "/listen/5ecre7/", "/shared/5ecre7/", "/mail/stop/5ecre7/"} < set(paths)
    # Before the others: nginx still waits for its body then, and writes it down once it has seen that we are gone.
    proxy.ask(paths[0], method="POST", Content_Length="21000000")
    for path in (*paths, f"/admin/streams/call/?q={CALLER}", f"/plivo/answer/?From={CALLER}"):
        for is_secure in (True, False):
            proxy.ask(path, is_secure=is_secure)
    written = proxy.logged()
    assert written.count("\n") == len(paths) * 2 + 5
    assert "5ecre7" not in written
    assert CALLER not in written
    assert "GET /admin/streams/call/?... 301" in written


def test_the_log_says_which_process_failed(proxy):
    gone, other = proxy.processes
    gone.manner = "dies"
    for _ in range(2):
        proxy.ask("/admin/")
    assert "GET /admin/ 200" in (written := proxy.logged())
    assert f"[127.0.0.1:{gone.port}, 127.0.0.1:{other.port}] [502, 200]" in written
