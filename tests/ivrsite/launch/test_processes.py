import os
import signal
import subprocess
import sys
import time

import pytest

from ivrsite.launch import processes
from ivrsite.launch.processes import Child, Household

# Starts a process of its own, writes both ids, and ignores polite requests when told to.
PARENT = """
import os, signal, subprocess, sys, time
if "deaf" in sys.argv: signal.signal(signal.SIGTERM, signal.SIG_IGN)
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
inner = subprocess.Popen([sys.executable, "-S", "-c", deaf])
print(os.getpid(), inner.pid, flush=True)
time.sleep(60)
"""


def exists(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def eventually(claim, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def pids(log):
    eventually(lambda: log.exists() and log.read_text().endswith("\n"))
    return [int(pid) for pid in log.read_text().split()]


@pytest.fixture
def house():
    household = Household(dict(os.environ))
    yield household
    household.stop()


def child(tmp_path, code, *arguments, name="child"):
    return Child("The child", [sys.executable, "-S", "-c", code, *arguments], tmp_path / f"{name}.log")


def test_stopping_ends_each_process_and_what_it_started(house, tmp_path):
    house.start(child(tmp_path, PARENT))
    started = pids(tmp_path / "child.log")
    assert all(map(exists, started))
    house.stop()
    eventually(lambda: not any(map(exists, started)))


def test_a_process_that_does_not_listen_is_killed(house, tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.1)
    house.start(child(tmp_path, PARENT, "deaf"))
    started = pids(tmp_path / "child.log")
    house.stop()
    eventually(lambda: not any(map(exists, started)))


def test_nothing_outlives_a_launcher_that_was_killed(tmp_path):
    launcher = f"""
import os, sys, time
from pathlib import Path
from ivrsite.launch.processes import Child, Household
house = Household(dict(os.environ))
house.start(Child("x", [sys.executable, "-S", "-c", {PARENT!r}], Path({str(tmp_path / "child.log")!r})))
time.sleep(60)
"""
    victim = subprocess.Popen([sys.executable, "-c", launcher])
    started = pids(tmp_path / "child.log")
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    eventually(lambda: not any(map(exists, started)))


def test_a_process_that_ends_soon_stops_everything_with_its_last_words(house, tmp_path):
    house.start(child(tmp_path, "print('no such table: calls'); raise SystemExit(3)"))
    with pytest.raises(SystemExit) as told:
        eventually(lambda: house.look())
    assert told.value.code == (
        f"The child ended by itself (exit status 3). The end of {tmp_path / 'child.log'}:\n"
        "  | no such table: calls\nIt did not last 30 seconds, so everything is stopped."
    )


def test_a_process_that_lasted_is_started_again(house, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(processes, "SOON", 0.0)
    once = child(tmp_path, PARENT)
    house.start(once)
    pids(tmp_path / "child.log")
    once.process.kill()
    once.process.wait()
    house.look()
    assert once.process.poll() is None
    said = capsys.readouterr().out
    assert said.startswith("The child ended by itself (signal SIGKILL).")
    assert said.endswith("Starting it again.\n")


def test_a_command_gives_its_status_and_its_words_to_its_log(house, tmp_path):
    log = tmp_path / "command.log"
    assert house.run([sys.executable, "-S", "-c", "print('done'); raise SystemExit(4)"], log=log) == 4
    assert log.read_text() == "done\n"


def test_a_command_ends_when_we_are_asked_to_stop(house, tmp_path):
    house.asked_to_stop.set()
    began = time.monotonic()
    assert house.run([sys.executable, "-S", "-c", "import time; time.sleep(60)"]) is None
    assert time.monotonic() - began < 20


def test_a_site_whose_server_dies_during_a_command_is_stopped(house, tmp_path):
    house.start(child(tmp_path, "raise SystemExit(1)"))
    with pytest.raises(SystemExit, match="The child ended by itself"):
        house.run([sys.executable, "-S", "-c", "import time; time.sleep(5)"])


def test_only_the_end_of_a_long_log_is_shown(tmp_path):
    talker = child(tmp_path, "")
    talker.log.write_text("".join(f"line {n}\n" for n in range(100)))
    assert talker.last_lines() == "".join(f"  | line {n}\n" for n in range(88, 100))


def test_a_log_that_never_was_is_no_trouble(tmp_path):
    assert child(tmp_path, "").last_lines() == ""
