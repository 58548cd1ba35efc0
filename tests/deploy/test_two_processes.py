"""Two web processes over one Redis: a call is in one of them, whoever watches it in the other."""

from contextlib import closing

import pytest
from django.conf import settings
from redis import Redis
from websockets.exceptions import ConnectionClosed

from ivrsite.launch.ports import any_free
from streams.desk.ear import ELSEWHERE
from tests.deploy.desk import Desk, opened, signed_in
from tests.own_site import SET_UP, Site, end, read_until

pytestmark = pytest.mark.skipif(
    not settings.REDIS_URL, reason="two processes need Redis: REDIS_URL=redis://127.0.0.1:6379/9"
)
CALLER = """
call +14155550199 from +14155550142
hears "We have to end this call now" within 60s
ends
"""
PATHS = ("/one", "/two")


@pytest.fixture
def site(tmp_path, new_database):
    (tmp_path / "callwright.sqlite3").write_bytes(new_database)
    made = Site(tmp_path)
    made.manage("shell", "-v0", "-c", SET_UP)
    made.env["REDIS_URL"] = settings.REDIS_URL
    yield made
    Redis.from_url(settings.REDIS_URL).delete("callwright:celery")  # nobody works there


@pytest.fixture
def ports(site):
    """Those of the two. The phone calls the first."""
    chosen, processes = (site.port, any_free()), []
    for port, path in zip(chosen, PATHS, strict=True):
        site.env["PROCESS_PATH"] = path
        processes.append(site.start("-m", "ivrsite.server", "--port", str(port)))
    for process in processes:
        read_until(process, "Listening on TCP address")
    yield chosen
    for process in processes:
        end(process)


def test_a_call_in_one_process_is_followed_heard_and_ended_from_the_other(site, ports, tmp_path):
    script, cookie = tmp_path / "caller.txt", signed_in(site)
    script.write_text(CALLER)
    first, second = ports
    with closing(Desk(second, cookie)) as desk:
        desk.told(lambda said: said["kind"] == "whole")
        phone = site.start("manage.py", "call", "--script", str(script))
        try:
            call = desk.call(lambda row: row["process"])
            assert call["process"] == PATHS[0]
            desk.say(open=call["pk"])
            desk.told(lambda said: "Thank you for calling Hart Tools" in str(said.get("rows")))
            sound = f"/desk/listen/{call['pk']}/"
            with opened(second, sound, cookie) as ear, pytest.raises(ConnectionClosed) as closed:
                ear.recv(timeout=5)
            assert closed.value.rcvd.code == ELSEWHERE
            with opened(first, sound, cookie) as ear:
                assert len(ear.recv(timeout=5)) > 100
            assert desk.act("end", call["pk"])["kind"] == "act_done"
            said = phone.communicate(timeout=30)[0]
            assert phone.returncode == 0, said
        finally:
            end(phone)
