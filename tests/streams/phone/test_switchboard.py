"""Who carries which call, told between processes by files that are locked while their phone lives."""

import os
import subprocess
import sys
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.phone.switchboard import Switchboard


@pytest.fixture
def board(tmp_path):
    return Switchboard(tmp_path / "phones")


def test_a_call_is_listed_for_as_long_as_it_lasts(board):
    assert board.port_of("call-1") is None
    with board.listed("call-1", 8099), board.listed("call-2", 8100):
        assert (board.port_of("call-1"), board.port_of("call-2")) == (8099, 8100)
    assert (board.port_of("call-1"), board.port_of("call-2")) == (None, None)


HOLDS = """
import sys, time
from pathlib import Path
from streams.phone.switchboard import Switchboard
with Switchboard(Path(sys.argv[1])).listed("call-1", 8099):
    print("listed", flush=True)
    time.sleep(60)
"""


def test_a_phone_that_was_killed_leads_nowhere(board, tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLDS, str(tmp_path / "phones")], stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"listed\n"
    assert board.port_of("call-1") == 8099
    holder.kill()
    holder.communicate()
    assert (tmp_path / "phones" / "call-1").exists()
    assert board.port_of("call-1") is None


def test_who_looks_at_the_same_moment_keeps_no_phone_from_being_listed(board):
    stop = Event()

    def look():
        while not stop.is_set():
            board.port_of("call-1")

    looking = Thread(target=look)
    looking.start()
    try:
        for _ in range(200):
            with board.listed("call-1", 8099):
                assert board.port_of("call-1") == 8099
    finally:
        stop.set()
        looking.join()


@given(st.text() | st.sampled_from(["../secret", "..", "/etc/passwd", "a/b", "\0", ""]))
def test_a_name_leads_to_no_other_file(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("phones")
    with Switchboard(folder).listed("call-1", 8099):
        assert Switchboard(folder / "inner").port_of(name) is None
        assert Switchboard(folder).port_of(name) is None or os.path.basename(name) == "call-1"
