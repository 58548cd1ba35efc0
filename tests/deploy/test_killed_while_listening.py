"""The web process that writes down a talk between people is killed, and they talk on: nothing of it may be doubled,
left open or passed over in silence."""

import signal
import sqlite3
from contextlib import closing

import pytest
from django.conf import settings
from redis import Redis

from ivrsite.launch.ports import any_free
from tests.deploy.desk import Desk
from tests.deploy.proxy import NGINX, Proxy
from tests.deploy.talk import FIRST, LATER, MEANWHILE, SET_UP, THEN, Talk, record
from tests.own_site import Site, end, read_until


class OneProcess:
    """A web process of the site."""

    def __init__(self, site, port):
        self._site, self.port, self.path = site, port, f"/web{port}"

    def begin(self):
        self._site.env["PROCESS_PATH"] = self.path
        self._process = self._site.start("-m", "ivrsite.server", "--port", str(self.port))

    def is_up(self):
        read_until(self._process, "Listening on TCP address")

    def is_killed(self):
        self._process.send_signal(signal.SIGKILL)
        end(self._process)

    def leave(self):
        end(self._process)


@pytest.fixture
def site(tmp_path, new_database):
    (tmp_path / "callwright.sqlite3").write_bytes(new_database)
    made = Site(tmp_path)
    made.cookie = made.manage("shell", "-v0", "-c", SET_UP).splitlines()[-1]
    return made


@pytest.fixture
def processes(site, tmp_path):
    """Two over one Redis. The carrier calls nginx, which is before both."""
    both = [OneProcess(site, any_free()) for _ in range(2)]
    proxy = Proxy(tmp_path / "nginx", *both, name="127.0.0.1", seconds=30)
    site.env["REDIS_URL"] = settings.REDIS_URL
    site.env["PUBLIC_URL"] = f"https://127.0.0.1:{proxy.secure}"
    site.env["SSL_CERT_FILE"] = str(proxy.folder / "fullchain.pem")
    for process in both:
        process.begin()
    for process in both:
        process.is_up()
    yield both
    proxy.close()
    Redis.from_url(settings.REDIS_URL).delete("callwright:celery")  # nobody works there


@pytest.fixture
def process(site):
    """The one of a site that has nothing but Python."""
    made = OneProcess(site, site.port)
    made.begin()
    made.is_up()
    yield made
    made.leave()


def both_say_something(desk, talk):
    """The row of their call, once it is written down."""
    row = desk.call(lambda row: row["written"])
    talk.says(FIRST[0])
    desk.finds(row["pk"], *FIRST)
    return row


def it_is_written_down_again(desk, call, talk):
    """From the desk; they say something, and hang up."""
    assert desk.act("write", call["pk"])["kind"] == "act_done"
    row = desk.call(lambda row: row["written"])
    talk.says(THEN[0])
    desk.reads(*FIRST, *THEN)
    talk.hang_up()
    desk.call(lambda row: row["over"])
    return row


def assert_nothing_is_doubled_left_open_or_hidden(kept):
    assert kept["status"] == "finished"
    assert kept["overheard"] == kept["said"] == [*FIRST, *THEN]
    assert kept["listens"] == [False, True, True]
    assert kept["charges"] == [["0.003000"]] * 3
    assert (kept["open"], kept["orders"]) == ([False] * 3, 0)
    (sentence,) = kept["unwritten"]
    assert sentence.startswith("Not written down: what ")


@pytest.mark.skipif(not settings.REDIS_URL, reason="two processes need Redis: REDIS_URL=redis://127.0.0.1:6379/9")
@pytest.mark.skipif(not NGINX, reason="nginx is not installed: apt-get install nginx-light")
def test_the_other_process_goes_on_with_what_the_killed_one_wrote_down(site, processes, tmp_path):
    with closing(Talk(site, tmp_path)) as talk:
        talk.begin()
        one, other = (Desk(process.port, site.cookie) for process in processes)
        path = one.call(lambda row: row["written"])["process"]
        killed, left = processes if path == processes[0].path else reversed(processes)
        desk, lost = (other, one) if left is processes[1] else (one, other)
        call = both_say_something(desk, talk)
        killed.is_killed()
        lost.close()
        assert desk.call(lambda row: not row["written"])["talks"]
        talk.has_said(MEANWHILE)
        assert it_is_written_down_again(desk, call, talk)["process"] == left.path
        desk.close()
    kept = record(site)
    assert_nothing_is_doubled_left_open_or_hidden(kept)
    assert kept["dropped"] == [True]


@pytest.mark.alone
def test_the_same_process_goes_on_once_it_is_there_again(site, process, tmp_path):
    with closing(Talk(site, tmp_path)) as talk:
        talk.begin()
        with closing(Desk(process.port, site.cookie)) as desk:
            call = both_say_something(desk, talk)
        process.is_killed()
        talk.has_said(MEANWHILE)
        with sqlite3.connect(tmp_path / "callwright.sqlite3") as rows:
            rows.execute(LATER)
        process.begin()
        process.is_up()
        with closing(Desk(process.port, site.cookie)) as desk:
            assert desk.call(lambda row: not row["written"])["talks"]
            desk.open(call["pk"])
            it_is_written_down_again(desk, call, talk)
    kept = record(site)
    assert_nothing_is_doubled_left_open_or_hidden(kept)
    assert kept["dropped"] == []  # nobody was there to be told
